package io.schemamigration.plan;

import java.util.List;
import java.util.Optional;

/**
 * Decides what is recorded as applied without being run: for a database that has its schema
 * already, from a dump or from before its migrations were tracked.
 */
public final class Baseline {
  private Baseline() {}

  /**
   * The plan that records everything up to the policy's target hash. Pure. Whatever else speaks
   * against running files is no obstacle, since none is run.
   */
  public static Plan plan(Situation situation) {
    Position position =
        Position.of(situation.source(), situation.history(), situation.policy().targetHash());
    Optional<Finding> owner = Findings.ownedByOther(situation);
    if (owner.isPresent()) {
      return refuse(position, owner.get().reason(), owner.get().message());
    }
    if (position.last() == Long.MIN_VALUE) {
      String target = situation.policy().targetHash().orElse("");
      return refuse(
          position, Reason.TARGET_NOT_FOUND, target + " is no file of the source; correct it");
    }
    if (position.pending().isEmpty()) {
      return new Plan.UpToDate(position, Optional.empty());
    }
    return new Plan.Apply(
        position,
        PlanId.of(
            situation.policy(),
            position.current().map(Position.Entry::hash),
            position.pending(),
            List.of()),
        List.of(),
        false,
        List.of(),
        position.pending(),
        List.of(),
        situation.history().owner().isEmpty(),
        false,
        Optional.empty());
  }

  private static Plan refuse(Position position, Reason reason, String message) {
    return new Plan.Refuse(position, reason, message, Optional.empty(), false);
  }
}
