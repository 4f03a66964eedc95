package io.schemamigration.postgres;

import java.time.Duration;
import java.util.concurrent.ThreadLocalRandom;

/**
 * How long to wait before something is tried again: doubling, and never as long as others wait.
 *
 * @param first the first pause, before it is spread
 */
record Backoff(Duration first) {
  private static final int DOUBLINGS = 4;

  /** Half of the pause to one and a half. */
  Duration after(int attempt) {
    long base = first.toMillis() << Math.min(attempt, DOUBLINGS);
    return Duration.ofMillis(base / 2 + ThreadLocalRandom.current().nextLong(base));
  }
}
