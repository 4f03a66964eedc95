package io.schemamigration.plan;

import java.util.Optional;

/**
 * One SQL statement of a file, as far as it can be known without a server.
 *
 * @param start offset of its first token, in UTF-16 units
 * @param end offset after its last token, the semicolon included where there is one
 * @param line line of its first token, counted from 1; {@code \n}, {@code \r\n} and a lone {@code
 *     \r} end a line
 * @param command its leading keywords in upper case, close to PostgreSQL's command tag: {@code
 *     CREATE TABLE}; empty where the statement starts with something else
 * @param transactional false where PostgreSQL is known to refuse the statement inside a transaction
 *     block (SQLSTATE 25001); true does not promise the opposite, since the catalogue may decide
 * @param concurrently whether it says CONCURRENTLY outside a transaction: it must not be given a
 *     lock timeout, which would leave an invalid index
 * @param concurrent what it works on CONCURRENTLY
 * @param standardStrings whether plain strings have no escapes where it starts
 * @param rows the rows that it reads from the file; then {@code end} lies after their end mark
 * @param setting whether it sets something for the statements after it in the session
 */
public record Statement(
    int start,
    int end,
    int line,
    String command,
    boolean transactional,
    boolean concurrently,
    Optional<Concurrent> concurrent,
    boolean standardStrings,
    Optional<CopyRows> rows,
    Setting setting) {

  /** What a statement does for the session, where it does nothing else. */
  public enum Setting {
    /** It is no setting. */
    NONE,
    /** Sent again it does nothing but set the same again. */
    PLAIN,
    /** What it sets is worked out by a call or a query, which may do more. */
    COMPUTED;

    static Setting of(Tokens tokens) {
      if (!Settings.only(tokens)) {
        return NONE;
      }
      return Settings.computes(tokens) ? COMPUTED : PLAIN;
    }
  }

  /** Whether it must be sent again in another session before what follows it is sent. */
  public boolean sets() {
    return setting != Setting.NONE;
  }

  /** Whether it leaves nothing behind but what it set in its session. */
  public boolean leavesNothing() {
    return setting == Setting.PLAIN;
  }
}
