package io.schemamigration.decision;

import io.schemamigration.input.Inputs;
import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Reason;
import io.schemamigration.plan.ScriptSet;
import io.schemamigration.postgres.Look;
import io.schemamigration.postgres.Outcome;
import io.schemamigration.postgres.SecretLayout;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** What there is to tell about a resource. */
public sealed interface Verdict {

  /** The generation of the spec that this was decided on. */
  long generation();

  /** How the Secret was read, where this was decided on it. */
  default Optional<SecretLayout> secret() {
    return switch (this) {
      case Accepted accepted -> Optional.empty();
      case Started started -> Optional.of(started.inputs().secret());
      case Progressed progressed -> Optional.empty();
      case RollingBack rollingBack -> Optional.empty();
      case Settled settled -> Optional.of(settled.inputs().secret());
      case Ended ended -> Optional.of(ended.inputs().secret());
      case Unavailable unavailable -> unavailable.secret();
      case Suspended suspended -> Optional.empty();
      case Waiting waiting -> Optional.of(waiting.inputs().secret());
      case Postponed postponed -> Optional.of(postponed.inputs().secret());
    };
  }

  /** The resource is new; nobody has looked yet. */
  record Accepted(long generation) implements Verdict {}

  /** A run is about to send files. */
  record Started(Inputs inputs, Look look, Plan.Change plan) implements Verdict {
    @Override
    public long generation() {
      return inputs.generation();
    }
  }

  /** A run is sending a file. */
  record Progressed(long generation, Work.Progress progress) implements Verdict {}

  /**
   * A request to undo goes first.
   *
   * @param rollback its name
   * @param obstacle why it does not get on
   */
  record RollingBack(long generation, String rollback, Optional<Obstacle> obstacle)
      implements Verdict {}

  /**
   * Why a request to undo does not get on.
   *
   * @param reason in one word
   * @param message for people
   * @param stalled whether somebody has to act
   */
  record Obstacle(String reason, String message, boolean stalled) {}

  /** A look showed where the database stands, and nothing is to be run now. */
  record Settled(Inputs inputs, Look look, Plan plan) implements Verdict {
    @Override
    public long generation() {
      return inputs.generation();
    }
  }

  /**
   * A run ended.
   *
   * @param undone how many of the files it sent undid another
   */
  record Ended(Inputs inputs, Look look, Outcome outcome, int undone, Instant start, Instant end)
      implements Verdict {
    @Override
    public long generation() {
      return inputs.generation();
    }
  }

  /**
   * Source, Secret or database cannot be used.
   *
   * @param source the files, where they could be read
   * @param secret how the Secret was read, where it was
   * @param tries how often in a row, from 1
   */
  record Unavailable(
      long generation,
      Optional<ScriptSet.Summary> source,
      Optional<SecretLayout> secret,
      Reason reason,
      String message,
      int tries)
      implements Verdict {}

  /**
   * The resource is suspended.
   *
   * @param digest where the files could be read
   * @param undone what requests have undone since
   * @param halfUndone whether one of them stopped on the way
   */
  record Suspended(long generation, Optional<String> digest, Set<String> undone, boolean halfUndone)
      implements Verdict {
    /** The same after requests to undo. */
    public Suspended after(Set<String> undoneSince, boolean halfUndoneSince) {
      return new Suspended(generation, digest, undoneSince, halfUndoneSince);
    }
  }

  /** What goes before the run is not done yet: a dump, or another migration. */
  record Postponed(Inputs inputs, Look look, Plan.Change plan, Reason reason, String message)
      implements Verdict {
    @Override
    public long generation() {
      return inputs.generation();
    }
  }

  /** A look showed that the same is still to be run, and the next try waits for its time. */
  record Waiting(Inputs inputs, Look look, Plan.Change plan) implements Verdict {
    @Override
    public long generation() {
      return inputs.generation();
    }
  }
}
