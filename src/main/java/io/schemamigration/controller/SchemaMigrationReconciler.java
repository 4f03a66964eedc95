package io.schemamigration.controller;

import io.fabric8.kubernetes.client.KubernetesClientException;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.schemamigration.api.DatabaseBackup;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaRollback;
import io.schemamigration.decision.Clearance;
import io.schemamigration.decision.Decision;
import io.schemamigration.decision.Verdict;
import io.schemamigration.decision.Work;
import io.schemamigration.input.Inputs;
import io.schemamigration.input.SpecReader;
import io.schemamigration.plan.Reason;
import io.schemamigration.postgres.Author;
import io.schemamigration.postgres.Planning;
import io.schemamigration.postgres.Runner;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** One reconcile: look, decide, act, tell. */
final class SchemaMigrationReconciler implements Reconciler<SchemaMigration> {
  /** Work wakes its resource by itself; this is for the case that a wake is lost. */
  private static final Duration SAFETY = Duration.ofSeconds(30);

  /** A backup that is ready wakes its migration; this is for the case that a wake is lost. */
  private static final Duration BACKUP_POLL = Duration.ofSeconds(10);

  private final Collaborators with;
  private final Observer observer;

  SchemaMigrationReconciler(Collaborators with) {
    this.with = with;
    this.observer = new Observer(with);
  }

  @Override
  public List<EventSource<?, SchemaMigration>> prepareEventSources(
      EventSourceContext<SchemaMigration> context) {
    with.existence().follow(context.getPrimaryCache());
    with.dependencies().follow(context.getPrimaryCache());
    return with.watches().sources(context, with.metadataClient());
  }

  @Override
  public UpdateControl<SchemaMigration> reconcile(
      SchemaMigration resource, Context<SchemaMigration> context) {
    if (resource.getStatus() == null || resource.getStatus().conditions == null) {
      long generation = resource.getMetadata().getGeneration();
      with.writer().tell(resource, context, new Verdict.Accepted(generation));
      return after(Decision.SOON);
    }
    Optional<SchemaRollback> first =
        OpenRollbacks.blocking(
            context.getSecondaryResources(SchemaRollback.class).stream(), resource);
    Work work = with.runs().take(resource.getMetadata().getUid());
    if (first.isPresent() && waits(resource, work)) {
      return rollingBack(resource, context, first.get());
    }
    UpdateControl<SchemaMigration> next = act(resource, context, observer.decide(resource, work));
    if (work instanceof Work.Ran ran) {
      with.runs().told(resource.getMetadata().getUid(), ran);
    }
    return next;
  }

  /** What is running ends as it began; a suspended resource asks nothing anyway. */
  private static boolean waits(SchemaMigration resource, Work work) {
    boolean running = work instanceof Work.Busy || work instanceof Work.Ran;
    return !running && !new SpecReader(resource).suspended();
  }

  private UpdateControl<SchemaMigration> rollingBack(
      SchemaMigration resource, Context<SchemaMigration> context, SchemaRollback first) {
    long generation = resource.getMetadata().getGeneration();
    with.writer().tell(resource, context, OpenRollbacks.waitingFor(first, generation));
    return after(SAFETY);
  }

  private UpdateControl<SchemaMigration> act(
      SchemaMigration resource, Context<SchemaMigration> context, Decision decision) {
    ResourceID id = ResourceID.fromResource(resource);
    String uid = resource.getMetadata().getUid();
    switch (decision) {
      case Decision.LookAt look -> {
        with.runs().look(id, uid, look.request());
        return after(SAFETY);
      }
      case Decision.Wait wait -> {
        wait.verdict().ifPresent(v -> with.writer().tell(resource, context, v));
        return after(SAFETY);
      }
      case Decision.Execute execute -> {
        Optional<SchemaRollback> first = with.rollbacks().ask(resource);
        if (first.isPresent()) {
          return rollingBack(resource, context, first.get());
        }
        return switch (clearance(resource, execute)) {
          case Clearance.Waits waits -> {
            with.writer()
                .tell(
                    resource,
                    context,
                    new Verdict.Postponed(
                        execute.inputs(),
                        execute.look(),
                        execute.plan(),
                        waits.reason(),
                        waits.message()));
            yield after(waits.reason() == Reason.BACKUP_RUNNING ? BACKUP_POLL : SAFETY);
          }
          case Clearance.Cleared cleared -> {
            start(resource, context, execute, cleared);
            yield after(SAFETY);
          }
        };
      }
      case Decision.Tell tell -> {
        Set<DatabaseBackup> known = context.getSecondaryResources(DatabaseBackup.class);
        with.backups().settled(resource, tell.verdict(), known);
        if (with.writer().tell(resource, context, heard(resource, context, tell.verdict()))) {
          with.dependencies().after(resource).forEach(with.watches()::wake);
        }
        return after(pause(uid, tell.again()));
      }
    }
  }

  private Clearance clearance(SchemaMigration resource, Decision.Execute execute) {
    Optional<Clearance> first =
        execute.sends() ? with.dependencies().before(resource) : Optional.empty();
    return first.orElseGet(() -> with.backups().before(resource, execute.plan()));
  }

  /** Suspended, it hears of its database from the requests that undid something. */
  private Verdict heard(
      SchemaMigration resource, Context<SchemaMigration> context, Verdict verdict) {
    if (verdict instanceof Verdict.Suspended suspended) {
      List<SchemaRollback> requests =
          OpenRollbacks.of(context.getSecondaryResources(SchemaRollback.class).stream(), resource);
      return suspended.after(
          with.undone().of(resource, requests), with.undone().inPart(resource, requests));
    }
    with.undone().forget(resource);
    return verdict;
  }

  /** The status says Reconciling before the first file is sent, so that no waiter passes early. */
  private void start(
      SchemaMigration resource,
      Context<SchemaMigration> context,
      Decision.Execute execute,
      Clearance.Cleared cleared) {
    // Before the status is written: what it remembers is part of what was decided on.
    Planning planning =
        with.plans()
            .underLock(resource, execute.inputs(), execute.look())
            .behind(cleared.safeguard(execute.plan()));
    if (execute.sends()) {
      with.writer()
          .tell(
              resource,
              context,
              new Verdict.Started(execute.inputs(), execute.look(), execute.plan()));
    }
    execute.plan().notice().ifPresent(notice -> with.events().normal(resource, "Notice", notice));
    Author author = with.plans().author(resource, execute.inputs().requests().words());
    with.runs()
        .run(
            ResourceID.fromResource(resource),
            resource.getMetadata().getUid(),
            execute.inputs(),
            execute.look(),
            author,
            () -> current(resource, execute.inputs()),
            control -> new Runner(execute.inputs().target(), author, planning, control));
  }

  /** Somebody may have corrected the files while the run waited for others to end. */
  private boolean current(SchemaMigration resource, Inputs inputs) {
    try {
      return with.inputs().gather(resource).asking(inputs.lookRequest()).isPresent();
    } catch (KubernetesClientException e) {
      return false; // the next reconcile meets it, and tells it
    }
  }

  private Duration pause(String uid, Decision.Again again) {
    return switch (again) {
      case Decision.Again.After after -> after.pause();
      case Decision.Again.Interval interval -> Polling.jittered(interval.interval());
      case Decision.Again.Poll poll -> with.polling().pause(uid);
    };
  }

  private static UpdateControl<SchemaMigration> after(Duration pause) {
    return UpdateControl.<SchemaMigration>noUpdate().rescheduleAfter(pause);
  }
}
