package io.schemamigration.controller;

import io.fabric8.kubernetes.api.model.Condition;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaRollback;
import io.schemamigration.api.SchemaRollbackStatus;
import io.schemamigration.decision.Clearance;
import io.schemamigration.decision.Decision;
import io.schemamigration.decision.TaskVerdict;
import io.schemamigration.decision.Work;
import io.schemamigration.input.Gathered;
import io.schemamigration.input.Inputs;
import io.schemamigration.input.Missing;
import io.schemamigration.plan.Reason;
import io.schemamigration.status.TaskReport;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/** One reconcile of a request to undo: look, decide under the lock, act, tell. */
final class SchemaRollbackReconciler implements Reconciler<SchemaRollback> {
  private static final Duration SOON = Duration.ofMillis(50);
  private static final Duration BACKUP_POLL = Duration.ofSeconds(5);
  private static final Duration SAFETY = Duration.ofSeconds(30);
  private static final Duration TURN_POLL = Duration.ofSeconds(2);

  private final RollbackCollaborators with;
  private final UndoRuns runs;

  SchemaRollbackReconciler(RollbackCollaborators with) {
    this.with = with;
    this.runs = new UndoRuns(with);
  }

  @Override
  public List<EventSource<?, SchemaRollback>> prepareEventSources(
      EventSourceContext<SchemaRollback> context) {
    with.existence().follow(context.getPrimaryCache());
    return with.watches().sources(context);
  }

  @Override
  public UpdateControl<SchemaRollback> reconcile(
      SchemaRollback resource, Context<SchemaRollback> context) {
    if (OpenRollbacks.over(resource)) {
      with.runs().forget(resource.getMetadata().getUid()); // another operator was faster
      return UpdateControl.noUpdate();
    }
    try {
      return follow(resource, context, RollbackSpec.of(resource));
    } catch (Missing e) {
      return tell(
          resource, context, RollbackVerdict.of(RollbackReason.INVALID_SPEC, e.getMessage()));
    }
  }

  private UpdateControl<SchemaRollback> follow(
      SchemaRollback resource, Context<SchemaRollback> context, RollbackSpec spec) {
    String uid = resource.getMetadata().getUid();
    Work work = with.runs().take(uid);
    return switch (work) {
      case Work.Busy busy -> {
        busy.progress()
            .map(p -> RollbackVerdict.of(RollbackReason.ROLLING_BACK, p.text()))
            .ifPresent(v -> with.writer().tell(resource, context, v));
        yield after(SAFETY);
      }
      case Work.Ran ran -> {
        UpdateControl<SchemaRollback> next =
            migration(resource, spec)
                .flatMap(m -> runs.backedUp(resource, spec, m, ran))
                .map(answer -> unsafe(resource, context, answer))
                .orElseGet(() -> ended(resource, context, spec, ran));
        with.runs().told(uid, ran);
        with.metrics().undone(resource.getMetadata().getNamespace(), ran.undoFiles());
        yield next;
      }
      case Work.Looked looked -> undo(resource, context, spec, looked);
      case Work.LookFailed failed ->
          tell(resource, context, RollbackVerdict.of(failed.reason(), failed.message()));
      case Work.Idle idle -> begin(resource, context, spec);
    };
  }

  /** It ended for want of the backup that it needs, and nothing was changed. */
  private UpdateControl<SchemaRollback> unsafe(
      SchemaRollback resource, Context<SchemaRollback> context, Clearance answer) {
    return switch (answer) {
      case Clearance.Waits waits -> {
        with.writer().tell(resource, context, RollbackVerdict.of(waits.reason(), waits.message()));
        yield after(BACKUP_POLL);
      }
      case Clearance.Cleared cleared -> after(SAFETY); // it runs again, with its backup
    };
  }

  private UpdateControl<SchemaRollback> ended(
      SchemaRollback resource, Context<SchemaRollback> context, RollbackSpec spec, Work.Ran ran) {
    // Before the end is told, which wakes the migration.
    migration(resource, spec).ifPresent(m -> with.undone().saw(m, ran.outcome()));
    TaskVerdict<SchemaRollbackStatus> verdict = RollbackVerdict.of(spec.undo(), ran);
    Optional<RollbackRetry> retry = RollbackRetry.after(resource.getStatus(), ran);
    if (retry.isEmpty()) {
      return tell(resource, context, verdict.and(s -> RollbackRetry.none(s, verdict.last())));
    }
    with.writer()
        .tell(resource, context, verdict.and(s -> retry.get().note(s, with.clock().instant())));
    return after(retry.get().pause().orElse(SOON));
  }

