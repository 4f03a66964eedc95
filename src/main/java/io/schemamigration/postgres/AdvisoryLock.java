package io.schemamigration.postgres;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The lock that makes runs exclusive: a session's advisory lock on the tracking table's name. It is
 * polled, never waited for in the server: a blocking waiter holds a snapshot, for which CREATE
 * INDEX CONCURRENTLY would wait in turn.
 */
final class AdvisoryLock {
  private static final long POLL_MILLISECONDS = 100;

  private AdvisoryLock() {}

  /** Takes the lock within a time; it ends with the session. */
  static boolean take(Session session, Tables tables, Duration patience, RunControl control)
      throws SQLException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (!tryTake(session.jdbc(), tables)) {
      if (System.nanoTime() > deadline || control.stopping()) {
        return false;
      }
      long jitter = ThreadLocalRandom.current().nextLong(POLL_MILLISECONDS);
      control.pause(Duration.ofMillis(POLL_MILLISECONDS + jitter));
    }
    return true;
  }

  private static boolean tryTake(Connection connection, Tables tables) throws SQLException {
    // The seed is part of the key: hashtextextended has no form without one.
    String sql = "SELECT pg_catalog.pg_try_advisory_lock(pg_catalog.hashtextextended(?, 0))";
    try (PreparedStatement statement = connection.prepareStatement(sql)) {
      statement.setString(1, tables.lockKey());
      try (ResultSet row = statement.executeQuery()) {
        row.next();
        return row.getBoolean(1);
      }
    }
  }

  /** Who holds it, for a message: pid and application name, never what it runs. */
  static Optional<String> holder(Session session, Tables tables) throws SQLException {
    String sql =
        """
        SELECT l.pid, a.application_name FROM pg_catalog.pg_locks l
        LEFT JOIN pg_catalog.pg_stat_activity a ON a.pid = l.pid,
        pg_catalog.hashtextextended(?, 0) AS k(key)
        WHERE l.locktype = 'advisory' AND l.granted AND l.objsubid = 1
          AND l.database = (SELECT oid FROM pg_catalog.pg_database WHERE datname = current_database())
          AND l.classid::bigint = ((k.key >> 32) & 4294967295)
          AND l.objid::bigint = (k.key & 4294967295)
        """;
    try (PreparedStatement statement = session.jdbc().prepareStatement(sql)) {
      statement.setString(1, tables.lockKey());
      try (ResultSet row = statement.executeQuery()) {
        return row.next()
            ? Optional.of("pid %d, %s".formatted(row.getInt(1), row.getString(2)))
            : Optional.empty();
      }
    }
  }
}
