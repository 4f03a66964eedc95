package io.schemamigration.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.decision.Verdict;
import io.schemamigration.decision.Work;
import io.schemamigration.input.Inputs;
import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Reason;
import io.schemamigration.postgres.Look;
import io.schemamigration.postgres.Outcome;
import java.time.Instant;
import java.util.Objects;
import java.util.Optional;

/**
 * Makes the new status out of the old one and a {@link Verdict}. Pure: it needs nothing that a
 * restarted operator would have forgotten. What has not changed comes out equal, so that nothing is
 * written then.
 */
public final class StatusReport {
  private final SchemaMigrationStatus old;
  private final SchemaMigrationStatus status;
  private final Conditions conditions;
  private final LookReport looks;
  private final RunReport runs;
  private final Instant now;

  private StatusReport(SchemaMigrationStatus old, long generation, Instant now) {
    this.old = old;
    this.status = StatusCopy.of(old);
    this.conditions = new Conditions(old.conditions, generation, now);
    this.looks = new LookReport(old, status, conditions);
    this.runs = new RunReport(old, status, conditions, now);
    this.now = now;
    status.observedGeneration = generation;
  }

  /**
   * The status after a verdict.
   *
   * @param old the status as stored; an empty one for a new resource
   */
  static SchemaMigrationStatus of(SchemaMigrationStatus old, Verdict verdict, Instant now) {
    StatusReport report = new StatusReport(old, verdict.generation(), now);
    switch (verdict) {
      case Verdict.Accepted accepted -> report.accepted();
      case Verdict.Started started -> report.started(started);
      case Verdict.Progressed progressed -> report.progressed(progressed.progress());
      case Verdict.RollingBack first -> report.rollingBack(first);
      case Verdict.Settled settled ->
          report.settled(settled.inputs(), settled.look(), settled.plan());
      case Verdict.Ended ended -> report.ended(ended);
      case Verdict.Unavailable unavailable -> report.looks.unavailable(unavailable);
      case Verdict.Suspended suspended -> report.suspended(suspended);
      case Verdict.Waiting waiting -> report.waiting(waiting);
      case Verdict.Postponed postponed -> report.postponed(postponed);
    }
    report.unknownReachability();
    report.status.conditions = report.conditions.list();
    return report.status;
  }

  private void accepted() {
    working(Reason.PROGRESSING, "looking at the source and the database");
  }

  /** DatabaseReachable is always there. */
  private void unknownReachability() {
    if (!conditions.has(Conditions.REACHABLE)) {
      conditions.set(Conditions.REACHABLE, Conditions.UNKNOWN, Reason.PROGRESSING, "not seen yet");
    }
  }

  private void working(Reason reason, String message) {
    conditions.summarize(Reason.Stage.WORKING, false, reason, message);
  }

  private void postponed(Verdict.Postponed first) {
    looks.looked(first.inputs(), first.look());
    looks.position(first.plan());
    conditions.summarize(first.reason().stage(), false, first.reason(), first.message());
  }

  private void started(Verdict.Started started) {
    boolean told = Objects.equals(old.observedGeneration, status.observedGeneration);
    if (told && conditions.is(Conditions.READY, Conditions.FALSE)) {
      return; // no waiter can pass, and a run that ends before its first file changes nothing
    }
    looks.looked(started.inputs(), started.look());
    looks.position(started.plan());
    int files = started.plan().scripts().size();
    String count = files + (files == 1 ? " file" : " files");
    switch (started.plan()) {
      case Plan.Record first when !first.books().abandoned().isEmpty() ->
          working(Reason.MIGRATING, "writing the approval down");
      case Plan.Record first -> working(Reason.ROLLING_BACK, "writing the ledger, then undoing");
      case Plan.Apply apply -> working(Reason.MIGRATING, "running " + count);
      case Plan.Undo undo -> working(Reason.ROLLING_BACK, "undoing " + count);
    }
  }

  private void progressed(Work.Progress progress) {
    working(progress.undoes() ? Reason.ROLLING_BACK : Reason.MIGRATING, progress.text());
  }

