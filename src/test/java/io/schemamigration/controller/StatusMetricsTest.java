package io.schemamigration.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.plan.Situations;
import io.schemamigration.postgres.Outcome;
import java.time.Instant;
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
