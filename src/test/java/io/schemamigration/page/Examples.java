package io.schemamigration.page;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.schemamigration.api.DatabaseBackup;
import io.schemamigration.api.DatabaseBackupSpec;
import io.schemamigration.api.DatabaseBackupStatus;
import io.schemamigration.api.DatabaseRestore;
import io.schemamigration.api.DatabaseRestoreSpec;
import io.schemamigration.api.DatabaseRestoreStatus;
import io.schemamigration.api.LocalRef;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaMigrationSpec;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.api.SchemaRollback;
import io.schemamigration.api.SchemaRollbackSpec;
import io.schemamigration.api.SchemaRollbackStatus;
import io.schemamigration.api.TaskStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/** Resources to show, and what to change about them. */
final class Examples {
  static final Instant NOW = Instant.parse("2026-03-04T09:30:00Z");

  private Examples() {}

  static Snapshot snapshot(SchemaMigration... migrations) {
    return new Snapshot(true, List.of(migrations), List.of(), List.of(), List.of());
  }

  static Instant ago(Duration duration) {
    return NOW.minus(duration);
  }

  private static <R extends HasMetadata> R named(R resource, String namespace, String name) {
    resource.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(namespace)
            .withName(name)
            .withGeneration(1L)
            .withCreationTimestamp(ago(Duration.ofHours(1)).toString())
            .build());
    return resource;
  }

  static Condition condition(String type, String status, String reason, String message) {
    return new ConditionBuilder()
        .withType(type)
        .withStatus(status)
        .withReason(reason)
        .withMessage(message)
        .withLastTransitionTime(ago(Duration.ofMinutes(12)).toString())
        .withObservedGeneration(1L)
        .build();
  }

  /** Nobody has looked at it. */
  static SchemaMigration fresh(String namespace, String name) {
    SchemaMigration migration = named(new SchemaMigration(), namespace, name);
    migration.setSpec(new SchemaMigrationSpec());
    migration.setStatus(new SchemaMigrationStatus());
    migration.getStatus().observedGeneration = -1L;
    return migration;
  }

  private static SchemaMigration seen(
      String namespace, String name, List<Condition> conditions, int pending) {
    SchemaMigration migration = fresh(namespace, name);
    SchemaMigrationStatus status = migration.getStatus();
    status.observedGeneration = 1L;
    status.conditions = new ArrayList<>(conditions);
    status.conditions.add(condition("DatabaseReachable", "True", "UpToDate", "it answers"));
    status.pendingCount = pending;
    return migration;
  }

  static SchemaMigration done(String namespace, String name, int files) {
    String message = Words.count(files, "file") + " applied, none is pending";
    return seen(namespace, name, List.of(condition("Ready", "True", "UpToDate", message)), 0);
  }

  static SchemaMigration stalled(
      String namespace, String name, String reason, String message, int pending) {
    return seen(
        namespace,
        name,
        List.of(
            condition("Ready", "False", reason, message),
            condition("Stalled", "True", reason, message)),
        pending);
  }

  static SchemaMigration working(
      String namespace, String name, String reason, String message, int pending) {
    return seen(
        namespace,
        name,
        List.of(
            condition("Ready", "Unknown", reason, message),
            condition("Reconciling", "True", reason, message)),
        pending);
  }

  static SchemaMigration suspended(String namespace, String name) {
    return seen(
        namespace,
        name,
        List.of(condition("Ready", "True", "Suspended", "suspended; the files had been applied")),
        0);
  }

  /** The same with an applied file, the newest so far. */
  static SchemaMigration applied(
      SchemaMigration migration, long sequence, String hash, Duration before, Duration ran) {
    SchemaMigrationStatus status = migration.getStatus();
    SchemaMigrationStatus.Applied file = new SchemaMigrationStatus.Applied();
    file.sequence = sequence;
    file.hash = hash;
    file.appliedTime = ago(before).toString();
    file.durationMilliseconds = ran.toMillis();
    status.applied = new ArrayList<>(Facts.list(status.applied));
    status.applied.add(file);
    status.appliedCount = status.applied.size();
    status.current = new SchemaMigrationStatus.Current();
    status.current.hash = hash;
    status.current.sequence = sequence;
    status.current.appliedTime = file.appliedTime;
    return migration;
  }

  /** The same with a file to come. */
  static SchemaMigration pending(SchemaMigration migration, long sequence, String hash) {
    SchemaMigrationStatus.Pending file = new SchemaMigrationStatus.Pending();
    file.sequence = sequence;
    file.hash = hash;
    migration.getStatus().pending = new ArrayList<>(Facts.list(migration.getStatus().pending));
    migration.getStatus().pending.add(file);
    return migration;
  }

  private static SchemaRollbackSpec.MigrationRef ref(String migration) {
    SchemaRollbackSpec.MigrationRef ref = new SchemaRollbackSpec.MigrationRef();
    ref.name = migration;
    return ref;
  }

  private static void over(
      TaskStatus status, String ready, String reason, String message, Duration before) {
    status.observedGeneration = 1L;
    status.conditions = new ArrayList<>(List.of(condition("Ready", ready, reason, message)));
    status.completionTime = ago(before).toString();
  }

  static DatabaseBackup backup(
      String namespace, String migration, String name, Duration before, long bytes) {
    DatabaseBackup backup = named(new DatabaseBackup(), namespace, name);
    backup.setSpec(new DatabaseBackupSpec());
    backup.getSpec().migrationRef = ref(migration);
    backup.setStatus(new DatabaseBackupStatus());
    over(backup.getStatus(), "True", "Complete", "verified, " + Words.size(bytes), before);
    backup.getStatus().sha256 = "a".repeat(64);
    backup.getStatus().sizeBytes = bytes;
    backup.getStatus().covers = new DatabaseBackupStatus.Covers();
    backup.getStatus().covers.hash = "add_shipment_id";
    backup.getMetadata().setCreationTimestamp(ago(before).toString());
    return backup;
  }

  static SchemaRollback rollback(
      String namespace, String migration, String name, String reason, String message) {
    SchemaRollback rollback = named(new SchemaRollback(), namespace, name);
    rollback.setSpec(new SchemaRollbackSpec());
    rollback.getSpec().migrationRef = ref(migration);
    rollback.getSpec().undo = List.of("add_discount_code");
    rollback.setStatus(new SchemaRollbackStatus());
    over(rollback.getStatus(), "False", reason, message, Duration.ofMinutes(40));
    rollback.getStatus().conditions.add(condition("Stalled", "True", reason, message));
    return rollback;
  }

  static DatabaseRestore restore(String namespace, String backup, String name, String database) {
    DatabaseRestore restore = named(new DatabaseRestore(), namespace, name);
    restore.setSpec(new DatabaseRestoreSpec());
    restore.getSpec().source = new DatabaseRestoreSpec.Source();
    restore.getSpec().source.backupRef = new LocalRef();
    restore.getSpec().source.backupRef.name = backup;
    restore.getSpec().target = new DatabaseRestoreSpec.Target();
    restore.getSpec().target.database = database;
    restore.setStatus(new DatabaseRestoreStatus());
    over(
        restore.getStatus(),
        "True",
        "Complete",
        "restored and verified: 38 tables, 1204511 rows",
        Duration.ofDays(2));
    return restore;
  }
}