  private void rollingBack(Verdict.RollingBack first) {
    status.lastApplied = null;
    String text = "SchemaRollback " + first.rollback() + " goes first";
    if (first.obstacle().isEmpty()) {
      working(Reason.ROLLING_BACK, text);
      return;
    }
    Verdict.Obstacle obstacle = first.obstacle().get();
    String named = text + "; " + obstacle.reason() + ": " + obstacle.message();
    if (!obstacle.stalled()) {
      working(Reason.ROLLING_BACK, named);
      return;
    }
    // Who waits for the migration has to act: what its request needs, it needs.
    Conditions.known(obstacle.reason())
        .ifPresentOrElse(
            reason -> decision(reason, text + "; " + obstacle.message()),
            () -> decision(Reason.ROLLING_BACK, named));
  }

  private void decision(Reason reason, String message) {
    conditions.summarize(Reason.Stage.DECISION, false, reason, message);
  }

  private void waiting(Verdict.Waiting waiting) {
    looks.looked(waiting.inputs(), waiting.look());
    looks.position(waiting.plan());
    runs.waiting();
  }

  private void settled(Inputs inputs, Look look, Plan plan) {
    looks.looked(inputs, look);
    handled(inputs);
    looks.position(plan);
    switch (plan) {
      case Plan.UpToDate upToDate -> upToDate(inputs, upToDate);
      case Plan.Change change when inputs.policy().planOnly() -> looks.planOnly(change);
      case Plan.Change change -> working(Reason.PROGRESSING, "there is more to do; it goes on");
      case Plan.Refuse refuse ->
          conditions.summarize(refuse.reason().stage(), false, refuse.reason(), refuse.message());
    }
  }

  private void upToDate(Inputs inputs, Plan.UpToDate plan) {
    int count = plan.position().applied().size();
    conditions.summarize(
        Reason.Stage.DONE,
        true,
        Reason.UP_TO_DATE,
        (count == 1
                ? "1 file is applied, none is pending"
                : count + " files are applied, none is pending")
            + plan.remark().map(remark -> "; " + remark).orElse(""));
    SchemaMigrationStatus.LastApplied last = old.lastApplied;
    boolean same =
        last != null
            && inputs.source().checksum().equals(last.checksum)
            && inputs.digest().equals(last.inputs);
    status.lastApplied = same ? last : lastApplied(inputs);
    status.retries = null;
    status.nextRetryTime = null;
  }

  private SchemaMigrationStatus.LastApplied lastApplied(Inputs inputs) {
    SchemaMigrationStatus.LastApplied last = new SchemaMigrationStatus.LastApplied();
    last.checksum = inputs.source().checksum();
    last.inputs = inputs.digest();
    last.time = Conditions.time(now);
    return last;
  }

  private void ended(Verdict.Ended ended) {
    Inputs inputs = ended.inputs();
    switch (ended.outcome()) {
      case Outcome.Done done -> {
        if (done.applied() > 0) {
          runs.succeeded(ended);
        }
        settled(inputs, ended.look(), done.plan());
      }
      case Outcome.Failed failed -> {
        looks.looked(inputs, ended.look());
        handled(inputs);
        failed.plan().ifPresent(looks::position);
        runs.failed(ended, failed.failure());
      }
      case Outcome.Stopped stopped -> {
        stopped.plan().ifPresent(looks::position);
        runs.stopped(ended);
      }
      case Outcome.Busy busy ->
          conditions.summarize(Reason.Stage.WAITING, false, Reason.LOCK_HELD, busy.message());
      case Outcome.Unavailable lost -> {
        handled(inputs);
        runs.lost(ended, lost);
      }
    }
  }

  private void suspended(Verdict.Suspended suspended) {
    if (suspended.halfUndone() || !suspended.undone().isEmpty()) {
      status.lastApplied = null;
    }
    if (!suspended.undone().isEmpty()) {
      StatusLists.without(status, suspended.undone());
    }
    SchemaMigrationStatus.LastApplied last = status.lastApplied;
    boolean ready =
        last != null && suspended.digest().filter(d -> d.equals(last.inputs)).isPresent();
    if (!ready) {
      looks.unknownPending();
    }
    conditions.summarize(
        Reason.Stage.IDLE,
        ready,
        Reason.SUSPENDED,
        ready
            ? "suspended; the files had been applied"
            : "suspended; something changed since the files were last applied");
  }

  private void handled(Inputs inputs) {
    status.lastHandledRetryAt = inputs.requests().retry().orElse(null);
    status.lastHandledReconcileAt = inputs.requests().reconcile().orElse(null);
  }

  /** The Ready condition of a status. */
  public static Optional<Condition> ready(SchemaMigrationStatus status) {
    return Conditions.ready(status.conditions);
  }
}
