package io.schemamigration.plan;

import java.util.ArrayList;
import java.util.List;

/** The text of an SQL file in pieces, cut between its statements, that can be sent one by one. */
public final class Chunks {
  /** The most UTF-16 units that are sent in one message. */
  public static final int MESSAGE = 256 << 10;

  private final String sql;
  private final int limit;
  private final List<String> chunks = new ArrayList<>();
  private int from;
  private int to;

  private Chunks(String sql, int limit) {
    this.sql = sql;
    this.limit = limit;
  }

  /**
   * Cuts a text into pieces that give the text when joined.
   *
   * @param sql the text that was split
   * @param split what {@link SqlSplitter#split} said about it
   * @param limit the most UTF-16 units of a piece; only a statement, or the comments between two,
   *     that is longer makes a longer piece, which then has nothing else in it. A COPY with its
   *     rows is always a piece of its own.
   */
  public static List<String> of(String sql, Split split, int limit) {
    return new Chunks(sql, limit).walk(split);
  }

  private List<String> walk(Split split) {
    for (Statement statement : split.statements()) {
      boolean alone = statement.rows().isPresent();
      reach(statement.start(), alone);
      reach(statement.end(), alone);
    }
    reach(sql.length(), true);
    return chunks;
  }

  /** Goes on to where the text may be cut next; cuts before that if it is too far. */
  private void reach(int boundary, boolean cutThere) {
    if (boundary - from > limit) {
      cut();
    }
    to = boundary;
    if (cutThere) {
      cut();
    }
  }

  private void cut() {
    if (to > from) {
      chunks.add(sql.substring(from, to));
      from = to;
    }
  }
}
