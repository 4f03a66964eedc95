package io.schemamigration.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.schemamigration.api.TaskStatus;
import io.schemamigration.decision.TaskVerdict;
import java.time.Instant;
import java.util.Optional;

/** Makes the new status of something that is done once out of the old one and a verdict. Pure. */
public final class TaskReport {
  private TaskReport() {}

  /**
   * The status after a verdict.
   *
   * @param old the status as stored; an empty one for a new resource
   * @param generation of the spec that the verdict is about
   */
  public static <S extends TaskStatus> S of(
      S old, long generation, TaskVerdict<S> verdict, Instant now) {
    S status = StatusCopy.of(old);
    Conditions conditions = new Conditions(old.conditions, generation, now);
    conditions.summarize(verdict.stage(), true, verdict.reason(), verdict.message());
    status.observedGeneration = generation;
    status.conditions = conditions.list();
    String time = Conditions.time(now);
    switch (verdict.step()) {
      case OPEN -> {}
      case BEGUN -> status.startTime = old.startTime == null ? time : old.startTime;
      case OVER -> status.completionTime = old.completionTime == null ? time : old.completionTime;
    }
    verdict.facts().accept(status);
    return status;
  }

  /** The Ready condition of a status. */
  public static Optional<Condition> ready(TaskStatus status) {
    return Optional.ofNullable(status).flatMap(s -> Conditions.ready(s.conditions));
  }

  /** Whether it was begun. */
  public static boolean begun(TaskStatus status) {
    return status != null && status.startTime != null;
  }

  /**
   * Whether it is over. Its reason would not tell: what ends one request may be a passing fault of
   * the migration of another.
   */
  public static boolean over(TaskStatus status) {
    return status != null && status.completionTime != null;
  }
}
