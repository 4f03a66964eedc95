package io.schemamigration.plan;

import java.util.List;
import java.util.Optional;

/**
 * What is known from before this look, out of the resource's own status.
 *
 * @param appliedHashes hashes last seen applied, oldest first
 * @param currentHash the hash of the highest sequence last seen applied
 * @param currentTime when that was applied, as the status says it
 * @param databaseId {@link History#fullId} of that database
 * @param failure the last run's failure, only if nothing that it depended on has changed since
 */
public record Memory(
    List<String> appliedHashes,
    Optional<String> currentHash,
    Optional<String> currentTime,
    Optional<String> databaseId,
    Optional<Failure> failure) {

  /** Nothing is known: a new resource, or the command line. */
  public static final Memory NONE =
      new Memory(List.of(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

  /**
   * A failure that waits for a change; failed SQL is never sent again by itself.
   *
   * @param reason the reason it was told with
   * @param message its message
   */
  public record Failure(Reason reason, String message) {}

  /**
   * Whether it is about this database. Another ledger is another database, or the same one filled
   * anew: what an earlier one had is not missing there. Without a ledger nobody can tell.
   */
  boolean concerns(History history) {
    Optional<String> now = history.owner().map(o -> o.ledger().toString());
    Optional<String> then =
        databaseId.map(id -> id.substring(id.lastIndexOf('/') + 1)).filter(id -> !id.equals("-"));
    return now.isEmpty() || then.isEmpty() || now.equals(then);
  }

  /** Whether the database seen before had a ledger. */
  boolean hadLedger() {
    return databaseId.filter(id -> !id.endsWith("/-")).isPresent();
  }
}
