package io.schemamigration.controller;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.schemamigration.api.DatabaseRestore;
import io.schemamigration.api.DatabaseRestoreStatus;
import io.schemamigration.backup.RestoreJob;
import io.schemamigration.decision.Work;
import io.schemamigration.input.LoginReader;
import io.schemamigration.input.Missing;
import io.schemamigration.input.Unreadable;
import io.schemamigration.plan.Reason;
import io.schemamigration.status.TaskReport;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** One reconcile of a restore: find the dump, look at the server, make the Job, follow it, tell. */
final class DatabaseRestoreReconciler implements Reconciler<DatabaseRestore> {
  private static final Duration SAFETY = Duration.ofSeconds(30);
  private static final Duration JOB_POLL = Duration.ofSeconds(2);

  private final JobCollaborators<DatabaseRestore, DatabaseRestoreStatus> with;
  private final LoginReader logins;
  private final JobFollower<DatabaseRestore, DatabaseRestoreStatus> following;

  DatabaseRestoreReconciler(
      JobCollaborators<DatabaseRestore, DatabaseRestoreStatus> with, LoginReader logins) {
    this.with = with;
    this.logins = logins;
    this.following =
        new JobFollower<>(with.jobs(), with.polling(), with.writer(), new RestoreWords());
  }

  @Override
  public List<EventSource<?, DatabaseRestore>> prepareEventSources(
      EventSourceContext<DatabaseRestore> context) {
    with.existence().follow(context.getPrimaryCache());
    return List.of(with.wake());
  }

  @Override
  public UpdateControl<DatabaseRestore> reconcile(
      DatabaseRestore resource, Context<DatabaseRestore> context) {
    if (TaskReport.over(resource.getStatus())) {
      with.jobs()
          .expireLate(resource, RestoreJobs.name(resource), resource.getStatus().completionTime);
      return UpdateControl.noUpdate();
    }
    Optional<String> unreadable = Unreadable.in(resource);
    if (unreadable.isPresent()) {
      return with.tell(resource, context, RestoreVerdict.of(Reason.INVALID_SPEC, unreadable.get()));
    }
    Work work = with.runs().take(resource.getMetadata().getUid());
    if (work instanceof Work.Busy) {
      return after(SAFETY);
    }
    RestoreSource source;
    try {
      source = RestoreSource.of(resource, with.client());
    } catch (IllegalArgumentException e) {
      return with.tell(
          resource, context, RestoreVerdict.of(RestoreReason.RESTORE_FAILED, e.getMessage()));
    }
    Optional<Job> job =
        with.jobs().get(resource.getMetadata().getNamespace(), RestoreJobs.name(resource));
    if (job.isPresent()) {
      Optional<String> inputs =
          source instanceof RestoreSource.Found found
              ? Optional.of(new RestoreJobs(resource, found, with.settings()).inputs())
              : Optional.empty(); // what it fetches is no longer known, but it may still be there
      return following.follow(resource, context, job.get(), inputs);
    }
    return switch (source) {
      case RestoreSource.Absent absent ->
          with.tell(resource, context, RestoreVerdict.of(absent.reason(), absent.message()));
      case RestoreSource.Found found ->
          switch (work) {
            case Work.Looked looked -> begin(resource, context, found, looked);
            case Work.LookFailed failed ->
                with.tell(resource, context, RestoreVerdict.of(failed.reason(), failed.message()));
            case Work.Idle idle -> look(resource, context);
            case Work.Busy busy -> after(SAFETY);
            case Work.Ran ran -> throw new IllegalStateException("a restore runs no files");
          };
    };
  }

  private UpdateControl<DatabaseRestore> look(
      DatabaseRestore resource, Context<DatabaseRestore> context) {
    try {
      RestoreTarget target = RestoreTarget.read(resource, logins);
      if (TaskReport.ready(resource.getStatus()).isEmpty()) {
        with.writer()
            .tell(
                resource,
                context,
                RestoreVerdict.of(RestoreReason.PROGRESSING, "looking at the server"));
      }
      with.runs()
          .look(
              ResourceID.fromResource(resource),
              resource.getMetadata().getUid(),
              target.lookRequest());
      return after(SAFETY);
    } catch (Missing e) {
      return with.tell(resource, context, RestoreVerdict.of(e.reason(), e.getMessage()));
    }
  }

  private UpdateControl<DatabaseRestore> begin(
      DatabaseRestore resource,
      Context<DatabaseRestore> context,
      RestoreSource.Found source,
      Work.Looked looked) {
    synchronized (with.jobs()) { // as backups do: two would both find the volume free
      if (RestoreSource.of(resource, with.client()) instanceof RestoreSource.Absent absent) {
        // Deleted since: the Job that removes its dump may be there already.
        return with.tell(resource, context, RestoreVerdict.of(absent.reason(), absent.message()));
      }
      String namespace = resource.getMetadata().getNamespace();
      Optional<String> busy =
          source.claim().flatMap(c -> with.jobs().using(namespace, RestoreJobs.name(resource), c));
      if (busy.isPresent()) {
        return with.tell(
            resource,
            context,
            RestoreVerdict.of(
                RestoreReason.VOLUME_BUSY, busy.get() + " uses the volume; it goes first"));
      }
      try {
        make(resource, context, source, looked.look().history().database().serverVersion());
      } catch (Missing e) {
        return with.tell(resource, context, RestoreVerdict.of(e.reason(), e.getMessage()));
      } catch (IllegalArgumentException e) {
        return with.tell(
            resource, context, RestoreVerdict.of(RestoreReason.RESTORE_FAILED, e.getMessage()));
      } catch (KubernetesClientException e) {
        if (e.getStatus() == null) {
          throw e; // the API server did not answer; tried again
        }
        String message = "the Job is refused: " + e.getStatus().getMessage();
        return with.tell(
            resource, context, RestoreVerdict.of(RestoreReason.RESTORE_FAILED, message));
      }
    }
    return after(JOB_POLL);
  }

  private void make(
      DatabaseRestore resource,
      Context<DatabaseRestore> context,
      RestoreSource.Found source,
      String serverVersion)
      throws Missing {
    RestoreTarget target = RestoreTarget.read(resource, logins);
    Map<String, String> labels =
        with.jobs()
            .secretLabels(
                resource.getMetadata().getNamespace(), resource.getSpec().target.secretRef.name);
    RestoreJob job =
        new RestoreJobs(resource, source, with.settings())
            .job(target.database(), serverVersion, labels);
    with.jobs().create(job.build());
    with.writer().tell(resource, context, RestoreVerdict.begun(job, serverVersion));
  }

  private static UpdateControl<DatabaseRestore> after(Duration pause) {
    return UpdateControl.<DatabaseRestore>noUpdate().rescheduleAfter(pause);
  }
}
