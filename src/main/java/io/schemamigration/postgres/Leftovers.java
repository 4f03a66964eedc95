package io.schemamigration.postgres;

import io.schemamigration.plan.Concurrent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * Finds and mends what an interrupted CONCURRENTLY leaves behind: an invalid index costs every
 * write, answers no query and is passed over by IF NOT EXISTS; a partition that is detached by half
 * refuses to be detached again. Names are looked up through the session's search path, as the
 * statement itself does.
 */
final class Leftovers {
  private static final String CREATED =
      """
      SELECT x.indisvalid, pg_catalog.format('%I.%I', n.nspname, c.relname)
      FROM pg_catalog.pg_class t
      JOIN pg_catalog.pg_namespace n ON n.oid = t.relnamespace
      JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = ?
      JOIN pg_catalog.pg_index x ON x.indexrelid = c.oid
      WHERE t.oid = pg_catalog.to_regclass(?)
      """;

  private static final String EXISTS = "SELECT pg_catalog.to_regclass(?) IS NOT NULL";

  private static final String DETACHED =
      """
      SELECT i.inhdetachpending FROM pg_catalog.pg_inherits i
      WHERE i.inhparent = pg_catalog.to_regclass(?) AND i.inhrelid = pg_catalog.to_regclass(?)
      """;

  private final Connection connection;

  Leftovers(Connection connection) {
    this.connection = connection;
  }

  /**
   * Before a statement is sent: clears what an earlier one left, and says whether there is nothing
   * to do any more.
   *
   * @param attempted whether it was sent before and nobody knows what became of it
   */
  boolean settled(Concurrent statement, boolean attempted) throws SQLException {
    return switch (statement) {
      case Concurrent.CreateIndex create -> created(create) && attempted;
      case Concurrent.DropIndex drop -> attempted && !ask(EXISTS, drop.name()).orElse(false);
      case Concurrent.Reindex reindex -> {
        if (attempted) {
          clear(reindex);
        }
        yield false;
      }
      case Concurrent.Detach detach -> detached(detach, attempted);
    };
  }

  /** After a statement that failed. */
  void clear(Concurrent statement) throws SQLException {
    switch (statement) {
      case Concurrent.CreateIndex create -> created(create);
      case Concurrent.Reindex reindex -> {
        for (String index : copies(reindex)) {
          dropIndex(index);
        }
      }
      case Concurrent.DropIndex drop -> {}
      case Concurrent.Detach detach -> {}
    }
  }

  /** Whether the index is there and valid; an invalid one is dropped. */
  private boolean created(Concurrent.CreateIndex index) throws SQLException {
    String invalid;
    try (PreparedStatement select = prepared(CREATED, index.name(), index.table());
        ResultSet row = select.executeQuery()) {
      if (!row.next()) {
        return false;
      }
      if (row.getBoolean(1)) {
        return true;
      }
      invalid = row.getString(2);
    }
    dropIndex(invalid);
    return false;
  }

  /** The second half of a detachment is to be asked for by another word. */
  private boolean detached(Concurrent.Detach detach, boolean attempted) throws SQLException {
    Optional<Boolean> pending = ask(DETACHED, detach.table(), detach.partition());
    if (pending.orElse(false)) {
      execute(
          "ALTER TABLE %s DETACH PARTITION %s FINALIZE"
              .formatted(detach.table(), detach.partition()));
      return true;
    }
    return attempted && pending.isEmpty();
  }

  private List<String> copies(Concurrent.Reindex reindex) throws SQLException {
    List<String> names = new ArrayList<>();
    String sql = String.join("\n", Sql.lines("reindex-leftovers.sql"));
    try (PreparedStatement select = prepared(sql, reindex.kind(), reindex.name(), reindex.name());
        ResultSet rows = select.executeQuery()) {
      while (rows.next()) {
        names.add(rows.getString(1));
      }
    }
    return names;
  }

  /** Waits for readers, blocks nobody. */
  private void dropIndex(String name) throws SQLException {
    execute("DROP INDEX CONCURRENTLY IF EXISTS " + name);
  }

  private void execute(String sql) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute(sql);
    }
  }

  private Optional<Boolean> ask(String sql, String... values) throws SQLException {
    try (PreparedStatement select = prepared(sql, values);
        ResultSet row = select.executeQuery()) {
      return row.next() ? Optional.of(row.getBoolean(1)) : Optional.empty();
    }
  }

  private PreparedStatement prepared(String sql, String... values) throws SQLException {
    PreparedStatement statement = connection.prepareStatement(sql);
    for (int i = 0; i < values.length; i++) {
      statement.setString(i + 1, values[i]);
    }
    return statement;
  }
}
