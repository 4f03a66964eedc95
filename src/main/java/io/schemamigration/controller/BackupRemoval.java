package io.schemamigration.controller;

import io.fabric8.kubernetes.api.model.StatusDetails;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.schemamigration.api.BackupJobSpec;
import io.schemamigration.api.DatabaseBackup;
import io.schemamigration.api.DatabaseBackupStatus;
import io.schemamigration.backup.BackupId;
import io.schemamigration.backup.JobOutline;
import io.schemamigration.backup.JobResult;
import io.schemamigration.backup.RemovalJob;
import io.schemamigration.input.Unreadable;
import io.schemamigration.job.JobParts;
import io.schemamigration.job.JobState;
import io.schemamigration.status.Conditions;
import io.schemamigration.status.TaskReport;
import java.time.Duration;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Removes the dump of a backup that is deleted, where its {@code deletionPolicy} says so: only then
 * it has a finalizer. A namespace that is being deleted is never held up; what is in a bucket stays
 * there then.
 */
final class BackupRemoval {
  static final String FINALIZER = "schemamigration.io/dump";
  private static final Logger LOG = LoggerFactory.getLogger(BackupRemoval.class);
  private static final Duration JOB_POLL = Duration.ofSeconds(2);
  private static final Duration SOON = Duration.ofMillis(50);

  private final JobCollaborators<DatabaseBackup, DatabaseBackupStatus> with;
  private final UnknownDump unknown;

  BackupRemoval(
      JobCollaborators<DatabaseBackup, DatabaseBackupStatus> with,
      JobFollower<DatabaseBackup, DatabaseBackupStatus> following) {
    this.with = with;
    this.unknown = new UnknownDump(with, following);
  }

  private static boolean wanted(DatabaseBackup backup) {
    return Unreadable.in(backup).isEmpty() && "Delete".equals(backup.getSpec().deletionPolicy);
  }

  /** Gives a backup the finalizer that its policy asks for, or takes it away. */
  void settle(DatabaseBackup backup, Context<DatabaseBackup> context) {
    if (wanted(backup) && !backup.hasFinalizer(FINALIZER)) {
      PrimaryUpdateAndCacheUtils.addFinalizer(context, FINALIZER);
    } else if (!wanted(backup) && backup.hasFinalizer(FINALIZER)) {
      release(backup);
    }
  }

  /** One step of removing what a deleted backup left. */
  UpdateControl<DatabaseBackup> remove(DatabaseBackup backup, Context<DatabaseBackup> context) {
    if (!backup.hasFinalizer(FINALIZER)) {
      return UpdateControl.noUpdate(); // held up by others, or not at all
    }
    if (!wanted(backup) || !begun(backup)) {
      return released(backup);
    }
    Optional<Job> job = with.jobs().get(backup.getMetadata().getNamespace(), name(backup));
    if (job.isPresent()) {
      return follow(backup, context, job.get());
    }
    UnknownDump.Left left =
        location(backup).isPresent() ? UnknownDump.Left.MAYBE : unknown.of(backup, context);
    return switch (left) {
      case NOTHING -> released(backup);
      case NOT_YET -> after(JOB_POLL);
      case MAYBE -> {
        synchronized (with.jobs()) { // a restore that begins at the same time would not be seen
          yield begin(backup, context);
        }
      }
    };
  }

  /** Before a Job is made it is told where it will keep its dump. */
  private static boolean begun(DatabaseBackup backup) {
    return backup.getStatus() != null && backup.getStatus().storage != null;
  }

  private static Optional<String> location(DatabaseBackup backup) {
    return Optional.ofNullable(backup.getStatus().location);
  }

  private static String name(DatabaseBackup backup) {
    return JobParts.name(
        backup.getMetadata().getName(), "removal\n" + backup.getMetadata().getUid());
  }

  private UpdateControl<DatabaseBackup> begin(
      DatabaseBackup backup, Context<DatabaseBackup> context) {
    RemovalJob removal = job(backup);
    String namespace = backup.getMetadata().getNamespace();
    Optional<String> busy =
        removal
            .claim()
            .flatMap(c -> with.jobs().using(namespace, name(backup), c))
            .map(user -> user + " uses the volume")
            .or(
                () ->
                    location(backup)
                        .flatMap(at -> with.jobs().reading(namespace, at))
                        .map(user -> user + " reads the dump"));
    if (busy.isPresent()) {
      return told(
          backup, context, BackupReason.VOLUME_BUSY, busy.get() + "; it is removed after that");
    }
    try {
      with.jobs().create(removal.build());
      return after(JOB_POLL);
    } catch (KubernetesClientException e) {
      if (terminating(e)) {
        LOG.warn("the namespace goes, so the dump at {} stays", location(backup).orElse("-"));
        return released(backup);
      }
      if (e.getStatus() == null) {
        throw e; // the API server did not answer; tried again
      }
      return failed(backup, context, "the Job is refused: " + e.getStatus().getMessage());
    }
  }

