package io.schemamigration.postgres;

import io.schemamigration.plan.History;
import io.schemamigration.plan.Plan;
import io.schemamigration.plan.UndoBooks;
import io.schemamigration.plan.UndoQuestion;
import java.util.Optional;
import java.util.function.BiFunction;
import java.util.function.Function;

/**
 * How a run decides from what it reads under the lock.
 *
 * @param question which stored undo files are read for it
 * @param decide gives the plan; pure
 * @param safeguard what must be there before files run
 */
public record Planning(
    Optional<? extends UndoQuestion> question,
    BiFunction<History, UndoBooks, Plan> decide,
    Safeguard safeguard) {

  /** Without a backup. */
  public Planning(
      Optional<? extends UndoQuestion> question, BiFunction<History, UndoBooks, Plan> decide) {
    this(question, decide, Safeguard.NONE);
  }

  /** The same with another safeguard. */
  public Planning behind(Safeguard other) {
    return new Planning(question, decide, other);
  }

  /** From the history alone. */
  public static Planning of(Function<History, Plan> decide) {
    return new Planning(Optional.empty(), (history, books) -> decide.apply(history));
  }
}
