package io.schemamigration.decision;

import io.schemamigration.input.Inputs;
import io.schemamigration.plan.Reason;
import java.time.Duration;

/** How long a run that failed in passing rests before it is tried again. */
public final class Backoff {
  private static final Duration LONGEST = Duration.ofMinutes(5);
  private static final Duration LEAST_FOR_A_LOCK = Duration.ofSeconds(10);
  private static final long FIRST_SECONDS = 5;
  private static final int MOST_DOUBLINGS = 10;

  private Backoff() {}

  /**
   * The rest after a failure.
   *
   * @param retries how many have been made before
   */
  public static Duration after(Inputs inputs, Reason reason, int retries) {
    if (reason == Reason.LOCK_TIMEOUT) {
      // A nightly dump holds locks for long: it must not use up all retries.
      Duration tenth = inputs.interval().dividedBy(10);
      return tenth.compareTo(LEAST_FOR_A_LOCK) > 0 ? tenth : LEAST_FOR_A_LOCK;
    }
    Duration doubled = Duration.ofSeconds(FIRST_SECONDS << Math.min(retries, MOST_DOUBLINGS));
    return doubled.compareTo(LONGEST) < 0 ? doubled : LONGEST;
  }
}
