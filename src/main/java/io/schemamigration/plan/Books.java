package io.schemamigration.plan;

import java.util.List;
import java.util.Optional;

/**
 * What is to be written to our own books before anything runs.
 *
 * @param adopt tracking rows that the ledger does not know yet
 * @param baseline files to record as applied without running them
 * @param accepted hashes whose loss the approval accepts
 * @param abandoned hashes whose undo stopped on the way and, as the approval says, stays so
 * @param approved the plan id that a person released; empty: nobody had to
 * @param takesOwnership whether an {@code owner} row is to be written
 */
public record Books(
    List<Adoption> adopt,
    List<Script> baseline,
    List<String> accepted,
    List<String> abandoned,
    Optional<String> approved,
    boolean takesOwnership) {

  /** The same, and a person goes on without the rest of these undos. */
  Books abandoning(List<String> hashes, String plan) {
    return new Books(adopt, baseline, accepted, hashes, Optional.of(plan), takesOwnership);
  }

  /**
   * A tracking row that somebody else wrote, and the file that the source has for it.
   *
   * @param row the row
   * @param script its file; empty where the source has none
   */
  public record Adoption(History.Applied row, Optional<Script> script) {}
}
