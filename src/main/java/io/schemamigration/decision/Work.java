package io.schemamigration.decision;

import io.schemamigration.input.Inputs;
import io.schemamigration.input.LookRequest;
import io.schemamigration.plan.Reason;
import io.schemamigration.postgres.Look;
import io.schemamigration.postgres.Outcome;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/** What the database threads have for a resource. */
public sealed interface Work {

  /** Nothing is going on. */
  record Idle() implements Work {}

  /**
   * A look or a run is going on.
   *
   * @param progress the file being sent, once there is one
   */
  record Busy(Optional<Progress> progress) implements Work {}

  /** A look succeeded. */
  record Looked(LookRequest request, Look look) implements Work {}

  /** A look failed. */
  record LookFailed(LookRequest request, Reason reason, String message) implements Work {}

  /**
   * A run ended.
   *
   * @param look the look it started from
   * @param undone what was undone so far for the request that it was for
   * @param sent whether it sent a file
   * @param undoFiles how many of the files it sent undid another
   */
  record Ran(
      Inputs inputs,
      Look look,
      Outcome outcome,
      Set<String> undone,
      boolean sent,
      int undoFiles,
      Instant start,
      Instant end)
      implements Work {}

  /**
   * How far a run is.
   *
   * @param action what it does, with which file
   * @param undoes whether it undoes one
   * @param number which of the run's files, from 1
   * @param total how many there are
   * @param activity what the server says it is about; empty mostly
   */
  record Progress(String action, boolean undoes, int number, int total, String activity) {
    /** For people. */
    public String text() {
      return "%s (%d of %d)".formatted(action, number, total)
          + (activity.isEmpty() ? "" : ": " + activity);
    }
  }
}
