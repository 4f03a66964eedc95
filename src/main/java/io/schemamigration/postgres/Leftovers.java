package io.schemamigration.postgres;

import io.schemamigration.plan.Concurrent;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
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
      JOIN pg_catalog.pg_class c ON c.relnamespace = n.oid AND c.relname = ?::text::name
      JOIN pg_catalog.pg_index x ON x.indexrelid = c.oid AND x.indrelid = t.oid
      WHERE t.oid = pg_catalog.to_regclass(?)
      """;

  private static final String OID =
      "SELECT c.oid::bigint FROM pg_catalog.pg_class c WHERE c.oid = pg_catalog.to_regclass(?)";

  /** CONCURRENTLY holds this lock all along, and everybody may see it. */
  private static final String BUSY =
      """
      SELECT true FROM pg_catalog.pg_locks l
      WHERE l.locktype = 'relation' AND l.relation = pg_catalog.to_regclass(?) AND l.granted
        AND l.mode = 'ShareUpdateExclusiveLock' AND l.pid <> pg_catalog.pg_backend_pid()
        AND l.database = (SELECT oid FROM pg_catalog.pg_database
          WHERE datname = pg_catalog.current_database())
      """;

  private static final Duration PAUSE = Duration.ofMillis(500);

  /** No row where one of the two is not there. */
  private static final String DETACHED =
      """
      SELECT i.inhdetachpending FROM pg_catalog.pg_class t
      JOIN pg_catalog.pg_class p ON p.oid = pg_catalog.to_regclass(?)
      LEFT JOIN pg_catalog.pg_inherits i ON i.inhparent = t.oid AND i.inhrelid = p.oid
      WHERE t.oid = pg_catalog.to_regclass(?)
      """;

  private final Connection connection;

  private final RunControl control;

  Leftovers(Connection connection, RunControl control) {
    this.connection = connection;
    this.control = control;
  }

  /** What a statement is about to drop: by its name another one may be found afterwards. */
  Optional<Long> target(Concurrent statement) throws SQLException {
    return statement instanceof Concurrent.DropIndex drop ? oid(drop.name()) : Optional.empty();
  }

  /**
   * Before a statement is sent: clears what an earlier one left, and says whether there is nothing
   * to do any more.
   *
   * @param attempt it was sent before and nobody knows what became of it
   */
  boolean settled(Concurrent statement, Optional<StepLog.Attempt> attempt) throws SQLException {
    return switch (statement) {
      case Concurrent.CreateIndex create -> created(create) && attempt.isPresent();
      case Concurrent.DropIndex drop -> dropped(drop, attempt);
      case Concurrent.Reindex reindex -> {
        if (attempt.isPresent()) {
          clear(reindex);
        }
        yield false;
      }
      case Concurrent.Detach detach -> detached(detach, attempt.isPresent());
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
    while (ask(BUSY, index.table()).isPresent()) {
      if (control.stopping()) {
        throw new SQLException("stopped while somebody works on the table", "57014");
      }
      control.pause(PAUSE); // an invalid one may be what somebody is just building
    }
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

  /** Dropped if it is gone, or if by its name another one is found. */
  private boolean dropped(Concurrent.DropIndex drop, Optional<StepLog.Attempt> attempt)
      throws SQLException {
    Optional<Long> asked = attempt.flatMap(StepLog.Attempt::oid);
    return attempt.isPresent() && (asked.isEmpty() || !asked.equals(oid(drop.name())));
  }

  private Optional<Long> oid(String name) throws SQLException {
    try (PreparedStatement select = prepared(OID, name);
        ResultSet row = select.executeQuery()) {
      return row.next() ? Optional.of(row.getLong(1)) : Optional.empty();
    }
  }

  /** The second half of a detachment is to be asked for by another word. */
  private boolean detached(Concurrent.Detach detach, boolean attempted) throws SQLException {
    try (PreparedStatement select = prepared(DETACHED, detach.partition(), detach.table());
        ResultSet row = select.executeQuery()) {
      if (!row.next()) {
        return false;
      }
      boolean pending = row.getBoolean(1);
      if (row.wasNull()) {
        return attempted;
      }
      if (!pending) {
        return false;
      }
    }
    execute(
        "ALTER TABLE %s DETACH PARTITION %s FINALIZE"
            .formatted(detach.table(), detach.partition()));
    return true;
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
