package io.schemamigration.postgres;

import java.time.Duration;

/**
 * A database to work on.
 *
 * @param endpoint where it is and how to log in
 * @param tables the tracking table and its ledger
 * @param timeouts limits
 * @param application what pg_stat_activity shows; cut to 63 bytes by the server
 */
public record Target(Endpoint endpoint, Tables tables, Timeouts timeouts, String application) {

  /**
   * Limits of a session.
   *
   * @param connect how long connecting and logging in may take
   * @param lock how long a statement waits for a lock, so also how long others queue behind it
   * @param statement how long one statement may take; zero: no limit
   */
  public record Timeouts(Duration connect, Duration lock, Duration statement) {}
}
