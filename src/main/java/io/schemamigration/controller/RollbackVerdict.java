package io.schemamigration.controller;

import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Reason;
import io.schemamigration.plan.Reason.Stage;
import io.schemamigration.plan.Script;
import io.schemamigration.plan.UndoRequest;
import io.schemamigration.postgres.Outcome;
import java.util.List;
import java.util.Optional;

/**
 * What there is to tell about a request to undo.
 *
 * @param stage how Ready, Reconciling and Stalled are
 * @param reason in one word
 * @param message for people
 * @param last whether nothing happens to it any more
 * @param undone hashes that were undone for it so far; empty: as it was
 */
record RollbackVerdict(
    Stage stage, String reason, String message, boolean last, Optional<List<String>> undone) {

  static RollbackVerdict of(RollbackReason reason, String message) {
    return new RollbackVerdict(
        reason.stage(), reason.label(), message, reason.last(), Optional.empty());
  }

  static RollbackVerdict of(RollbackReason reason, String message, List<String> undone) {
    return new RollbackVerdict(
        reason.stage(), reason.label(), message, reason.last(), Optional.of(undone));
  }

  /** Something that its migration would be told as well. */
  static RollbackVerdict of(Reason reason, String message) {
    return new RollbackVerdict(reason.stage(), reason.label(), message, false, Optional.empty());
  }

  /** How a run ended. Pure. */
  static RollbackVerdict of(UndoRequest request, Outcome outcome) {
    return switch (outcome) {
      case Outcome.Done done -> done(request, done);
      case Outcome.Failed failed -> failed(request, failed);
      case Outcome.Stopped stopped ->
          of(RollbackReason.ROLLING_BACK, "stopped in the middle; it goes on");
      case Outcome.Busy busy -> of(Reason.LOCK_HELD, busy.message());
      case Outcome.Unavailable lost -> of(lost.reason(), lost.message());
    };
  }

  private static RollbackVerdict done(UndoRequest request, Outcome.Done done) {
    if (done.plan() instanceof Plan.Refuse refuse) {
      return switch (refuse.reason()) {
        case PRECONDITION_FAILED -> of(RollbackReason.PRECONDITION_FAILED, refuse.message());
        case ROLLBACK_IMPOSSIBLE -> of(RollbackReason.ROLLBACK_IMPOSSIBLE, refuse.message());
        default -> of(refuse.reason(), refuse.message());
      };
    }
    String all = String.join(", ", request.undo());
    if (done.applied() == 0) {
      return of(
          RollbackReason.ALREADY_EXECUTED,
          all + ": undone before for this request",
          request.undo());
    }
    return of(
        RollbackReason.COMPLETE,
        request.trackingOnly()
            ? "the rows of " + all + " are removed; the schema was not touched"
            : "undone: " + all,
        request.undo());
  }

  private static RollbackVerdict failed(UndoRequest request, Outcome.Failed failed) {
    if (failed.failure().transientFault()) {
      return of(failed.failure().reason(), failed.failure().text());
    }
    List<String> undone =
        failed.plan().filter(Plan.Undo.class::isInstance).map(Plan.Undo.class::cast).stream()
            .map(left -> without(request.undo(), left.scripts()))
            .findFirst()
            .orElse(request.undo().subList(0, Math.min(failed.applied(), request.undo().size())));
    String text = failed.failure().text();
    return undone.isEmpty()
        ? of(RollbackReason.ROLLBACK_FAILED, text + "; nothing was undone", undone)
        : of(
            RollbackReason.PARTIALLY_ROLLED_BACK,
            "undone: " + String.join(", ", undone) + "; then " + text,
            undone);
  }

  private static List<String> without(List<String> hashes, List<Script> left) {
    List<String> open = left.stream().map(Script::hash).toList();
    return hashes.stream().filter(hash -> !open.contains(hash)).toList();
  }
}
