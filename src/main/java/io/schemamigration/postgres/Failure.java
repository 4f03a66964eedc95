package io.schemamigration.postgres;

import io.schemamigration.plan.Reason;

/**
 * A file that was rolled back, with everything in it.
 *
 * @param reason what to call it
 * @param transientFault whether sending it again may succeed without anybody changing anything
 * @param file the file
 * @param line where, from 1; 0 where the server gave no place
 * @param statement which statement of the file, from 1; 0 outside of them
 * @param sqlState five characters; empty where there is none
 * @param message the server's primary message, without row values
 * @param hint what to do; may be empty
 * @param kept how many of its statements ran and stay; 0 unless it runs in steps
 */
public record Failure(
    Reason reason,
    boolean transientFault,
    String file,
    int line,
    int statement,
    String sqlState,
    String message,
    String hint,
    int kept) {

  /** One of which nothing stays. */
  public Failure(
      Reason reason,
      boolean transientFault,
      String file,
      int line,
      int statement,
      String sqlState,
      String message,
      String hint) {
    this(reason, transientFault, file, line, statement, sqlState, message, hint, 0);
  }

  /** The same, but somebody has to do something before it is sent again. */
  Failure lasting() {
    return new Failure(
        Reason.MIGRATION_FAILED, false, file, line, statement, sqlState, message, hint, kept);
  }

  /** The same, with whom it waited for where a lock was not had. */
  Failure waitedFor(Activity activity) {
    boolean lock = reason == Reason.LOCK_TIMEOUT && !activity.blockers().isEmpty();
    return lock
        ? new Failure(
            reason,
            transientFault,
            file,
            line,
            statement,
            sqlState,
            message,
            activity.waiting() + (hint.isEmpty() ? "" : "; " + hint),
            kept)
        : this;
  }

  /** {@code file:line: message (SQLSTATE); hint}. */
  public String text() {
    String where = line > 0 ? file + ":" + line : file;
    String state = sqlState.isEmpty() ? "" : " (" + sqlState + ")";
    return where + ": " + message + state + (hint.isEmpty() ? "" : "; " + hint);
  }
}
