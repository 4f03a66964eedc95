package io.schemamigration.plan;

import java.util.Optional;
import java.util.Set;

/**
 * What the user decided beforehand.
 *
 * @param schema the tracking table's schema
 * @param table the tracking table's name
 * @param targetHash the last hash that shall be applied; empty: all
 * @param outOfOrder whether a pending file may run below an applied one
 * @param ignoreMissingFiles whether applied files may be absent from the source
 * @param rollback whether a target hash below the present rolls back
 * @param allFiles whether all pending files are one transaction
 * @param planOnly whether nothing may be written to the database
 * @param approvedPlans plan ids that a person released
 * @param acknowledged changed texts of applied files, and of what undoes them, that a person
 *     accepted
 */
public record Policy(
    String schema,
    String table,
    Optional<String> targetHash,
    boolean outOfOrder,
    boolean ignoreMissingFiles,
    boolean rollback,
    boolean allFiles,
    boolean planOnly,
    Set<String> approvedPlans,
    Set<Acknowledged> acknowledged) {

  /**
   * A changed text that a person accepted.
   *
   * @param hash of the file, also where it is the text of what undoes it
   * @param sha256 of the text
   */
  public record Acknowledged(String hash, String sha256) {}

  /** Whether a person accepted this text of a file, or of what undoes it. */
  boolean acknowledges(String hash, String sha256) {
    return acknowledged.contains(new Acknowledged(hash, sha256));
  }

  /** The same where nothing may be written. */
  public Policy onlyPlanned() {
    return new Policy(
        schema,
        table,
        targetHash,
        outOfOrder,
        ignoreMissingFiles,
        rollback,
        allFiles,
        true,
        approvedPlans,
        acknowledged);
  }

  /** The same with another target. */
  public Policy upTo(String hash) {
    return new Policy(
        schema,
        table,
        Optional.of(hash),
        outOfOrder,
        ignoreMissingFiles,
        rollback,
        allFiles,
        planOnly,
        approvedPlans,
        acknowledged);
  }
}
