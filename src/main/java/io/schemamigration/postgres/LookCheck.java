package io.schemamigration.postgres;

import io.schemamigration.plan.Reason;
import java.sql.ResultSet;
import java.sql.SQLException;

/** Whether what a look found may be worked on at all. */
final class LookCheck {
  private static final int LEDGER_FORMAT = 1;
  private static final int OLDEST_SERVER = 140_000;

  private final Session session;
  private final Target target;
  private final ResultSet row;

  /**
   * A check.
   *
   * @param row the look's first row
   */
  LookCheck(Session session, Target target, ResultSet row) {
    this.session = session;
    this.target = target;
    this.row = row;
  }

  /**
   * Refuses what would not hold a lock, a record or a promise.
   *
   * @throws DatabaseUnavailable with the reason
   */
  void run(Session.Purpose purpose) throws DatabaseUnavailable, SQLException {
    // A pooler has a process of its own for every client, or drops our options without a word.
    boolean options = row.getLong("lock_timeout") == target.timeouts().lock().toMillis();
    if (row.getInt("pid") != session.backendPid() || !options) {
      throw new DatabaseUnavailable(Reason.POOLER_DETECTED, Session.POOLER);
    }
    if (row.getInt("version_num") < OLDEST_SERVER) {
      throw new DatabaseUnavailable(
          Reason.UNSUPPORTED_SERVER,
          "PostgreSQL " + version() + " is too old; this operator needs 14 or newer");
    }
    if (row.getInt("ledger_format") > LEDGER_FORMAT) {
      throw new DatabaseUnavailable(
          Reason.UNSUPPORTED_SERVER,
          "the ledger was written by a newer operator; upgrade this one");
    }
    if (row.getBoolean("recovery")) {
      throw new DatabaseUnavailable(
          Reason.DATABASE_READ_ONLY,
          "the server is a standby; name the primary in " + target.endpoint().origin());
    }
    if (purpose == Session.Purpose.LOOK && row.getBoolean("frozen")) {
      throw new DatabaseUnavailable(
          Reason.DATABASE_READ_ONLY,
          "default_transaction_read_only is on for this database or user; nothing runs until it"
              + " is off");
    }
    refuse(target.tables().table(), row.getString("defect"));
    refuse(target.tables().ledgerName(), row.getString("ledger_defect"));
  }

  private static void refuse(String table, String defect) throws DatabaseUnavailable {
    if (defect != null) {
      throw new DatabaseUnavailable(
          Reason.INVALID_SPEC,
          "%s %s; give it the columns and constraints of the convention".formatted(table, defect));
    }
  }

  /** The server's version, for people. */
  String version() throws SQLException {
    return row.getString("version").split(" ", 2)[0];
  }
}
