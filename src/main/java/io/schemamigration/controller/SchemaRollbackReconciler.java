package io.schemamigration.controller;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaRollback;
import io.schemamigration.plan.Digest;
import io.schemamigration.plan.UndoRequest;
import io.schemamigration.postgres.Author;
import io.schemamigration.postgres.Runner;
import java.time.Clock;
import java.time.Duration;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Optional;

/** One reconcile of a request to undo: look, decide under the lock, act, tell. */
final class SchemaRollbackReconciler implements Reconciler<SchemaRollback> {
  private static final Duration SOON = Duration.ofMillis(50);
  private static final Duration SAFETY = Duration.ofSeconds(30);
  private static final Duration TURN_POLL = Duration.ofSeconds(2);
  private static final int DIGITS = 16;

  private final KubernetesClient client;
  private final InputReader inputs;
  private final Plans plans;
  private final Runs runs;
  private final Polling polling;
  private final RollbackStatusWriter writer;
  private final Existence<SchemaRollback> existence;
  private final RollbackWatches watches;
  private final Clock clock;

  SchemaRollbackReconciler(
      KubernetesClient client,
      InputReader inputs,
      Plans plans,
      Runs runs,
      Polling polling,
      RollbackStatusWriter writer,
      Existence<SchemaRollback> existence,
      RollbackWatches watches,
      Clock clock) {
    this.client = client;
    this.inputs = inputs;
    this.plans = plans;
    this.runs = runs;
    this.polling = polling;
    this.writer = writer;
    this.existence = existence;
    this.watches = watches;
    this.clock = clock;
  }

  @Override
  public List<EventSource<?, SchemaRollback>> prepareEventSources(
      EventSourceContext<SchemaRollback> context) {
    existence.follow(context.getPrimaryCache());
    return watches.sources(context);
  }

  @Override
  public UpdateControl<SchemaRollback> reconcile(
      SchemaRollback resource, Context<SchemaRollback> context) {
    if (OpenRollbacks.over(resource)) {
      return UpdateControl.noUpdate();
    }
    String uid = resource.getMetadata().getUid();
    Work work = runs.take(uid);
    return switch (work) {
      case Work.Busy busy -> after(SAFETY);
      case Work.Ran ran -> {
        RollbackVerdict verdict = RollbackVerdict.of(request(resource), ran.outcome());
        UpdateControl<SchemaRollback> next = tell(resource, context, verdict);
        runs.told(uid, ran);
        yield next;
      }
      case Work.Looked looked -> undo(resource, context, looked);
      case Work.LookFailed failed ->
          tell(resource, context, RollbackVerdict.of(failed.reason(), failed.message()));
      case Work.Idle idle -> begin(resource, context);
    };
  }

  /** Nothing is going on: whatever speaks against it is told, else the database is asked. */
  private UpdateControl<SchemaRollback> begin(
      SchemaRollback resource, Context<SchemaRollback> context) {
    Optional<RollbackVerdict> obstacle = obstacle(resource, context);
    if (obstacle.isPresent()) {
      return tell(resource, context, obstacle.get());
    }
    Optional<SchemaMigration> migration = migration(resource);
    if (migration.isEmpty()) {
      return tell(
          resource,
          context,
          RollbackVerdict.of(
              RollbackReason.MIGRATION_NOT_FOUND,
              "SchemaMigration " + migrationName(resource) + " is not there; create it"));
    }
    return switch (inputs.forUndo(migration.get())) {
      case Gathered.Complete complete -> {
        if (RollbackStatusWriter.ready(resource.getStatus()).isEmpty()) {
          writer.tell(
              resource,
              context,
              RollbackVerdict.of(RollbackReason.PROGRESSING, "looking at the database"));
        }
        runs.look(
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

  private Optional<RollbackVerdict> obstacle(
      SchemaRollback resource, Context<SchemaRollback> context) {
    String notAfter = resource.getSpec().notAfter;
    boolean begun = resource.getStatus() != null && resource.getStatus().startTime != null;
    if (!begun
        && notAfter != null
        && clock.instant().isAfter(OffsetDateTime.parse(notAfter).toInstant())) {
      return Optional.of(
          RollbackVerdict.of(
              RollbackReason.EXPIRED, "not begun before " + notAfter + "; nothing was undone"));
    }
    Optional<SchemaRollback> first =
        OpenRollbacks.first(
            context.getPrimaryCache().list(resource.getMetadata().getNamespace()),
            migrationName(resource));
    return first
        .filter(f -> !f.getMetadata().getUid().equals(resource.getMetadata().getUid()))
        .map(
            f ->
                RollbackVerdict.of(
                    RollbackReason.EARLIER_REQUEST,
                    "SchemaRollback " + f.getMetadata().getName() + " goes first"));
  }

  private UpdateControl<SchemaRollback> undo(
      SchemaRollback resource, Context<SchemaRollback> context, Work.Looked looked) {
    Optional<SchemaMigration> migration = migration(resource);
    if (migration.isEmpty()
        || !(inputs.forUndo(migration.get()) instanceof Gathered.Complete complete)
        || !own(resource, complete).lookRequest().equals(looked.request())) {
      return after(SOON); // what was looked at is no longer what is asked
    }
    Inputs own = own(resource, complete);
    UndoRequest request = request(resource);
    Author author = plans.author(migration.get());
    Runner.Planning planner = plans.undoing(migration.get(), own, looked.look(), request);
    // Tried again, it says why until it is known whether that still holds.
    if (resource.getStatus() == null || resource.getStatus().startTime == null) {
      writer.tell(
          resource,
          context,
          RollbackVerdict.of(
              RollbackReason.ROLLING_BACK, "undoing " + String.join(", ", request.undo())));
    }
    runs.run(
        ResourceID.fromResource(resource),
        resource.getMetadata().getUid(),
        own,
        looked.look(),
        author,
        control -> Runner.undoing(own.target(), author, request, planner, control));
    return after(SAFETY);
  }

  /** With this resource's generation: the watchman stops what is not of the newest. */
  private static Inputs own(SchemaRollback resource, Gathered.Complete complete) {
    return complete.inputs().of(resource.getMetadata().getGeneration());
  }

  private Optional<SchemaMigration> migration(SchemaRollback resource) {
    return Optional.ofNullable(
        client
            .resources(SchemaMigration.class)
            .inNamespace(resource.getMetadata().getNamespace())
            .withName(migrationName(resource))
            .get());
  }

  private static String migrationName(SchemaRollback resource) {
    return resource.getSpec().migrationRef.name;
  }

  /** The same request after a cluster was built anew from Git has the same key. */
  private static UndoRequest request(SchemaRollback resource) {
    List<String> undo = resource.getSpec().undo;
    String key =
        String.join(
            "/",
            resource.getMetadata().getNamespace(),
            resource.getMetadata().getName(),
            migrationName(resource),
            Digest.sha256(String.join("\n", undo)).substring(0, DIGITS));
    return new UndoRequest(key, undo, "TrackingOnly".equals(resource.getSpec().method));
  }

  private UpdateControl<SchemaRollback> tell(
      SchemaRollback resource, Context<SchemaRollback> context, RollbackVerdict verdict) {
    writer.tell(resource, context, verdict);
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

  private Duration polled(String uid, RollbackVerdict verdict) {
    polling.failed(uid, verdict.reason());
    return polling.pause(uid);
  }

  private static UpdateControl<SchemaRollback> after(Duration pause) {
    return UpdateControl.<SchemaRollback>noUpdate().rescheduleAfter(pause);
  }
}
