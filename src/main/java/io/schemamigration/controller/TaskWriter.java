package io.schemamigration.controller;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.schemamigration.api.TaskStatus;
import java.time.Clock;
import java.util.Optional;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place that writes the statuses of what is done once: only if something changed. Each
 * change of Ready is also one log line and, unless it is mere progress, an Event.
 */
final class TaskWriter<R extends CustomResource<?, S>, S extends TaskStatus> {
  private static final Logger LOG = LoggerFactory.getLogger(TaskWriter.class);

  private final Events events;
  private final Supplier<S> empty;
  private final Clock clock;

  TaskWriter(Events events, Supplier<S> empty, Clock clock) {
    this.events = events;
    this.empty = empty;
    this.clock = clock;
  }

  /** Makes the status tell a verdict. */
  void tell(R resource, Context<R> context, TaskVerdict<S> verdict) {
    S old = Optional.ofNullable(resource.getStatus()).orElseGet(empty);
    long generation = resource.getMetadata().getGeneration();
    S status = TaskReport.of(old, generation, verdict, clock.instant());
    if (StatusCopy.same(old, status)) {
      return;
    }
    if (!StatusUpdate.write(resource, context, fresh -> set(fresh, status))) {
      return; // this verdict is about a resource that is gone
    }
    if (headline(old).equals(headline(status))) {
      return;
    }
    LOG.info("{}: {}", verdict.reason(), verdict.message());
    switch (verdict.stage()) {
      case DONE -> events.normal(resource, verdict.reason(), verdict.message());
      case OUTSIDE, DECISION -> events.warning(resource, verdict.reason(), verdict.message());
      case WORKING, WAITING, IDLE -> {}
    }
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
