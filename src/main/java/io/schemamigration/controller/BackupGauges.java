package io.schemamigration.controller;

import io.fabric8.kubernetes.api.model.Condition;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.MultiGauge;
import io.micrometer.core.instrument.Tags;
import io.schemamigration.api.DatabaseBackup;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.status.Conditions;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * What there is of dumps, by migration: when the newest was verified, how large it is, and how many
 * are not to be had. Counted anew out of the watch's cache, so nothing is shown of what is gone.
 */
final class BackupGauges {
  private final FailedBackups failures;
  private final MultiGauge lastSuccess;
  private final MultiGauge size;
  private final MultiGauge failed;

  BackupGauges(MeterRegistry registry, FailedBackups failures) {
    this.failures = failures;
    this.lastSuccess =
        MultiGauge.builder("schema_migration_backup_last_success_timestamp_seconds")
            .description("When the newest dump of a SchemaMigration's database was verified")
            .register(registry);
    this.size =
        MultiGauge.builder("schema_migration_backup_size_bytes")
            .description("Size of the newest verified dump of a SchemaMigration's database")
            .baseUnit("bytes")
            .register(registry);
    this.failed =
        MultiGauge.builder("schema_migration_backups_failed")
            .description(
                "DatabaseBackups of a SchemaMigration that are stalled, or failed and have not"
                    + " succeeded since")
            .register(registry);
  }

  /** Shows these, as far as their migrations are there. */
  void show(List<DatabaseBackup> backups, List<SchemaMigration> migrations) {
    var byMigration =
        backups.stream()
            .filter(b -> b.getSpec() != null && b.getSpec().migrationRef != null)
            .collect(
                Collectors.groupingBy(
                    b -> tags(b.getMetadata().getNamespace(), b.getSpec().migrationRef.name)));
    List<MultiGauge.Row<?>> times = new ArrayList<>();
    List<MultiGauge.Row<?>> sizes = new ArrayList<>();
    List<MultiGauge.Row<?>> stalled = new ArrayList<>();
    for (SchemaMigration migration : migrations) {
      Tags tags = tags(migration.getMetadata().getNamespace(), migration.getMetadata().getName());
      List<DatabaseBackup> own = byMigration.getOrDefault(tags, List.of());
      if (own.isEmpty()) {
        continue;
      }
      Optional<DatabaseBackup> newest =
          own.stream()
              .filter(b -> DatabaseBackupReconciler.over(b) && b.getStatus().completionTime != null)
              .max(Comparator.comparing(BackupGauges::verified));
      newest.ifPresent(
          b -> {
            times.add(MultiGauge.Row.of(tags, verified(b).getEpochSecond()));
            Optional.ofNullable(b.getStatus().sizeBytes)
                .ifPresent(bytes -> sizes.add(MultiGauge.Row.of(tags, bytes)));
          });
      stalled.add(
          MultiGauge.Row.of(
              tags, own.stream().filter(b -> stalled(b) || failures.contains(b)).count()));
    }
    lastSuccess.register(times, true);
    size.register(sizes, true);
    failed.register(stalled, true);
  }

  private static Tags tags(String namespace, String name) {
    return Tags.of("namespace", namespace, "name", name);
  }

  private static Instant verified(DatabaseBackup backup) {
    return Instant.parse(backup.getStatus().completionTime);
  }

  private static boolean stalled(DatabaseBackup backup) {
    List<Condition> all =
        backup.getStatus() == null || backup.getStatus().conditions == null
            ? List.of()
            : backup.getStatus().conditions;
    return all.stream().anyMatch(c -> Conditions.STALLED.equals(c.getType()));
  }
}
