package io.schemamigration.postgres;

import io.schemamigration.plan.ConcurrentIndex;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;

/**
 * What became of an index that is built or dropped CONCURRENTLY: an interruption leaves an invalid
 * one behind, which costs every write, answers no query, and is passed over by IF NOT EXISTS.
 */
final class ConcurrentIndexes {
  private static final String TO_BE_CREATED =
      """
      SELECT x.indisvalid FROM pg_catalog.pg_class c
      JOIN pg_catalog.pg_index x ON x.indexrelid = c.oid
      WHERE c.relname = ? AND c.relnamespace = (SELECT t.relnamespace
        FROM pg_catalog.pg_class t WHERE t.oid = pg_catalog.to_regclass(?))
      """;

  private static final String TO_BE_DROPPED =
      "SELECT indisvalid FROM pg_catalog.pg_index WHERE indexrelid = pg_catalog.to_regclass(?)";

  private final Connection connection;

  ConcurrentIndexes(Connection connection) {
    this.connection = connection;
  }

  /** What is there of an index. */
  enum State {
    ABSENT,
    INVALID,
    VALID
  }

  /** Looks through the session's search path, as the statement itself does. */
  State state(ConcurrentIndex index) throws SQLException {
    String sql = index.table().isPresent() ? TO_BE_CREATED : TO_BE_DROPPED;
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, index.name());
      if (index.table().isPresent()) {
        select.setString(2, index.table().get());
      }
      try (ResultSet row = select.executeQuery()) {
        if (!row.next()) {
          return State.ABSENT;
        }
        return row.getBoolean(1) ? State.VALID : State.INVALID;
      }
    }
  }

  /** Drops what is left of an index that was to be created; waits for readers, blocks nobody. */
  void drop(ConcurrentIndex index) throws SQLException {
    String name;
    String sql =
        "SELECT pg_catalog.format('%I.%I', n.nspname, ?::text) FROM pg_catalog.pg_class t JOIN"
            + " pg_catalog.pg_namespace n ON n.oid = t.relnamespace"
            + " WHERE t.oid = pg_catalog.to_regclass(?)";
    try (PreparedStatement select = connection.prepareStatement(sql)) {
      select.setString(1, index.name());
      select.setString(2, index.table().orElseThrow());
      try (ResultSet row = select.executeQuery()) {
        row.next();
        name = row.getString(1);
      }
    }
    try (Statement statement = connection.createStatement()) {
      statement.execute("DROP INDEX CONCURRENTLY IF EXISTS " + name);
    }
  }
}
