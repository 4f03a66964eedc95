package io.schemamigration.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.decision.Verdict;
import io.schemamigration.plan.Plan;
import io.schemamigration.postgres.Outcome;
import io.schemamigration.postgres.SecretLayout;
import java.time.Clock;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The one place that writes statuses: only if something changed, under the resource version's lock.
 * Each change of Ready is also an Event, a metric and one log line; a Secret that contradicts
 * itself is an Event.
 */
public final class StatusWriter {
  private static final Logger LOG = LoggerFactory.getLogger(StatusWriter.class);

  private final Events events;
  private final StatusMetrics metrics;
  private final Clock clock;

  /**
   * The writer.
   *
   * @param clock tells when a condition changed
   */
  public StatusWriter(Events events, StatusMetrics metrics, Clock clock) {
    this.events = events;
    this.metrics = metrics;
    this.clock = clock;
  }

  /**
   * Makes the status tell a verdict.
   *
   * @return whether it told something else before
   */
  public boolean tell(SchemaMigration resource, Context<SchemaMigration> context, Verdict verdict) {
    SchemaMigrationStatus old = statusOf(resource);
    SchemaMigrationStatus status = StatusReport.of(old, verdict, clock.instant());
    metrics.record(resource, status);
    if (follows(verdict)) {
      metrics.follows(resource, clock.instant());
    }
    if (verdict instanceof Verdict.Ended ended) {
      metrics.ran(resource, ended);
    }
    if (StatusCopy.same(old, status)) {
      return false;
    }
    if (!StatusUpdate.write(resource, context, fresh -> fresh.setStatus(status))) {
      return false; // this verdict is about a resource that is gone
    }
    announce(resource, old, status);
    if (!secretLayout(old).equals(secretLayout(status))) {
      verdict.secret().flatMap(SecretLayout::ambiguity).ifPresent(note -> warn(resource, note));
    }
    return true;
  }

  private static boolean follows(Verdict verdict) {
    if (verdict instanceof Verdict.Settled settled) {
      return settled.plan() instanceof Plan.UpToDate;
    }
    return verdict instanceof Verdict.Ended ended
        && ended.outcome() instanceof Outcome.Done done
        && done.plan() instanceof Plan.UpToDate;
  }

  /** What is remembered in the status is said once, not with every look and every start. */
  private static Optional<String> secretLayout(SchemaMigrationStatus status) {
    return Optional.ofNullable(status.database).map(database -> database.secretLayout);
  }

  private void warn(SchemaMigration resource, String ambiguity) {
    LOG.warn("SecretAmbiguous: {}", ambiguity);
    events.warning(resource, "SecretAmbiguous", Conditions.cut(ambiguity));
  }

  private static SchemaMigrationStatus statusOf(SchemaMigration resource) {
    return Optional.ofNullable(resource.getStatus()).orElseGet(SchemaMigrationStatus::new);
  }

  private void announce(
      SchemaMigration resource, SchemaMigrationStatus old, SchemaMigrationStatus status) {
    Optional<Condition> before = StatusReport.ready(old);
    Optional<Condition> after = StatusReport.ready(status);
    if (after.isEmpty()
        || before.map(StatusWriter::headline).equals(after.map(StatusWriter::headline))) {
      return;
    }
    Condition ready = after.get();
    // What was run is no plan any more; the line of its end still names it.
    Optional<String> plan =
        Optional.ofNullable(status.plan).or(() -> Optional.ofNullable(old.plan)).map(p -> p.id);
    StateLog.changed(resource, before, ready, plan);
    if (Conditions.FALSE.equals(ready.getStatus())) {
      events.warning(resource, ready.getReason(), ready.getMessage());
    } else {
      events.normal(resource, ready.getReason(), ready.getMessage());
    }
  }

  /** Progress within one state is no news. */
  private static String headline(Condition ready) {
    boolean moving = Conditions.UNKNOWN.equals(ready.getStatus());
    return ready.getStatus() + ready.getReason() + (moving ? "" : ready.getMessage());
  }
}
