package io.schemamigration.decision;

import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.input.Gathered;
import io.schemamigration.input.Inputs;
import io.schemamigration.input.LookRequest;
import io.schemamigration.input.Requests;
import io.schemamigration.plan.Pin;
import io.schemamigration.plan.Plan;
import io.schemamigration.postgres.Look;
import io.schemamigration.postgres.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What to do next with a resource. Pure: what is known comes in as values, what shall happen goes
 * out as one.
 */
public sealed interface Decision {
  Duration SOON = Duration.ofMillis(50);
  Duration LOCK_POLL = Duration.ofSeconds(5);
  Duration SETTLE_POLL = Duration.ofSeconds(1);

  /** What is refused may be mended where no watch sees it: in the database, or in the Secret. */
  Duration REFUSED = Duration.ofMinutes(1);

  /** Ask the database. */
  record LookAt(LookRequest request) implements Decision {}

  /** Say so, then run the plan. */
  record Execute(Inputs inputs, Look look, Plan.Change plan) implements Decision {
    /**
     * Whether the run may send files: where the target rolls back, books that are missing are
     * written first, in the same run, and so is the approval of what was undone in part. Books
     * alone change nothing for who uses the database.
     */
    public boolean sends() {
      return !plan.scripts().isEmpty()
          || plan instanceof Plan.Record first && !first.books().abandoned().isEmpty()
          || Pin.of(inputs.source(), inputs.policy())
              .filter(pin -> !pin.hashes(look.history()).isEmpty())
              .isPresent();
    }
  }

  /** Say something, and come back after a while. */
  record Tell(Verdict verdict, Again again) implements Decision {}

  /** Let the work go on; say how far it is, if there is something to say. */
  record Wait(Optional<Verdict> verdict) implements Decision {}

  /** When to come back. */
  sealed interface Again {
    /** After this time. */
    record After(Duration pause) implements Again {}

    /** After the resource's interval, jittered. */
    record Interval(Duration interval) implements Again {}

    /** After the polling pause of a failure that is tried again for ever. */
    record Poll() implements Again {}
  }

  /** While work is going on. */
  static Decision busy(long generation, Work.Busy busy) {
    return new Wait(busy.progress().map(p -> new Verdict.Progressed(generation, p)));
  }

  /**
   * After a run: tell it first, then look at everything afresh.
   *
   * @param now what is asked for by now; a request that came during the run does not wait
   */
  static Decision ended(Work.Ran ran, Requests now) {
    Verdict verdict =
        new Verdict.Ended(
            ran.inputs(), ran.look(), ran.outcome(), ran.undoFiles(), ran.start(), ran.end());
    Again again =
        switch (ran.outcome()) {
          case Outcome.Busy busy -> new Again.After(LOCK_POLL);
          case Outcome.Unavailable lost ->
              now.equals(ran.inputs().requests()) ? new Again.Poll() : new Again.After(SOON);
          case Outcome.Done done -> new Again.After(SOON);
          case Outcome.Failed failed -> new Again.After(SOON);
          case Outcome.Stopped stopped -> new Again.After(SOON);
        };
    return new Tell(verdict, again);
  }

  /** Where nothing was asked of the database. */
  static Decision gathered(Gathered gathered, int tries) {
    return switch (gathered) {
      case Gathered.Complete complete -> new LookAt(complete.inputs().lookRequest());
      case Gathered.Suspended s ->
          new Tell(
              new Verdict.Suspended(s.generation(), s.digest(), Set.of(), false),
              new Again.Interval(Duration.ofMinutes(10)));
      case Gathered.Incomplete i -> {
        Verdict verdict =
            new Verdict.Unavailable(
                i.generation(), i.source(), Optional.empty(), i.reason(), i.message(), tries);
        yield new Tell(verdict, i.settling() ? new Again.After(SETTLE_POLL) : new Again.Poll());
      }
    };
  }

  /** After a failed look. */
  static Decision lookFailed(Work.LookFailed failed, int tries) {
    return new Tell(
        new Verdict.Unavailable(
            failed.request().generation(),
            Optional.of(failed.request().source()),
            Optional.of(failed.request().secret()),
            failed.reason(),
            failed.message(),
            tries),
        new Again.Poll());
  }

  /** After a look, with the plan made from it. */
  static Decision planned(
      Inputs inputs, Look look, Plan plan, SchemaMigrationStatus status, Instant now) {
    if (plan instanceof Plan.Change change && !inputs.policy().planOnly()) {
      Optional<Duration> pause = untilRetry(inputs, status, now);
      return pause.isPresent()
          ? new Tell(new Verdict.Waiting(inputs, look, change), new Again.After(pause.get()))
          : new Execute(inputs, look, change);
    }
    boolean soon = plan instanceof Plan.Refuse && inputs.interval().compareTo(REFUSED) > 0;
    return new Tell(
        new Verdict.Settled(inputs, look, plan),
        new Again.Interval(soon ? REFUSED : inputs.interval()));
  }

  private static Optional<Duration> untilRetry(
      Inputs inputs, SchemaMigrationStatus status, Instant now) {
    boolean same =
        status != null
            && status.nextRetryTime != null
            && status.lastRun != null
            && inputs.digest().equals(status.lastRun.inputs);
    if (!same) {
      return Optional.empty();
    }
    Duration left = Duration.between(now, Instant.parse(status.nextRetryTime));
    return left.isPositive() ? Optional.of(left) : Optional.empty();
  }
}
