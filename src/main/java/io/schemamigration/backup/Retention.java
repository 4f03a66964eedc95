package io.schemamigration.backup;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collection;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * Which backups go. Both are limits: what passes either goes, oldest first. Only backups that were
 * made for a run go; never the newest of them, never one that is protected.
 *
 * @param keepLast how many of them stay at most, 1 or more; empty: any number
 * @param maxAge how old one may be, since it was verified; empty: any age
 */
public record Retention(Optional<Integer> keepLast, Optional<Duration> maxAge) {
  /** Everything stays. */
  public static final Retention FOREVER = new Retention(Optional.empty(), Optional.empty());

  private static final Comparator<Manifest> BY_AGE =
      Comparator.comparing((Manifest m) -> Instant.parse(m.finished()))
          .thenComparing(Manifest::name);

  /**
   * Checks the limits.
   *
   * @throws IllegalArgumentException if one can never be kept, with a message for the user
   */
  public Retention {
    if (keepLast.isPresent() && keepLast.get() < 1) {
      throw new IllegalArgumentException("retention.keepLast must be 1 or more; correct it");
    }
    if (maxAge.isPresent() && (maxAge.get().isNegative() || maxAge.get().isZero())) {
      throw new IllegalArgumentException("retention.maxAge must be more than 0s; correct it");
    }
  }

  /**
   * The backups that go, oldest first.
   *
   * @param good of one migration, each with a dump
   * @param protectedNames of backups that something still needs; they count for {@code keepLast}
   */
  public List<Manifest> expired(
      Collection<Manifest> good, Instant now, Set<String> protectedNames) {
    List<Manifest> newestFirst =
        good.stream().filter(Manifest::automatic).sorted(BY_AGE.reversed()).toList();
    List<Manifest> expired = new ArrayList<>();
    for (int newer = 1; newer < newestFirst.size(); newer++) {
      Manifest manifest = newestFirst.get(newer);
      if ((isTooMany(newer) || isTooOld(manifest, now))
          && !protectedNames.contains(manifest.name())) {
        expired.addFirst(manifest);
      }
    }
    return List.copyOf(expired);
  }

  private boolean isTooMany(int newer) {
    return keepLast.isPresent() && newer >= keepLast.get();
  }

  private boolean isTooOld(Manifest manifest, Instant now) {
    Duration age = Duration.between(Instant.parse(manifest.finished()), now);
    return maxAge.isPresent() && age.compareTo(maxAge.get()) > 0;
  }
}
