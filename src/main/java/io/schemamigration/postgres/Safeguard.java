package io.schemamigration.postgres;

import io.schemamigration.plan.Dump;
import io.schemamigration.plan.History;
import io.schemamigration.plan.Plan;
import java.util.Optional;

/**
 * What must be there before a run changes anything.
 *
 * @param demanded whether a plan that runs files needs a backup
 * @param backup the verified dump that was made for a plan; empty: there is none
 */
public record Safeguard(
    java.util.function.Predicate<Plan.Change> demanded, Optional<Backup> backup) {
  /** Nothing is needed. */
  public static final Safeguard NONE = new Safeguard(change -> false, Optional.empty());

  /**
   * A verified dump.
   *
   * @param plan id of the plan that it was made for
   * @param database {@code History.fullId} of the database that was dumped: the same files may be
   *     pending in a copy of it
   * @param dump the dump itself
   */
  public record Backup(String plan, String database, Dump dump) {}

  /** Whether a plan may run now: our own books need no backup, as nothing of the user's changes. */
  boolean lets(Plan.Change change) {
    return change.scripts().isEmpty()
        || !demanded.test(change)
        || backup
            .filter(b -> b.plan().equals(change.id()))
            .filter(b -> History.sameDatabase(b.database(), change.position().history().fullId()))
            .filter(b -> !change.position().history().used(b.dump().name()))
            .isPresent();
  }
}
