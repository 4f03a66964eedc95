package io.schemamigration.controller;

import io.schemamigration.api.BackupStorage;
import io.schemamigration.api.DatabaseBackupStatus;
import io.schemamigration.backup.BackupJob;
import io.schemamigration.backup.JobResult;
import io.schemamigration.decision.TaskVerdict;
import io.schemamigration.job.JobState;
import io.schemamigration.plan.Reason;
import io.schemamigration.status.Conditions;
import java.util.Optional;
import java.util.function.Consumer;

/** What there is to tell about a backup. */
final class BackupVerdict {
  private static final long KIB = 1024;
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};

  private BackupVerdict() {}

  static TaskVerdict<DatabaseBackupStatus> of(BackupReason reason, String message) {
    return of(reason, message, status -> {});
  }

  static TaskVerdict<DatabaseBackupStatus> of(
      BackupReason reason, String message, Consumer<DatabaseBackupStatus> facts) {
    return new TaskVerdict<>(reason.stage(), reason.label(), message, reason.step(), facts);
  }

  /** Something that its migration would be told as well. */
  static TaskVerdict<DatabaseBackupStatus> of(Reason reason, String message) {
    return new TaskVerdict<>(
        reason.stage(), reason.label(), message, TaskVerdict.Step.OPEN, status -> {});
  }

  /**
   * A Job was made.
   *
   * @param databaseId of the database that was looked at: {@code History.fullId}
   */
  static TaskVerdict<DatabaseBackupStatus> begun(BackupJob job, String databaseId) {
    return of(
        BackupReason.BACKUP_RUNNING,
        "the Job is made",
        status -> {
          status.jobName = job.outline().name();
          status.storage = storage(job);
          status.job = job.outline().spec();
          status.databaseId = databaseId;
          status.serverVersion = job.facts().serverVersion();
          status.planId = job.facts().planId().orElse(null);
          status.covers = job.facts().covers().map(BackupVerdict::covers).orElse(null);
        });
  }

  /** A claim that was made of a template is one as any other. */
  private static BackupStorage storage(BackupJob job) {
    BackupStorage storage = new BackupStorage();
    storage.s3 = job.storage().s3;
    if (job.claim().isPresent()) {
      storage.persistentVolumeClaim = new BackupStorage.Volume();
      storage.persistentVolumeClaim.claimName = job.claim().get();
      storage.persistentVolumeClaim.path = job.storage().persistentVolumeClaim.path;
    }
    return storage;
  }

  private static DatabaseBackupStatus.Covers covers(
      io.schemamigration.backup.Manifest.Covers from) {
    DatabaseBackupStatus.Covers covers = new DatabaseBackupStatus.Covers();
    covers.hash = Conditions.cut(from.hash());
    covers.sequence = from.sequence().orElse(null);
    return covers;
  }

  /** It is running, or cannot begin. */
  static TaskVerdict<DatabaseBackupStatus> running(JobState.Running running, Optional<Long> bytes) {
    String doing =
        running
            .container()
            .map(
                name ->
                    switch (name) {
                      case BackupJob.CHECK -> "looking at the store";
                      case "login" -> "reading the login";
                      case BackupJob.DUMP -> "dumping and verifying";
                      default -> "storing the dump";
                    })
            .orElse("waiting for the pod");
    return of(
        BackupReason.BACKUP_RUNNING,
        doing + bytes.map(b -> ", " + size(b) + " so far").orElse(""),
        status -> bytes.ifPresent(b -> sized(status, b)));
  }

  /** It is kept. */
  static TaskVerdict<DatabaseBackupStatus> stored(JobResult.Stored stored) {
    return of(
        BackupReason.COMPLETE,
        "verified, %s%s"
            .formatted(size(stored.bytes()), stored.warning().map(w -> "; " + w).orElse("")),
        status -> {
          sized(status, stored.bytes());
          // When it was verified, not when somebody was there to be told of it.
          status.completionTime = stored.finished();
          status.location = stored.location();
          status.sha256 = stored.sha256();
          status.covers = stored.covers().map(BackupVerdict::covers).orElse(null);
          status.clientVersion = stored.clientVersion();
        });
  }

  private static void sized(DatabaseBackupStatus status, long bytes) {
    status.sizeBytes = bytes;
    status.size = size(bytes);
  }

  /** For people: {@code 12 KiB}, {@code 3.4 GiB}. */
  static String size(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= KIB && unit < UNITS.length - 1) {
      value /= KIB;
      unit++;
    }
    return unit == 0 || value >= 10
        ? Math.round(value) + " " + UNITS[unit]
        : String.format(java.util.Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }
}
