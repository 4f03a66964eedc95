package io.schemamigration.postgres;

import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Reason;
import java.util.Optional;

/** How a run ended. Whatever it says, each file is applied and recorded whole or not at all. */
public sealed interface Outcome {

  /** One line for a log. */
  default String text() {
    return switch (this) {
      case Done done -> "done, " + done.applied() + " applied";
      case Failed failed ->
          "failed, %d applied: %s".formatted(failed.applied(), failed.failure().text());
      case Stopped stopped -> "stopped, " + stopped.applied() + " applied";
      case Busy busy -> busy.message();
      case Unavailable lost -> lost.message();
    };
  }

  /**
   * The database was followed as far as the plan goes.
   *
   * @param plan what is to be done now, as seen under the lock: mostly nothing
   * @param applied how many files this run applied
   */
  record Done(Plan plan, int applied) implements Outcome {}

  /**
   * A file failed and was rolled back.
   *
   * @param plan what is to be done now; empty where the connection is gone
   * @param failure what happened
   * @param applied how many files this run applied before it
   */
  record Failed(Optional<Plan> plan, Failure failure, int applied) implements Outcome {}

  /**
   * It was stopped from outside.
   *
   * @param plan what is to be done now; empty where nobody looked
   * @param applied how many files this run applied before it
   */
  record Stopped(Optional<Plan> plan, int applied) implements Outcome {}

  /**
   * Another runner holds the lock.
   *
   * @param message who
   */
  record Busy(String message) implements Outcome {}

  /**
   * The database cannot be worked on, or was lost; a file in flight was committed or not, and the
   * next look tells which.
   *
   * @param reason what to call it
   * @param message what happened and what to do
   * @param sent whether a file had been sent
   */
  record Unavailable(Reason reason, String message, boolean sent) implements Outcome {}
}