  private RemovalJob job(DatabaseBackup backup) {
    DatabaseBackupStatus status = backup.getStatus();
    Optional<String> claim =
        Optional.ofNullable(status.storage.persistentVolumeClaim).map(v -> v.claimName);
    String namespace = backup.getMetadata().getNamespace();
    String migration = backup.getSpec().migrationRef.name;
    JobOutline outline =
        new JobOutline(
            name(backup),
            namespace,
            JobParts.owner(backup),
            JobParts.labels(Optional.of(migration), claim),
            inputs(backup),
            spec(backup),
            with.settings().jobs());
    return new RemovalJob(
        outline,
        status.storage,
        claim,
        new BackupId(namespace, migration, backup.getMetadata().getName()),
        Optional.ofNullable(status.sha256),
        backup.getMetadata().getUid());
  }

  private static BackupJobSpec spec(DatabaseBackup backup) {
    return Backups.jobSpec(backup).orElseGet(BackupJobSpec::new);
  }

  /** Digest of what can be changed while the Job is stuck. */
  private String inputs(DatabaseBackup backup) {
    return JobParts.digest(Serialization.asJson(spec(backup)) + with.settings().jobs());
  }

  private UpdateControl<DatabaseBackup> follow(
      DatabaseBackup backup, Context<DatabaseBackup> context, Job job) {
    return switch (with.jobs().state(job)) {
      case JobState.Running running -> after(JOB_POLL);
      case JobState.Stuck stuck when !inputs(backup).equals(JobFollower.inputs(job)) -> {
        with.jobs().delete(job); // somebody changed what it is stuck on
        yield after(SOON);
      }
      case JobState.Stuck stuck -> failed(backup, context, stuck.message());
      case JobState.Succeeded succeeded
          when succeeded.result() instanceof JobResult.Removed removed -> {
        LOG.info("{} is removed", removed.location());
        yield released(backup);
      }
      case JobState.Succeeded succeeded -> again(backup, context, job, "the Job removed nothing");
      case JobState.Failed failed -> again(backup, context, job, failed.message());
    };
  }

  private UpdateControl<DatabaseBackup> again(
      DatabaseBackup backup, Context<DatabaseBackup> context, Job job, String message) {
    failed(backup, context, message);
    Duration left = with.jobs().left(job, with.polling().pause(backup.getMetadata().getUid()));
    if (left.isPositive()) {
      return after(left);
    }
    with.jobs().delete(job);
    return after(SOON);
  }

  private UpdateControl<DatabaseBackup> failed(
      DatabaseBackup backup, Context<DatabaseBackup> context, String message) {
    return told(
        backup,
        context,
        BackupReason.REMOVAL_FAILED,
        message + "; spec.deletionPolicy: Retain lets it go without its dump");
  }

  private UpdateControl<DatabaseBackup> told(
      DatabaseBackup backup, Context<DatabaseBackup> context, BackupReason reason, String message) {
    boolean stands =
        TaskReport.ready(backup.getStatus())
            .filter(ready -> ready.getMessage().equals(Conditions.cut(message)))
            .isPresent();
    if (!stands) { // once for each Job
      with.polling().failed(backup.getMetadata().getUid(), reason.label());
    }
    with.writer().tell(backup, context, BackupVerdict.of(reason, message));
    return after(with.polling().pause(backup.getMetadata().getUid()));
  }

  /** Nothing can be made in a namespace that goes. */
  private static boolean terminating(KubernetesClientException e) {
    return Optional.ofNullable(e.getStatus())
        .map(status -> status.getDetails())
        .map(StatusDetails::getCauses)
        .filter(all -> all.stream().anyMatch(c -> "NamespaceTerminating".equals(c.getReason())))
        .isPresent();
  }

  private UpdateControl<DatabaseBackup> released(DatabaseBackup backup) {
    release(backup);
    return UpdateControl.noUpdate();
  }

  private void release(DatabaseBackup backup) {
    PrimaryUpdateAndCacheUtils.removeFinalizer(with.client(), backup, FINALIZER);
  }

  private static UpdateControl<DatabaseBackup> after(Duration pause) {
    return UpdateControl.<DatabaseBackup>noUpdate().rescheduleAfter(pause);
  }
}
