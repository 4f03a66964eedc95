package io.schemamigration.controller;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.schemamigration.api.DatabaseBackup;
import io.schemamigration.api.DatabaseBackupStatus;
import io.schemamigration.backup.BackupJob;
import io.schemamigration.backup.JobResult;
import io.schemamigration.job.JobState;
import io.schemamigration.job.Jobs;
import io.schemamigration.job.LastMoments;
import io.schemamigration.status.TaskReport;
import java.util.Optional;

/**
 * Finds out whether a backup that is deleted before its status says where its dump is has left one:
 * it may have been stored while no operator was there, or while its Job was ended.
 */
final class UnknownDump {
  /** What there may be of it. */
  enum Left {
    /** Nothing: it never came to storing it. */
    NOTHING,
    /** Only who looks where it would be can tell. */
    MAYBE,
    /** It is not over, or its result has just been taken: ask again. */
    NOT_YET
  }

  private final JobCollaborators<DatabaseBackup, DatabaseBackupStatus> with;
  private final JobFollower<DatabaseBackup, DatabaseBackupStatus> following;
  private final LastMoments pods;

  UnknownDump(
      JobCollaborators<DatabaseBackup, DatabaseBackupStatus> with,
      JobFollower<DatabaseBackup, DatabaseBackupStatus> following) {
    this.with = with;
    this.following = following;
    this.pods = new LastMoments(with.client());
  }

  /** What a backup left, as far as its Job and the pods of it tell; a Job that goes on is ended. */
  Left of(DatabaseBackup backup, Context<DatabaseBackup> context) {
    String namespace = backup.getMetadata().getNamespace();
    String name = backup.getMetadata().getName();
    Left left =
        with.jobs()
            .get(namespace, name)
            .filter(job -> Jobs.isOf(job, backup))
            .map(job -> of(backup, context, job))
            .orElseGet(() -> failed(backup) ? Left.NOTHING : Left.MAYBE);
    Optional<String> going = left == Left.NOT_YET ? Optional.empty() : pods.going(namespace, name);
    if (left == Left.MAYBE) { // else what was told last is what says that there is nothing
      going.ifPresent(pod -> waits(backup, context, "its pod " + pod + " ends first"));
    }
    return going.isPresent() ? Left.NOT_YET : left;
  }

  private Left of(DatabaseBackup backup, Context<DatabaseBackup> context, Job job) {
    return switch (with.jobs().state(job)) {
      case JobState.Succeeded succeeded when succeeded.result() instanceof JobResult.Stored -> {
        following.follow(backup, context, job, Optional.empty());
        yield Left.NOT_YET;
      }
      case JobState.Succeeded succeeded -> Left.MAYBE;
      case JobState.Failed failed -> begun(job) ? Left.MAYBE : Left.NOTHING;
      case JobState.Stuck stuck when !begun(job) -> {
        // Told, since it is known of no Job that is gone.
        with.writer()
            .tell(backup, context, BackupVerdict.of(BackupReason.BACKUP_FAILED, stuck.message()));
        yield end(job);
      }
      case JobState.Stuck stuck -> end(backup, context, job);
      case JobState.Running running -> end(backup, context, job);
    };
  }

  private boolean begun(Job job) {
    return pods.mayHaveBegun(job, BackupJob.STORE);
  }

  private Left end(DatabaseBackup backup, Context<DatabaseBackup> context, Job job) {
    waits(backup, context, "its Job is ended first");
    return end(job);
  }

  private Left end(Job job) {
    if (!job.isMarkedForDeletion()) {
      with.jobs().delete(job);
    }
    return Left.NOT_YET;
  }

  private void waits(DatabaseBackup backup, Context<DatabaseBackup> context, String what) {
    String message =
        what
            + ", then what it stored is removed; spec.deletionPolicy: Retain lets it go without"
            + " that";
    with.writer().tell(backup, context, BackupVerdict.of(BackupReason.PROGRESSING, message));
  }

  /** Its Job is gone, and the last that was told of it is that nothing was stored. */
  private static boolean failed(DatabaseBackup backup) {
    return TaskReport.ready(backup.getStatus())
        .map(Condition::getReason)
        .filter(BackupReason.BACKUP_FAILED.label()::equals)
        .isPresent();
  }
}
