package io.schemamigration.input;

import io.schemamigration.plan.Reason;
import io.schemamigration.plan.ScriptSet;
import java.util.Optional;

/** What reading a resource and what it names gave. */
public sealed interface Gathered {

  /** The inputs, if the answer to a request is still the answer to them. */
  default Optional<Inputs> asking(LookRequest request) {
    return this instanceof Complete complete && complete.inputs().lookRequest().equals(request)
        ? Optional.of(complete.inputs())
        : Optional.empty();
  }

  /** Everything is there. */
  record Complete(Inputs inputs) implements Gathered {}

  /**
   * Something is missing or wrong, so no database is asked.
   *
   * @param generation the generation of the spec it was read from
   * @param source the files, where they could be read
   * @param settling whether it is only a matter of seconds
   */
  record Incomplete(
      long generation,
      Optional<ScriptSet.Summary> source,
      Reason reason,
      String message,
      boolean settling)
      implements Gathered {}

  /**
   * The resource is suspended.
   *
   * @param generation the generation of the spec it was read from
   * @param digest as {@link Inputs#digest}, where the files could be read
   */
  record Suspended(long generation, Optional<String> digest) implements Gathered {}
}
