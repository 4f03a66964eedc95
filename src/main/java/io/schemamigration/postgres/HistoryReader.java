package io.schemamigration.postgres;

import io.schemamigration.plan.Dump;
import io.schemamigration.plan.History;
import io.schemamigration.plan.Reason;
import io.schemamigration.plan.UndoBooks;
import io.schemamigration.plan.UndoQuestion;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.UUID;

/** Reads a database's history in one message: both tables, the owner, and what the server is. */
final class HistoryReader {
  /** The newest ledger format this version understands. */
  private static final String LOOK = Sql.text("look.sql");

  private static final String NO_TRACKING =
      "(SELECT NULL::bigint AS id, NULL::text AS hash, NULL::timestamp AS created_at WHERE false)";
  private static final String NO_LEDGER =
      "(SELECT NULL::bigint AS id, NULL::text AS event, NULL::text AS hash, NULL::bigint AS"
          + " sequence, NULL::text AS up_sha256, NULL::uuid AS run_id, NULL::bigint AS"
          + " milliseconds, NULL::text AS file, NULL::jsonb AS detail WHERE false) AS no_ledger";

  private final Session session;
  private final Target target;
  private final Optional<? extends UndoQuestion> question;

  HistoryReader(Session session, Target target, Optional<? extends UndoQuestion> question) {
    this.session = session;
    this.target = target;
    this.question = question;
  }

  /** A look as the caller of a run sees it: the read-only default is our own there. */
  Look read(Session.Purpose purpose) throws DatabaseUnavailable, SQLException {
    try {
      return read(purpose, true, true);
    } catch (SQLException e) {
      if (!"42P01".equals(e.getSQLState())) {
        throw e;
      }
    }
    boolean[] there = tablesThere();
    return read(purpose, there[0], there[1]);
  }

  private Look read(Session.Purpose purpose, boolean tracking, boolean ledger)
      throws DatabaseUnavailable, SQLException {
    Tables tables = target.tables();
    Map<String, String> names = new HashMap<>();
    names.put("tracking", tracking ? tables.tracking() : NO_TRACKING);
    names.put("ledger", ledger ? tables.ledger() : NO_LEDGER);
    names.put("lock", Sql.literal(tables.lockKey()));
    names.put("tracking_oid", oid(tables.tracking()));
    names.put("ledger_oid", oid(tables.ledger()));
    names.put(
        "format", ledger ? "(SELECT COALESCE(max(format), 1) FROM " + tables.ledger() + ")" : "1");
    try (Statement statement = session.jdbc().createStatement()) {
      try {
        // Row security would hide rows; switched off it raises an error instead.
        statement.execute(
            "BEGIN READ ONLY;SET LOCAL row_security=off;SET LOCAL search_path=pg_catalog,pg_temp;"
                + Sql.fill(LOOK, names)
                + ";COMMIT");
      } catch (SQLException e) {
        rollback(statement);
        throw e;
      }
      try (ResultSet rows = firstRows(statement)) {
        return look(rows, purpose);
      }
    }
  }

  private static String oid(String name) {
    return "to_regclass(" + Sql.literal(name) + ")";
  }

  private static ResultSet firstRows(Statement statement) throws SQLException {
    ResultSet rows = statement.getResultSet();
    while (rows == null) {
      statement.getMoreResults();
      rows = statement.getResultSet();
    }
    return rows;
  }

  private static void rollback(Statement statement) {
    try {
      statement.execute("ROLLBACK");
    } catch (SQLException e) {
      // The connection is gone; the first error is the one to tell.
      return;
    }
  }

  private boolean[] tablesThere() throws SQLException {
    String sql =
        "SELECT pg_catalog.to_regclass(%s) IS NOT NULL, pg_catalog.to_regclass(%s) IS NOT NULL"
            .formatted(
                Sql.literal(target.tables().tracking()), Sql.literal(target.tables().ledger()));
    try (Statement statement = session.jdbc().createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      return new boolean[] {row.getBoolean(1), row.getBoolean(2)};
    }
  }

  private Look look(ResultSet rows, Session.Purpose purpose)
      throws DatabaseUnavailable, SQLException {
    rows.next(); // the join always gives at least one row
    LookCheck check = new LookCheck(session, target, rows);
    check.run(purpose);
    String name = rows.getString("database");
    String version = check.version();
    String oid = Optional.ofNullable(rows.getString("database_oid")).orElse("-");
    boolean locked = rows.getBoolean("locked");
    boolean tracking = rows.getBoolean("tracking");
    boolean ledger = rows.getBoolean("ledger_there");
    boolean userTables = rows.getBoolean("user_tables");
    Optional<History.Owner> owner = owner(rows);
    Optional<Dump> lastDump = HistoryRow.dump(rows);
    List<History.Begun> begun = HistoryRow.begun(rows);
    boolean identifies = rows.getBoolean("identifies");
    String tls = tls(rows.getBoolean("encrypted"));
    List<History.Applied> applied = new ArrayList<>();
    List<History.Absent> absent = new ArrayList<>();
    do {
      if (rows.getString("hash") == null) {
        continue; // no row of either table
      }
      if (rows.getObject("id") != null) {
        applied.add(HistoryRow.applied(rows));
      } else {
        absent.add(HistoryRow.absent(rows));
      }
    } while (rows.next());
    String server = identifies ? systemIdentifier() : "-";
    History history =
        new History(
            new History.DatabaseInfo(name, version, server + "/" + oid),
            tracking,
            ledger,
            userTables,
            owner,
            List.copyOf(applied),
            List.copyOf(absent),
            begun,
            lastDump);
    if (locked && applied.stream().anyMatch(row -> row.undoing().isPresent())) {
      throw new DatabaseUnavailable(
          Reason.LOCK_HELD, "something is being undone just now; waiting for the end of it");
    }
    UndoBooks books = new UndoReader(session.jdbc(), target.tables()).read(question, history);
    return new Look(history, books, tls);
  }

  /**
   * Asked apart: to name a function that is not allowed is an error, even where it is not called.
   */
  private String systemIdentifier() throws SQLException {
    try (Statement statement = session.jdbc().createStatement();
        ResultSet row =
            statement.executeQuery(
                "SELECT system_identifier FROM pg_catalog.pg_control_system()")) {
      row.next();
      return row.getString(1);
    }
  }

  private String tls(boolean encrypted) {
    if (!encrypted) {
      return "None";
    }
    return target.endpoint().tls().verifies() ? "Verified" : "Encrypted";
  }

  private Optional<History.Owner> owner(ResultSet row) throws DatabaseUnavailable, SQLException {
    String ledger = row.getString("ledger");
    if (ledger == null) {
      return Optional.empty();
    }
    return Optional.of(
        new History.Owner(
            row.getString("cluster"),
            row.getString("namespace"),
            row.getString("name"),
            ledgerId(ledger),
            row.getLong("owner_row")));
  }

  private UUID ledgerId(String text) throws DatabaseUnavailable {
    try {
      return UUID.fromString(text);
    } catch (IllegalArgumentException e) {
      throw new DatabaseUnavailable(
          Reason.INVALID_SPEC,
          "the newest owner in %s names no ledger by a UUID; correct its detail"
              .formatted(target.tables().ledgerName()));
    }
  }
}
