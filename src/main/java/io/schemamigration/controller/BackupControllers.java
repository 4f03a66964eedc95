package io.schemamigration.controller;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.schemamigration.api.DatabaseBackup;
import io.schemamigration.api.DatabaseBackupStatus;
import io.schemamigration.api.DatabaseRestore;
import io.schemamigration.api.DatabaseRestoreStatus;
import io.schemamigration.config.Settings;
import io.schemamigration.input.InputReader;
import io.schemamigration.input.LoginReader;
import io.schemamigration.job.Jobs;
import io.schemamigration.status.Events;
import io.schemamigration.status.StatusMetrics;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;

/** The controllers of backups and restores, wired: both make Jobs and follow them. */
final class BackupControllers implements AutoCloseable {
  private final JobCollaborators<DatabaseBackup, DatabaseBackupStatus> backups;
  private final JobCollaborators<DatabaseRestore, DatabaseRestoreStatus> restores;
  private final FailedBackups failures;
  private final InputReader inputs;
  private final LoginReader logins;

  BackupControllers(
      KubernetesClient client,
      InputReader inputs,
      LoginReader logins,
      Limits limits,
      Events events,
      StatusMetrics metrics,
      Settings settings,
      Clock clock) {
    this.failures = new FailedBackups(metrics);
    this.inputs = inputs;
    this.logins = logins;
    Jobs jobs = new Jobs(client, clock);
    this.backups =
        JobCollaborators.of(
            client,
            jobs,
            limits,
            events,
            DatabaseBackupStatus::new,
            (backup, status) -> count(metrics, backup, status),
            settings,
            clock);
    this.restores =
        JobCollaborators.of(
            client,
            jobs,
            limits,
            events,
            DatabaseRestoreStatus::new,
            (restore, status) -> {},
            settings,
            clock);
  }

  private static void count(
      StatusMetrics metrics, DatabaseBackup backup, DatabaseBackupStatus status) {
    if (status.startTime != null) {
      Duration took =
          Duration.between(Instant.parse(status.startTime), Instant.parse(status.completionTime));
      metrics.backedUp(
          backup.getMetadata().getNamespace(), took.isNegative() ? Duration.ZERO : took);
    }
  }

  void register(Operator operator, ControllerDefaults defaults) {
    // A backup may have a finalizer, which is no business of the SDK's: most have none.
    operator.register(
        new DatabaseBackupReconciler(backups, inputs, failures),
        c -> defaults.to(c.withName("databasebackup").withTriggerReconcilerOnAllEvents(true)));
    operator.register(
        new DatabaseRestoreReconciler(restores, logins),
        c -> defaults.to(c.withName("databaserestore")));
  }

  /** All backups that the watch knows. */
  List<DatabaseBackup> all() {
    return backups.existence().all();
  }

  /** Those that failed and have not succeeded since. */
  FailedBackups failures() {
    return failures;
  }

  /** All restores that the watch knows. */
  List<DatabaseRestore> allRestores() {
    return restores.existence().all();
  }

  /** Forgets what is gone. */
  void sweep() {
    backups.sweep();
    failures.retain(backups.existence().uids());
    restores.sweep();
  }

  @Override
  public void close() {
    backups.close();
    restores.close();
  }
}