  /** Nothing is going on: whatever speaks against it is told, else the database is asked. */
  private UpdateControl<SchemaRollback> begin(
      SchemaRollback resource, Context<SchemaRollback> context, RollbackSpec spec) {
    String namespace = resource.getMetadata().getNamespace();
    Optional<SchemaRollback> earlier =
        OpenRollbacks.before(resource, context.getPrimaryCache().list(namespace), spec.migration());
    if (earlier.isPresent()) {
      String name = earlier.get().getMetadata().getName();
      return tell(
          resource,
          context,
          RollbackVerdict.of(
              RollbackReason.EARLIER_REQUEST, "SchemaRollback " + name + " goes first"));
    }
    Optional<SchemaMigration> migration = migration(resource, spec);
    if (migration.isEmpty()) {
      return tell(
          resource,
          context,
          RollbackVerdict.of(
              RollbackReason.MIGRATION_NOT_FOUND,
              "SchemaMigration " + spec.migration() + " is not there; create it"));
    }
    return switch (with.inputs().forUndo(migration.get())) {
      case Gathered.Complete complete -> {
        Optional<Duration> pause = RollbackRetry.left(resource.getStatus(), with.clock().instant());
        if (pause.isPresent()) {
          yield after(pause.get());
        }
        if (TaskReport.ready(resource.getStatus()).isEmpty()) {
          with.writer()
              .tell(
                  resource,
                  context,
                  RollbackVerdict.of(RollbackReason.PROGRESSING, "looking at the database"));
        }
        with.runs()
            .look(
                ResourceID.fromResource(resource),
                resource.getMetadata().getUid(),
                own(resource, complete).lookRequest());
        yield after(SAFETY);
      }
      case Gathered.Incomplete i ->
          tell(resource, context, RollbackVerdict.of(i.reason(), i.message()));
      case Gathered.Suspended suspended -> after(SAFETY);
    };
  }

  private UpdateControl<SchemaRollback> undo(
      SchemaRollback resource,
      Context<SchemaRollback> context,
      RollbackSpec spec,
      Work.Looked looked) {
    Optional<SchemaMigration> migration = migration(resource, spec);
    if (migration.isEmpty()
        || !(with.inputs().forUndo(migration.get()) instanceof Gathered.Complete complete)
        || !own(resource, complete).lookRequest().equals(looked.request())) {
      return after(SOON); // what was looked at is no longer what is asked
    }
    Inputs own = own(resource, complete);
    if (RollbackRetry.exhausted(resource.getStatus(), own.backoffLimit())) {
      with.undone().saw(migration.get(), looked.look());
      return tell(
          resource, context, RollbackRetry.givenUp(spec, resource.getStatus(), looked.look()));
    }
    // Tried again, it says why until it is known whether that still holds.
    if (!TaskReport.begun(resource.getStatus()) && !waitsForBackup(resource)) {
      with.writer()
          .tell(
              resource,
              context,
              RollbackVerdict.of(
                  RollbackReason.PROGRESSING, "undoing " + String.join(", ", spec.undo().undo())));
    }
    runs.start(
        resource, spec, migration.get(), own, looked.look(), Backups.demands(migration.get()));
    return after(SAFETY);
  }

  private static boolean waitsForBackup(SchemaRollback resource) {
    return TaskReport.ready(resource.getStatus())
        .map(Condition::getReason)
        .filter(
            reason ->
                reason.equals(Reason.BACKUP_RUNNING.label())
                    || reason.equals(Reason.BACKUP_FAILED.label()))
        .isPresent();
  }

  /** With this resource's generation: the watchman stops what is not of the newest. */
  private static Inputs own(SchemaRollback resource, Gathered.Complete complete) {
    return complete.inputs().of(resource.getMetadata().getGeneration());
  }

  private Optional<SchemaMigration> migration(SchemaRollback resource, RollbackSpec spec) {
    return Optional.ofNullable(
        with.client()
            .resources(SchemaMigration.class)
            .inNamespace(resource.getMetadata().getNamespace())
            .withName(spec.migration())
            .get());
  }

  private UpdateControl<SchemaRollback> tell(
      SchemaRollback resource,
      Context<SchemaRollback> context,
      TaskVerdict<SchemaRollbackStatus> verdict) {
    with.writer().tell(resource, context, verdict);
    String uid = resource.getMetadata().getUid();
    return switch (verdict.stage()) {
      case DONE, IDLE -> UpdateControl.noUpdate();
      case DECISION -> verdict.last() ? UpdateControl.noUpdate() : after(Decision.REFUSED);
      case WORKING -> after(SOON);
      case WAITING, OUTSIDE ->
          verdict.reason().equals(RollbackReason.EARLIER_REQUEST.label())
              ? after(TURN_POLL)
              : after(polled(uid, verdict));
    };
  }

  private Duration polled(String uid, TaskVerdict<SchemaRollbackStatus> verdict) {
    with.polling().failed(uid, verdict.reason());
    return with.polling().pause(uid);
  }

  private static UpdateControl<SchemaRollback> after(Duration pause) {
    return UpdateControl.<SchemaRollback>noUpdate().rescheduleAfter(pause);
  }
}
