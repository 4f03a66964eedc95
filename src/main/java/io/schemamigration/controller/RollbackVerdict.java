package io.schemamigration.controller;

import io.schemamigration.api.SchemaRollbackStatus;
import io.schemamigration.decision.TaskVerdict;
import io.schemamigration.decision.Work;
import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Reason;
import io.schemamigration.plan.UndoRequest;
import io.schemamigration.postgres.Failure;
import io.schemamigration.postgres.Outcome;
import io.schemamigration.status.Conditions;
import java.util.List;

/** What there is to tell about a request to undo. */
final class RollbackVerdict {
  private RollbackVerdict() {}

  static TaskVerdict<SchemaRollbackStatus> of(RollbackReason reason, String message) {
    return new TaskVerdict<>(reason.stage(), reason.label(), message, reason.step(), status -> {});
  }

  /** Something that its migration would be told as well. */
  static TaskVerdict<SchemaRollbackStatus> of(Reason reason, String message) {
    return new TaskVerdict<>(
        reason.stage(), reason.label(), message, TaskVerdict.Step.OPEN, status -> {});
  }

  /** How a run ended. Pure. */
  static TaskVerdict<SchemaRollbackStatus> of(UndoRequest request, Work.Ran ran) {
    List<String> undone = request.undo().stream().filter(ran.undone()::contains).toList();
    TaskVerdict<SchemaRollbackStatus> verdict =
        switch (ran.outcome()) {
          case Outcome.Done done -> done(request, done, undone);
          case Outcome.Failed failed -> failed(failed.failure(), undone);
          case Outcome.Stopped stopped -> goesOn("stopped in the middle; it goes on");
          case Outcome.Busy busy -> of(Reason.LOCK_HELD, busy.message());
          case Outcome.Unavailable lost -> of(lost.reason(), lost.message());
        };
    return verdict.and(
        status -> {
          status.undone = undone.isEmpty() ? status.undone : undone;
          if (status.startTime == null && ran.sent()) {
            status.startTime = Conditions.time(ran.start());
          }
        });
  }

  private static TaskVerdict<SchemaRollbackStatus> goesOn(String message) {
    RollbackReason reason = RollbackReason.ROLLING_BACK;
    return new TaskVerdict<>(
        reason.stage(), reason.label(), message, TaskVerdict.Step.OPEN, status -> {});
  }

  private static TaskVerdict<SchemaRollbackStatus> done(
      UndoRequest request, Outcome.Done done, List<String> undone) {
    String all = String.join(", ", request.undo());
    return switch (done.plan()) {
      case Plan.Refuse refuse -> refused(refuse, undone);
      case Plan.Change change -> goesOn("there is more to do; it goes on");
      case Plan.UpToDate upToDate when done.applied() == 0 ->
          of(RollbackReason.ALREADY_EXECUTED, all + ": undone before for this request");
      case Plan.UpToDate upToDate ->
          of(
              RollbackReason.COMPLETE,
              request.trackingOnly()
                  ? "the rows of " + all + " are removed; the schema was not touched"
                  : "undone: " + all);
    };
  }

  private static TaskVerdict<SchemaRollbackStatus> refused(
      Plan.Refuse refuse, List<String> undone) {
    return switch (refuse.reason()) {
      case PRECONDITION_FAILED ->
          ended(RollbackReason.PRECONDITION_FAILED, refuse.message(), undone);
      case ROLLBACK_IMPOSSIBLE ->
          ended(RollbackReason.ROLLBACK_IMPOSSIBLE, refuse.message(), undone);
      case EXPIRED -> of(RollbackReason.EXPIRED, refuse.message());
      default -> of(refuse.reason(), refuse.message());
    };
  }

  private static TaskVerdict<SchemaRollbackStatus> failed(Failure failure, List<String> undone) {
    if (failure.transientFault()) {
      return of(failure.reason(), failure.text());
    }
    if (undone.isEmpty() && failure.kept() > 0) {
      return of(RollbackReason.PARTIALLY_ROLLED_BACK, failure.text()); // it says what stays
    }
    return undone.isEmpty()
        ? of(RollbackReason.ROLLBACK_FAILED, "no file is undone: " + failure.text())
        : ended(RollbackReason.PARTIALLY_ROLLED_BACK, failure.text(), undone);
  }

  /** A request of which something was undone has not simply been refused. */
  private static TaskVerdict<SchemaRollbackStatus> ended(
      RollbackReason reason, String message, List<String> undone) {
    return undone.isEmpty()
        ? of(reason, message)
        : of(
            RollbackReason.PARTIALLY_ROLLED_BACK,
            "undone: " + String.join(", ", undone) + "; then " + message);
  }
}
