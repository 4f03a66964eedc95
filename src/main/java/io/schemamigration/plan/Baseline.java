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
    Optional<Finding> owner = OwnerCheck.of(situation);
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
    return new Plan.Record(
        position,
        PlanId.apply(situation.policy(), position.currentHash(), position.pending(), List.of()),
        new Books(
            List.of(),
            position.pending(),
            List.of(),
            List.of(),
            Optional.empty(),
            situation.history().owner().isEmpty()),
        Optional.empty());
  }

  private static Plan refuse(Position position, Reason reason, String message) {
    return new Plan.Refuse(position, reason, message);
  }
}
