package io.schemamigration.controller;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.schemamigration.api.DatabaseBackup;
import io.schemamigration.api.DatabaseBackupStatus;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.backup.BackupJob;
import io.schemamigration.decision.Work;
import io.schemamigration.input.Gathered;
import io.schemamigration.input.InputReader;
import io.schemamigration.input.Unreadable;
import io.schemamigration.plan.Reason;
import io.schemamigration.postgres.Look;
import io.schemamigration.status.TaskReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/** One reconcile of a backup: look at the database, make the Job, follow it, tell. */
final class DatabaseBackupReconciler implements Reconciler<DatabaseBackup> {
  private static final Duration SOON = Duration.ofMillis(50);
  private static final Duration SAFETY = Duration.ofSeconds(30);
  private static final Duration JOB_POLL = Duration.ofSeconds(2);

  private final JobCollaborators<DatabaseBackup, DatabaseBackupStatus> with;
  private final InputReader inputs;
  private final FailedBackups failures;
  private final JobFollower<DatabaseBackup, DatabaseBackupStatus> following;
  private final BackupRemoval removal;
  private final OpenRestores restores;

  DatabaseBackupReconciler(
      JobCollaborators<DatabaseBackup, DatabaseBackupStatus> with,
      InputReader inputs,
      FailedBackups failures) {
    this.with = with;
    this.inputs = inputs;
    this.failures = failures;
    this.following =
        new JobFollower<>(
            with.jobs(), with.polling(), with.writer(), new BackupWords(with.client(), failures));
    this.removal = new BackupRemoval(with, following);
    this.restores = new OpenRestores(with.client(), with.settings().namespaces());
  }

  @Override
  public List<EventSource<?, DatabaseBackup>> prepareEventSources(
      EventSourceContext<DatabaseBackup> context) {
    with.existence().follow(context.getPrimaryCache());
    return List.of(with.wake());
  }

  /** Whether nothing happens to a backup any more. */
  static boolean over(DatabaseBackup backup) {
    return TaskReport.ready(backup.getStatus())
        .filter(ready -> ready.getReason().equals(BackupReason.COMPLETE.label()))
        .isPresent();
  }

  @Override
  public UpdateControl<DatabaseBackup> reconcile(
      DatabaseBackup resource, Context<DatabaseBackup> context) {
    if (context.isPrimaryResourceDeleted()) {
      return UpdateControl.noUpdate();
    }
    if (resource.isMarkedForDeletion()) {
      return removal.remove(resource, context);
    }
    Optional<String> unreadable = Unreadable.in(resource);
    if (unreadable.isPresent()) { // its finalizer, too, stays as it is
      return with.tell(resource, context, BackupVerdict.of(Reason.INVALID_SPEC, unreadable.get()));
    }
    removal.settle(resource, context);
    if (over(resource)) {
      with.jobs()
          .expireLate(
              resource, resource.getMetadata().getName(), resource.getStatus().completionTime);
      return UpdateControl.noUpdate();
    }
    Work work = with.runs().take(resource.getMetadata().getUid());
    if (work instanceof Work.Busy) {
      return after(SAFETY);
    }
    String namespace = resource.getMetadata().getNamespace();
    Optional<Job> job = with.jobs().get(namespace, resource.getMetadata().getName());
    if (job.isPresent()) {
      Optional<String> inputs = migration(resource).map(m -> parts(resource, m).inputs());
      return following.follow(resource, context, job.get(), inputs);
    }
    return switch (work) {
      case Work.Looked looked -> begin(resource, context, looked);
      case Work.LookFailed failed ->
          with.tell(resource, context, BackupVerdict.of(failed.reason(), failed.message()));
      case Work.Idle idle -> look(resource, context);
      case Work.Busy busy -> after(SAFETY);
      case Work.Ran ran -> throw new IllegalStateException("a backup runs no files");
    };
  }

