package io.schemamigration.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.decision.Verdict;
import io.schemamigration.plan.Reason;
import io.schemamigration.plan.Situations;
import io.schemamigration.postgres.Failure;
import io.schemamigration.postgres.Outcome;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class StatusMetricsTest {
  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final StatusMetrics metrics = new StatusMetrics(registry);

  private static SchemaMigration resource(String uid) {
    SchemaMigration resource = new SchemaMigration();
    resource.setMetadata(
        new ObjectMetaBuilder().withNamespace("n").withName("m").withUid(uid).build());
    return resource;
  }

  private void record(String uid, int pending) {
    SchemaMigrationStatus status = new SchemaMigrationStatus();
    status.pendingCount = pending;
    metrics.record(resource(uid), status);
  }

  private Double pending() {
    Gauge gauge = registry.find("schema_migration_pending").gauge();
    return gauge == null ? null : gauge.value();
  }

  @Test
  void aResourceThatIsCreatedAnewIsShownAndNotTheOldOne() {
    record("old", 3);
    record("new", 5);
    assertThat(pending()).isEqualTo(5.0);
    metrics.retain(Set.of("new"));
    assertThat(pending()).isEqualTo(5.0);
    record("new", 0);
    assertThat(pending()).isZero();
  }

  @Test
  void whatIsUndoneIsNoFileApplied() {
    Situations now = Situations.start().files(1).applied(1);
    Instant time = Instant.parse("2026-03-01T10:00:00Z");
    Outcome done = new Outcome.Done(now.plan(), 3);
    metrics.ran(resource("u"), new Verdict.Ended(null, null, done, 2, time, time));
    metrics.undone("n", 1);
    assertThat(count("schema_migration_applied_total")).isEqualTo(1);
    assertThat(count("schema_migration_undone_total")).isEqualTo(3);
  }

  private void reason(String reason) {
    SchemaMigrationStatus status = new SchemaMigrationStatus();
    status.conditions =
        List.of(
            new ConditionBuilder()
                .withType("Ready")
                .withStatus("False")
                .withReason(reason)
                .withMessage("why")
                .build());
    metrics.record(resource("u"), status);
  }

  @Test
  void theReasonIsOneSeriesWhateverItWasBefore() {
    reason("Migrating");
    int before = registry.getMeters().size();
    reason("MigrationFailed");
    reason("MigrationFailed");
    assertThat(registry.find("schema_migration_status_reason").gauges())
        .singleElement()
        .satisfies(g -> assertThat(g.getId().getTag("reason")).isEqualTo("MigrationFailed"));
    assertThat(registry.getMeters()).hasSize(before);
  }

  @Test
  void whenTheFilesWereLastFollowedIsShownOnceThatIsKnown() {
    record("u", 1);
    String name = "schema_migration_last_success_timestamp_seconds";
    assertThat(registry.find(name).gauge()).isNull();
    metrics.follows(resource("u"), Instant.ofEpochSecond(7));
    metrics.follows(resource("u"), Instant.ofEpochSecond(9));
    assertThat(registry.get(name).gauge().value()).isEqualTo(9);
    metrics.retain(Set.of());
    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  void aLockThatWasNotHadIsCounted() {
    Situations now = Situations.start().files(1);
    Instant time = Instant.parse("2026-03-01T10:00:00Z");
    Failure lock =
        new Failure(Reason.LOCK_TIMEOUT, true, "pg_1_a.sql", 1, 1, "55P03", "no lock", "wait");
    for (Outcome outcome :
        List.of(
            new Outcome.Done(now.plan(), 0),
            new Outcome.Failed(Optional.of(now.plan()), lock, 0))) {
      metrics.ran(resource("u"), new Verdict.Ended(null, null, outcome, 0, time, time));
    }
    assertThat(count("schema_migration_lock_wait_timeouts_total")).isEqualTo(1);
  }

  private double count(String name) {
    return registry.get(name).tag("namespace", "n").counter().count();
  }

  @Test
  void theSeriesOfAResourceThatIsGoneGo() {
    record("old", 3);
    metrics.retain(Set.of());
    assertThat(registry.getMeters()).isEmpty();
  }
}
