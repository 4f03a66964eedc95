package io.schemamigration.controller;

import io.fabric8.kubernetes.api.model.Condition;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.schemamigration.api.SchemaRollback;
import io.schemamigration.api.SchemaRollbackStatus;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The one place that writes the statuses of rollbacks. */
final class RollbackStatusWriter {
  private static final Logger LOG = LoggerFactory.getLogger(RollbackStatusWriter.class);

  private final Events events;
  private final Clock clock;

  RollbackStatusWriter(Events events, Clock clock) {
    this.events = events;
    this.clock = clock;
  }

  /** Makes the status tell a verdict; nothing is written where it does already. */
  void tell(SchemaRollback resource, Context<SchemaRollback> context, RollbackVerdict verdict) {
    SchemaRollbackStatus old =
        Optional.ofNullable(resource.getStatus()).orElseGet(SchemaRollbackStatus::new);
    SchemaRollbackStatus status =
        report(old, resource.getMetadata().getGeneration(), verdict, clock.instant());
    if (Objects.equals(headline(old), headline(status))) {
      return;
    }
    if (!StatusUpdate.write(resource, context, fresh -> fresh.setStatus(status))) {
      return; // this verdict is about a request that is gone
    }
    LOG.info("{}: {}", verdict.reason(), verdict.message());
    switch (verdict.stage()) {
      case DONE -> events.normal(resource, verdict.reason(), verdict.message());
      case OUTSIDE, DECISION -> events.warning(resource, verdict.reason(), verdict.message());
      case WORKING, WAITING, IDLE -> {}
    }
  }

  /** The status after a verdict. Pure. */
  static SchemaRollbackStatus report(
      SchemaRollbackStatus old, long generation, RollbackVerdict verdict, Instant now) {
    Conditions conditions = new Conditions(old.conditions, generation, now);
    conditions.summarize(verdict.stage(), true, verdict.reason(), verdict.message());
    SchemaRollbackStatus status = new SchemaRollbackStatus();
    status.observedGeneration = generation;
    status.conditions = conditions.list();
    status.undone = verdict.undone().filter(u -> !u.isEmpty()).orElse(old.undone);
    boolean begins = verdict.reason().equals(RollbackReason.ROLLING_BACK.label());
    status.startTime = old.startTime == null && begins ? StatusReport.time(now) : old.startTime;
    status.completionTime = verdict.last() ? StatusReport.time(now) : null;
    return status;
  }

  private static String headline(SchemaRollbackStatus status) {
    return ready(status).map(c -> c.getStatus() + c.getReason() + c.getMessage()).orElse("");
  }

  static Optional<Condition> ready(SchemaRollbackStatus status) {
    List<Condition> all =
        status == null || status.conditions == null ? List.of() : status.conditions;
    return all.stream().filter(c -> c.getType().equals(Conditions.READY)).findFirst();
  }
}
