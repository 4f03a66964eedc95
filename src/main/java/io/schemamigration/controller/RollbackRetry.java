package io.schemamigration.controller;

import io.fabric8.kubernetes.api.model.Condition;
import io.schemamigration.api.SchemaRollbackStatus;
import io.schemamigration.decision.Backoff;
import io.schemamigration.decision.TaskVerdict;
import io.schemamigration.decision.Work;
import io.schemamigration.plan.Reason;
import io.schemamigration.postgres.Look;
import io.schemamigration.postgres.Outcome;
import io.schemamigration.status.Conditions;
import io.schemamigration.status.TaskReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * What becomes of a request after a script of it met a passing fault: it is tried again, as a
 * migration is, until the migration's backoffLimit is used up. All of it stands in the status.
 * Pure.
 *
 * @param count how many retries that makes
 * @param pause until the next one; empty: there is none
 */
record RollbackRetry(int count, Optional<Duration> pause) {

  /** What a run that ended so asks for; empty: nothing was sent, or the fault does not pass. */
  static Optional<RollbackRetry> after(SchemaRollbackStatus status, Work.Ran ran) {
    return fault(ran.outcome())
        .map(
            reason -> {
              int count = (status == null || status.retries == null ? 0 : status.retries) + 1;
              return new RollbackRetry(
                  count,
                  count > ran.inputs().backoffLimit()
                      ? Optional.empty()
                      : Optional.of(Backoff.after(ran.inputs(), reason, count)));
            });
  }

  private static Optional<Reason> fault(Outcome outcome) {
    return switch (outcome) {
      case Outcome.Failed failed when failed.failure().transientFault() ->
          Optional.of(failed.failure().reason());
      case Outcome.Unavailable lost when lost.sent() -> Optional.of(lost.reason());
      case Outcome.Failed failed -> Optional.empty();
      case Outcome.Unavailable lost -> Optional.empty();
      case Outcome.Done done -> Optional.empty();
      case Outcome.Stopped stopped -> Optional.empty();
      case Outcome.Busy busy -> Optional.empty();
    };
  }

  /** Notes it in a status. */
  void note(SchemaRollbackStatus status, Instant now) {
    status.retries = count;
    status.nextRetryTime = pause.map(p -> Conditions.time(now.plus(p))).orElse(null);
  }

  /** Notes that none is due. */
  static void none(SchemaRollbackStatus status, boolean over) {
    status.retries = over ? null : status.retries;
    status.nextRetryTime = null;
  }

  /** How long the next retry is still to be waited for. */
  static Optional<Duration> left(SchemaRollbackStatus status, Instant now) {
    return Optional.ofNullable(status)
        .map(s -> s.nextRetryTime)
        .map(next -> Duration.between(now, Instant.parse(next)))
        .filter(Duration::isPositive);
  }

  /** Whether no retry is left. */
  static boolean exhausted(SchemaRollbackStatus status, int backoffLimit) {
    return status != null && status.retries != null && status.retries > backoffLimit;
  }

  /**
   * The end of a request that has no retry left: it must not block its migration for ever.
   *
   * @param look taken after the last try, whose end may not have been seen: the ledger tells what
   *     was undone
   */
  static TaskVerdict<SchemaRollbackStatus> givenUp(
      RollbackSpec spec, SchemaRollbackStatus status, Look look) {
    Set<String> rolledBack = Undone.rolledBack(look.history());
    List<String> undone = spec.undo().undo().stream().takeWhile(rolledBack::contains).toList();
    String position =
        undone.isEmpty()
            ? "no file is undone, ask anew"
            : "undone: " + String.join(", ", undone) + "; ask anew for the rest";
    String fault = TaskReport.ready(status).map(Condition::getMessage).orElse("");
    String message = "gave up after %d tries; %s: %s".formatted(status.retries, position, fault);
    return RollbackVerdict.of(RollbackReason.RETRIES_EXHAUSTED, message)
        .and(s -> s.undone = undone.isEmpty() ? null : undone);
  }
}
