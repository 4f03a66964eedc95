package io.schemamigration.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.simple.SimpleMeterRegistry;
import io.schemamigration.api.DatabaseBackup;
import io.schemamigration.api.DatabaseBackupSpec;
import io.schemamigration.api.DatabaseBackupStatus;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaRollbackSpec;
import io.schemamigration.status.StatusMetrics;
import java.time.Instant;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class BackupGaugesTest {
  private static final Instant TIME = Instant.parse("2026-03-01T10:00:00Z");

  private final SimpleMeterRegistry registry = new SimpleMeterRegistry();
  private final FailedBackups failures = new FailedBackups(new StatusMetrics(registry));
  private final BackupGauges gauges = new BackupGauges(registry, failures);

  static DatabaseBackup complete(String migration, String name, Instant time, long bytes) {
    DatabaseBackup backup = backup(migration, name, "Ready", "Complete");
    backup.getStatus().completionTime = time.toString();
    backup.getStatus().sizeBytes = bytes;
    return backup;
  }

  private static DatabaseBackup backup(String migration, String name, String type, String reason) {
    DatabaseBackup backup = new DatabaseBackup();
    backup.setMetadata(
        new ObjectMetaBuilder().withNamespace("shop").withName(name).withUid("u-" + name).build());
    backup.setSpec(new DatabaseBackupSpec());
    backup.getSpec().migrationRef = new SchemaRollbackSpec.MigrationRef();
    backup.getSpec().migrationRef.name = migration;
    backup.setStatus(new DatabaseBackupStatus());
    backup.getStatus().conditions =
        List.of(
            new ConditionBuilder().withType(type).withStatus("True").withReason(reason).build());
    return backup;
  }

  private static SchemaMigration orders() {
    SchemaMigration migration = new SchemaMigration();
    migration.setMetadata(new ObjectMetaBuilder().withNamespace("shop").withName("orders").build());
    return migration;
  }

  private Double value(String name) {
    Gauge gauge = registry.find("schema_migration_" + name).tag("name", "orders").gauge();
    return gauge == null ? null : gauge.value();
  }

  @Test
  void theNewestVerifiedDumpIsShown() {
    gauges.show(
        List.of(
            complete("orders", "old", TIME.minusSeconds(60), 5),
            complete("orders", "new", TIME, 7),
            complete("users", "other", TIME.plusSeconds(60), 9),
            backup("orders", "bad", "Stalled", "BackupFailed")),
        List.of(orders()));
    assertThat(value("backup_last_success_timestamp_seconds")).isEqualTo(TIME.getEpochSecond());
    assertThat(value("backup_size_bytes")).isEqualTo(7);
    assertThat(value("backups_failed")).isEqualTo(1);
    assertThat(registry.getMeters()).hasSize(3);
  }

  @Test
  void oneThatIsTriedAgainHasFailedUntilItSucceeds() {
    DatabaseBackup again = backup("orders", "b", "Ready", "BackupRunning");
    failures.begun(again);
    assertThat(count()).isZero();
    failures.failed(again, true);
    gauges.show(List.of(again), List.of(orders()));
    assertThat(value("backups_failed")).isEqualTo(1);
    failures.failed(again, false);
    assertThat(count()).isEqualTo(1);
    gauges.show(List.of(complete("orders", "b", TIME, 7)), List.of(orders()));
    assertThat(value("backups_failed")).isZero();
  }

  @Test
  void whatFailedBeforeARestartHasFailedAfterItToo() {
    DatabaseBackup again = backup("orders", "b", "Ready", "BackupRunning");
    failures.failed(again, false);
    assertThat(failures.contains(again)).isTrue();
    failures.retain(Set.of());
    assertThat(failures.contains(again)).isFalse();
  }

  private double count() {
    return registry.get("schema_migration_backup_failures_total").counter().count();
  }

  @Test
  void whatIsGoneIsNotShownAnyMore() {
    List<DatabaseBackup> dumps = List.of(complete("orders", "b", TIME, 7));
    gauges.show(dumps, List.of(orders()));
    gauges.show(List.of(), List.of(orders()));
    assertThat(registry.getMeters()).isEmpty();
    gauges.show(dumps, List.of());
    assertThat(registry.getMeters()).isEmpty();
  }

  @Test
  void oneThatLacksPartsHoldsUpNoOther() {
    DatabaseBackup bare = complete("orders", "bare", TIME, 7);
    bare.getStatus().completionTime = null;
    DatabaseBackup odd = complete("orders", "odd", TIME, 7);
    odd.setSpec(null);
    gauges.show(List.of(bare, odd, complete("orders", "b", TIME, 7)), List.of(orders()));
    assertThat(value("backup_size_bytes")).isEqualTo(7);
  }
}
