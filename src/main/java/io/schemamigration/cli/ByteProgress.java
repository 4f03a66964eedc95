package io.schemamigration.cli;

import java.io.PrintWriter;

/** How much of a dump is there, in place on a terminal; elsewhere nobody wants to read it. */
final class ByteProgress {
  private static final String CLEAR_LINE = "\r\033[K";
  private static final String PREFIX = "bytes ";
  private static final long MEGABYTE = 1_000_000;

  private final PrintWriter err;
  private final boolean terminal;

  ByteProgress(PrintWriter err, boolean terminal) {
    this.err = err;
    this.terminal = terminal;
  }

  /** A line of the script. */
  void line(String line) {
    if (terminal && line.startsWith(PREFIX)) {
      long bytes = Long.parseLong(line.substring(PREFIX.length()));
      err.print(CLEAR_LINE + bytes / MEGABYTE + " MB ...");
      err.flush();
    }
  }

  /** Nothing more comes. */
  void end() {
    if (terminal) {
      err.print(CLEAR_LINE);
      err.flush();
    }
  }
}
