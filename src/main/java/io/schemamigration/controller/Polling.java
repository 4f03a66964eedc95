package io.schemamigration.controller;

import io.schemamigration.plan.Reason;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ThreadLocalRandom;

/**
 * When to try again what resolves by itself: after two seconds, doubling to thirty for ten minutes,
 * then each minute, for ever. Kept in memory: after a restart it just begins anew.
 */
final class Polling {
  private static final Duration FIRST = Duration.ofSeconds(2);
  private static final Duration CAP = Duration.ofSeconds(30);
  private static final Duration EAGER = Duration.ofMinutes(10);
  private static final Duration LATER = Duration.ofSeconds(60);
  private static final double JITTER = 0.2;

  private record Failing(String reason, Instant since, int tries) {}

  private final Clock clock;
  private final Map<String, Failing> failing = new ConcurrentHashMap<>();

  Polling(Clock clock) {
    this.clock = clock;
  }

  /** Counts a failed try; how many there were in a row with this reason, from 1. */
  int failed(String uid, Reason reason) {
    return failed(uid, reason.label());
  }

  /** The same with the reason of another kind of resource. */
  int failed(String uid, String reason) {
    Failing first = new Failing(reason, clock.instant(), 1);
    return failing
        .merge(
            uid,
            first,
            (f, anew) ->
                f.reason().equals(reason) ? new Failing(reason, f.since(), f.tries() + 1) : anew)
        .tries();
  }

  /** How long to wait before the next try. */
  Duration pause(String uid) {
    Failing f = failing.get(uid);
    if (f == null) {
      return FIRST;
    }
    if (f.since().plus(EAGER).isBefore(clock.instant())) {
      return LATER;
    }
    Duration doubled = FIRST.multipliedBy(1L << Math.min(f.tries() - 1, 10));
    return doubled.compareTo(CAP) < 0 ? doubled : CAP;
  }

  void succeeded(String uid) {
    failing.remove(uid);
  }

  /** Forgets all resources but these. */
  void retain(Set<String> uids) {
    failing.keySet().retainAll(uids);
  }

  /** An interval with a fifth of jitter, so that many resources do not come at once. */
  static Duration jittered(Duration interval) {
    double factor = 1 - JITTER + 2 * JITTER * ThreadLocalRandom.current().nextDouble();
    return Duration.ofMillis(Math.round(interval.toMillis() * factor));
  }
}
