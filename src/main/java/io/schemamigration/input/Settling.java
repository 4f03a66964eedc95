package io.schemamigration.input;

import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Several ConfigMaps arrive one by one, so a set that changed must rest for a while before it may
 * run or be called invalid. Kept in memory: after a restart a set just rests once more.
 */
public final class Settling {
  static final Duration REST = Duration.ofSeconds(5);

  private record Seen(String checksum, Instant since) {}

  private final Clock clock;
  private final Map<String, Seen> seen = new ConcurrentHashMap<>();

  /** Knows of no set yet. */
  public Settling(Clock clock) {
    this.clock = clock;
  }

  /** Whether this set of the resource with this uid has been the same for {@link #REST}. */
  boolean rested(String uid, String checksum) {
    Instant now = clock.instant();
    Seen last =
        seen.compute(
            uid,
            (u, s) -> s != null && s.checksum().equals(checksum) ? s : new Seen(checksum, now));
    return !now.isBefore(last.since().plus(REST));
  }

  /** Forgets all resources but these. */
  public void retain(Set<String> uids) {
    seen.keySet().retainAll(uids);
  }
}
