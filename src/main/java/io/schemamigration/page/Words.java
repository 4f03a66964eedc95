package io.schemamigration.page;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;

/** Times, durations and sizes for people. */
final class Words {
  private static final DateTimeFormatter EXACT =
      DateTimeFormatter.ofPattern("yyyy-MM-dd HH:mm:ss 'UTC'", Locale.ROOT)
          .withZone(ZoneOffset.UTC);
  private static final String[] UNITS = {"B", "KiB", "MiB", "GiB", "TiB", "PiB"};
  private static final double KIB = 1024;

  private Words() {}

  /** {@code 2026-03-01 10:00:00 UTC}. */
  static String exact(Instant time) {
    return EXACT.format(time);
  }

  /** {@code 3 h ago}, {@code in 20 s}; clocks that differ a little say {@code now}. */
  static String relative(Instant time, Instant now) {
    Duration past = Duration.between(time, now);
    if (past.abs().toSeconds() < 2) {
      return "now";
    }
    return past.isNegative() ? "in " + rough(past.negated()) : rough(past) + " ago";
  }

  private static String rough(Duration duration) {
    if (duration.toDays() > 1) {
      return duration.toDays() + " days";
    }
    if (duration.toHours() > 1) {
      return duration.toHours() + " h";
    }
    if (duration.toMinutes() > 1) {
      return duration.toMinutes() + " min";
    }
    return duration.toSeconds() + " s";
  }

  /** {@code 12 ms}, {@code 3.4 s}, {@code 2 min 5 s}, {@code 3 h 12 min}. */
  static String duration(Duration duration) {
    if (duration.toSeconds() < 1) {
      return duration.toMillis() + " ms";
    }
    if (duration.toMinutes() < 1) {
      return String.format(Locale.ROOT, "%.1f s", duration.toMillis() / 1000.0);
    }
    if (duration.toHours() < 1) {
      return duration.toMinutes() + " min " + duration.toSecondsPart() + " s";
    }
    return duration.toHours() + " h " + duration.toMinutesPart() + " min";
  }

  /** {@code 12 KiB}, {@code 3.4 GiB}. */
  static String size(long bytes) {
    double value = bytes;
    int unit = 0;
    while (value >= KIB && unit < UNITS.length - 1) {
      value /= KIB;
      unit++;
    }
    return unit == 0 || value >= 10
        ? Math.round(value) + " " + UNITS[unit]
        : String.format(Locale.ROOT, "%.1f %s", value, UNITS[unit]);
  }

  /** {@code 1 file}, {@code 2 files}. */
  static String count(int number, String noun) {
    return number + " " + noun + (number == 1 ? "" : "s");
  }
}
