package io.schemamigration.postgres;

import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * A database to work on.
 *
 * @param endpoint where it is and how to log in
 * @param tables the tracking table and its ledger
 * @param timeouts limits
 * @param application what pg_stat_activity shows; cut to 63 bytes by the server
 * @param defaults role and search path
 */
public record Target(
    Endpoint endpoint,
    Tables tables,
    Timeouts timeouts,
    String application,
    SessionDefaults defaults) {

  /**
   * What every statement starts with, and what a session returns to after each file.
   *
   * @param role SET ROLE
   * @param searchPath schemas, in order; empty: the server's own setting
   */
  public record SessionDefaults(Optional<String> role, List<String> searchPath) {
    /** The user and the server's settings as they are. */
    public static final SessionDefaults NONE = new SessionDefaults(Optional.empty(), List.of());
  }

  /**
   * Limits of a session.
   *
   * @param connect how long connecting and logging in may take
   * @param lock how long a statement waits for a lock, so also how long others queue behind it
   * @param statement how long one statement may take; zero: no limit
   */
  public record Timeouts(Duration connect, Duration lock, Duration statement) {}
}
