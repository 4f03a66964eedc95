package io.schemamigration.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.schemamigration.api.DatabaseBackupStatus;
import io.schemamigration.api.TaskStatus;
import io.schemamigration.decision.TaskVerdict;
import java.time.Clock;
import java.util.Optional;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/**
 * The one place that writes the statuses of what is done once: only if something changed. Each
 * change of Ready is also one log line and, unless it is mere progress, an Event.
 */
public final class TaskWriter<R extends CustomResource<?, S>, S extends TaskStatus> {
  private final Events events;
  private final Supplier<S> empty;
  private final BiConsumer<R, S> ended;
  private final Clock clock;

  /**
   * Makes it.
   *
   * @param empty a status that says nothing
   * @param ended told of each that is over, once, with its last status
   */
  public TaskWriter(Events events, Supplier<S> empty, BiConsumer<R, S> ended, Clock clock) {
    this.ended = ended;
    this.events = events;
    this.empty = empty;
    this.clock = clock;
  }

  /** Makes the status tell a verdict. */
  public void tell(R resource, Context<R> context, TaskVerdict<S> verdict) {
    S old = Optional.ofNullable(resource.getStatus()).orElseGet(empty);
    long generation = resource.getMetadata().getGeneration();
    S status = TaskReport.of(old, generation, verdict, clock.instant());
    if (StatusCopy.same(old, status)) {
      return;
    }
    if (!StatusUpdate.write(resource, context, fresh -> set(fresh, status))) {
      return; // this verdict is about a resource that is gone
    }
    if (old.completionTime == null && status.completionTime != null) {
      ended.accept(resource, status);
    }
    if (headline(old).equals(headline(status))) {
      return;
    }
    TaskReport.ready(status)
        .ifPresent(ready -> StateLog.changed(resource, TaskReport.ready(old), ready, plan(status)));
    switch (verdict.stage()) {
      case DONE -> events.normal(resource, verdict.reason(), verdict.message());
      case OUTSIDE, DECISION -> events.warning(resource, verdict.reason(), verdict.message());
      case WORKING, WAITING, IDLE -> {}
    }
  }

  private static Optional<String> plan(TaskStatus status) {
    return status instanceof DatabaseBackupStatus backup
        ? Optional.ofNullable(backup.planId)
        : Optional.empty();
  }

  /** What another operator has ended meanwhile stays ended, until it is to go. */
  private void set(R fresh, S status) {
    boolean over =
        fresh.getStatus() != null
            && fresh.getStatus().completionTime != null
            && !fresh.isMarkedForDeletion();
    fresh.setStatus(over ? fresh.getStatus() : status);
  }

  /** Progress within one state is no news. */
  private static String headline(TaskStatus status) {
    Optional<Condition> ready = TaskReport.ready(status);
    boolean moving = ready.filter(c -> Conditions.UNKNOWN.equals(c.getStatus())).isPresent();
    return ready
        .map(c -> c.getStatus() + c.getReason() + (moving ? "" : c.getMessage()))
        .orElse("");
  }
}
