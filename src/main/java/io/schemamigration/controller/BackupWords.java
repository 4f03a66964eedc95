package io.schemamigration.controller;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.schemamigration.api.DatabaseBackup;
import io.schemamigration.api.DatabaseBackupStatus;
import io.schemamigration.backup.BackupJob;
import io.schemamigration.backup.JobResult;
import io.schemamigration.decision.TaskVerdict;
import io.schemamigration.job.JobParts;
import io.schemamigration.job.JobState;
import java.util.Optional;

/** What a backup says of its Job. */
final class BackupWords implements JobFollower.Words<DatabaseBackup, DatabaseBackupStatus> {
  private final KubernetesClient client;
  private final FailedBackups failures;

  BackupWords(KubernetesClient client, FailedBackups failures) {
    this.client = client;
    this.failures = failures;
  }

  @Override
  public String measured() {
    return BackupJob.DUMP;
  }

  @Override
  public TaskVerdict<DatabaseBackupStatus> running(JobState.Running running, Optional<Long> bytes) {
    return BackupVerdict.running(running, bytes);
  }

  @Override
  public TaskVerdict<DatabaseBackupStatus> stuck(String message) {
    return BackupVerdict.of(BackupReason.BACKUP_FAILED, message);
  }

  @Override
  public TaskVerdict<DatabaseBackupStatus> failed(JobState.Failed failed) {
    return BackupVerdict.of(BackupReason.BACKUP_FAILED, failed.message());
  }

  @Override
  public void failed(DatabaseBackup resource, boolean news) {
    failures.failed(resource, news);
  }

  @Override
  public Optional<TaskVerdict<DatabaseBackupStatus>> done(
      DatabaseBackup resource, JobResult result) {
    return result instanceof JobResult.Stored stored
        ? Optional.of(BackupVerdict.stored(stored))
        : Optional.empty();
  }

  @Override
  public void settle(DatabaseBackup resource, JobResult result) {
    if (result instanceof JobResult.Stored stored) {
      stored.removed().forEach(name -> forget(resource, name));
    }
  }

  /** Retention removed its dump: what was made for a run goes with it. */
  private void forget(DatabaseBackup newest, String name) {
    client
        .resources(DatabaseBackup.class)
        .inNamespace(newest.getMetadata().getNamespace())
        .withLabel(JobParts.MIGRATION_LABEL, newest.getSpec().migrationRef.name)
        .withLabel(BackupJobs.PLAN_LABEL)
        .list()
        .getItems()
        .stream()
        .filter(b -> b.getMetadata().getName().equals(name))
        .forEach(b -> client.resource(b).delete());
  }
}
