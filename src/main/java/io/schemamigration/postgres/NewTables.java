package io.schemamigration.postgres;

import io.schemamigration.plan.History;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/**
 * Makes the tracking table and the ledger where they are missing. Default privileges may give
 * others a hand in what is made; of these two they keep only the right to read. Whoever writes
 * there is believed, and what undoes a file is taken from there.
 */
final class NewTables {
  private static final String WRITERS =
      "SELECT DISTINCT CASE a.grantee WHEN 0 THEN 'PUBLIC'"
          + " ELSE pg_catalog.quote_ident(pg_catalog.pg_get_userbyid(a.grantee)) END"
          + " FROM pg_catalog.pg_class c, pg_catalog.aclexplode(c.relacl) a"
          + " WHERE c.oid = pg_catalog.to_regclass(?) AND a.grantee <> c.relowner"
          + " AND a.privilege_type <> 'SELECT'";
  private static final String REVOKE =
      "REVOKE INSERT, UPDATE, DELETE, TRUNCATE, REFERENCES, TRIGGER ON %s FROM %s";

  private final Connection connection;
  private final Tables tables;

  NewTables(Connection connection, Tables tables) {
    this.connection = connection;
    this.tables = tables;
  }

  /** Makes what the history lacks, in the transaction that is open. */
  void make(History history) throws SQLException {
    if (history.tracking() && history.ledger()) {
      return; // IF NOT EXISTS would do, but it asks for CREATE on the schema even then
    }
    try (Statement statement = connection.createStatement()) {
      for (String line : Sql.lines("tables.sql")) {
        statement.execute(Sql.fill(line, names()));
      }
      if (!history.tracking()) {
        keep(statement, tables.tracking());
      }
      if (!history.ledger()) {
        keep(statement, tables.ledger());
      }
    }
  }

  private Map<String, String> names() {
    return Map.of(
        "tracking", tables.tracking(),
        "ledger", tables.ledger(),
        "recorded", Tables.quote(tables.ledgerName() + "_recorded"),
        "index", Tables.quote(tables.table() + "_events"));
  }

  private void keep(Statement statement, String table) throws SQLException {
    List<String> writers = new ArrayList<>();
    try (PreparedStatement select = connection.prepareStatement(WRITERS)) {
      select.setString(1, table);
      try (ResultSet rows = select.executeQuery()) {
        while (rows.next()) {
          writers.add(rows.getString(1));
        }
      }
    }
    for (String writer : writers) {
      statement.execute(REVOKE.formatted(table, writer));
    }
  }
}