  private UpdateControl<DatabaseBackup> look(
      DatabaseBackup resource, Context<DatabaseBackup> context) {
    Optional<SchemaMigration> migration = migration(resource);
    if (migration.isEmpty()) {
      return with.tell(
          resource,
          context,
          BackupVerdict.of(
              BackupReason.MIGRATION_NOT_FOUND,
              "SchemaMigration " + migrationName(resource) + " is not there; create it"));
    }
    BackupJobs parts = parts(resource, migration.get());
    if (parts.storage().isEmpty()) {
      return with.tell(
          resource,
          context,
          BackupVerdict.of(
              BackupReason.BACKUP_FAILED,
              "nothing says where dumps are kept; set spec.backup.storage of SchemaMigration "
                  + migrationName(resource)));
    }
    return switch (inputs.forUndo(migration.get())) {
      case Gathered.Complete complete -> {
        if (TaskReport.ready(resource.getStatus()).isEmpty()) {
          with.writer()
              .tell(
                  resource,
                  context,
                  BackupVerdict.of(BackupReason.PROGRESSING, "looking at the database"));
        }
        with.runs()
            .look(
                ResourceID.fromResource(resource),
                resource.getMetadata().getUid(),
                complete.inputs().of(resource.getMetadata().getGeneration()).lookRequest());
        yield after(SAFETY);
      }
      case Gathered.Incomplete i ->
          with.tell(resource, context, BackupVerdict.of(i.reason(), i.message()));
      case Gathered.Suspended suspended -> after(SAFETY);
    };
  }

  private UpdateControl<DatabaseBackup> begin(
      DatabaseBackup resource, Context<DatabaseBackup> context, Work.Looked looked) {
    Optional<SchemaMigration> migration = migration(resource);
    if (migration.isEmpty()) {
      return after(SOON);
    }
    synchronized (with.jobs()) { // two that ask at the same time would both find the volume free
      return begin(resource, context, migration.get(), looked);
    }
  }

  private UpdateControl<DatabaseBackup> begin(
      DatabaseBackup resource,
      Context<DatabaseBackup> context,
      SchemaMigration migration,
      Work.Looked looked) {
    BackupJobs parts = parts(resource, migration);
    Optional<String> busy =
        parts
            .claim()
            .flatMap(
                claim ->
                    with.jobs()
                        .using(
                            resource.getMetadata().getNamespace(),
                            resource.getMetadata().getName(),
                            claim));
    if (busy.isPresent()) {
      return with.tell(
          resource,
          context,
          BackupVerdict.of(
              BackupReason.VOLUME_BUSY, busy.get() + " uses the volume; it goes first"));
    }
    try {
      make(resource, context, parts, migration, looked);
    } catch (IllegalArgumentException e) {
      return with.tell(
          resource, context, BackupVerdict.of(BackupReason.BACKUP_FAILED, e.getMessage()));
    } catch (KubernetesClientException e) {
      if (e.getStatus() == null) {
        throw e; // the API server did not answer; tried again
      }
      return with.tell(
          resource,
          context,
          BackupVerdict.of(
              BackupReason.BACKUP_FAILED, "the Job is refused: " + e.getStatus().getMessage()));
    }
    return after(JOB_POLL);
  }

  private void make(
      DatabaseBackup resource,
      Context<DatabaseBackup> context,
      BackupJobs parts,
      SchemaMigration migration,
      Work.Looked looked) {
    Look look = looked.look();
    String secret = migration.getSpec().database.secretRef.name;
    Map<String, String> labels =
        with.jobs().secretLabels(resource.getMetadata().getNamespace(), secret);
    int connect = (int) looked.request().target().timeouts().connect().toSeconds();
    Set<String> restored = restores.dumps(migration);
    BackupJob job = parts.job(look, labels, Math.max(1, connect), restored);
    // First: who finds the Job after a restart does not know any more how to get to the dump.
    with.writer().tell(resource, context, BackupVerdict.begun(job, look.history().fullId()));
    parts.newClaim().ifPresent(with.jobs()::create);
    with.jobs().create(job.build());
    failures.begun(resource);
  }

  private BackupJobs parts(DatabaseBackup resource, SchemaMigration migration) {
    return new BackupJobs(resource, migration, with.settings());
  }

  private Optional<SchemaMigration> migration(DatabaseBackup resource) {
    return Optional.ofNullable(
        with.client()
            .resources(SchemaMigration.class)
            .inNamespace(resource.getMetadata().getNamespace())
            .withName(migrationName(resource))
            .get());
  }

  private static String migrationName(DatabaseBackup resource) {
    return resource.getSpec().migrationRef.name;
  }

  private static UpdateControl<DatabaseBackup> after(Duration pause) {
    return UpdateControl.<DatabaseBackup>noUpdate().rescheduleAfter(pause);
  }
}
