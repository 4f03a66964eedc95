package io.schemamigration.plan;

/** Turns offsets that only grow into line numbers, so that a whole file costs one pass. */
final class LineCounter {
  private final String text;
  private int counted;
  private int line = 1;

  LineCounter(String text) {
    this.text = text;
  }

  /** The line of an offset, from 1; the offset must not be below that of the call before. */
  int at(int offset) {
    for (; counted < offset; counted++) {
      char c = text.charAt(counted);
      if (c == '\n' || (c == '\r' && !text.startsWith("\n", counted + 1))) {
        line++;
      }
    }
    return line;
  }
}
