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
    Plan plan = Planner.plan(situation);
    if (plan instanceof Plan.Refuse refuse && stands(refuse.reason())) {
      return refuse;
    }
    Position position = plan.position();
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

  private static boolean stands(Reason reason) {
    return reason == Reason.OWNED_BY_OTHER || reason == Reason.TARGET_NOT_FOUND;
  }
}
