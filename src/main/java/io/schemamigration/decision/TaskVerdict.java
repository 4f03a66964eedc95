package io.schemamigration.decision;

import io.schemamigration.api.TaskStatus;
import io.schemamigration.plan.Reason.Stage;
import java.util.function.Consumer;

/**
 * What there is to tell about something that is done once.
 *
 * @param stage how Ready, Reconciling and Stalled are
 * @param reason in one word
 * @param message for people
 * @param step where in its life it is
 * @param facts sets what the kind's own status fields say now
 */
public record TaskVerdict<S extends TaskStatus>(
    Stage stage, String reason, String message, Step step, Consumer<S> facts) {

  /** Where in its life something that is done once is. */
  public enum Step {
    /** It waits to be begun, or it is going on: neither begins nor ends now. */
    OPEN,
    /** It is begun now, if it was not before. */
    BEGUN,
    /** It is over: nothing happens to it any more. */
    OVER
  }

  /** The same with more to say. */
  public TaskVerdict<S> and(Consumer<S> more) {
    return new TaskVerdict<>(stage, reason, message, step, facts.andThen(more));
  }

  /** Whether nothing happens to it any more. */
  public boolean last() {
    return step == Step.OVER;
  }
}
