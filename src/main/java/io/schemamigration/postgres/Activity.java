package io.schemamigration.postgres;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.stream.Collectors;

/**
 * What the server says a file that takes its time is about.
 *
 * @param phase of the index it builds, in the server's words; empty: none
 * @param percent how much of that phase is done
 * @param blockers the sessions whose locks it waits for
 */
public record Activity(Optional<String> phase, OptionalInt percent, List<Blocker> blockers) {
  /** Nothing to tell. */
  static final Activity NONE = new Activity(Optional.empty(), OptionalInt.empty(), List.of());

  private static final int SHOWN = 3;

  /**
   * A session that holds a lock.
   *
   * @param pid its process; 0 is a prepared transaction
   * @param application what it calls itself
   * @param age since when its transaction is open; empty where our user may not see it
   */
  public record Blocker(int pid, String application, Optional<Duration> age) {

    private String text() {
      String name = application.isEmpty() ? "no application_name" : application;
      return "pid %d (%s%s)"
          .formatted(pid, name, age.map(a -> ", in a transaction for " + coarse(a)).orElse(""));
    }

    /** Coarse, so that a status is not written each second. */
    private static String coarse(Duration age) {
      long seconds = age.toSeconds();
      if (seconds < 10) {
        return "some seconds";
      }
      return seconds < 60
          ? seconds / 10 * 10 + "s"
          : seconds < 3600 ? seconds / 60 + "m" : seconds / 3600 + "h";
    }
  }

  /** In words; empty if there is nothing to tell. Never what the others run. */
  public String text() {
    String building =
        phase
            .map(p -> p + (percent.isPresent() ? ", " + percent.getAsInt() + " %" : ""))
            .orElse("");
    return building + (building.isEmpty() || blockers.isEmpty() ? "" : "; ") + waiting();
  }

  /** Whom it waits for, in words; empty if for nobody. */
  String waiting() {
    if (blockers.isEmpty()) {
      return "";
    }
    String more = blockers.size() > SHOWN ? " and " + (blockers.size() - SHOWN) + " more" : "";
    return blockers.stream()
        .limit(SHOWN)
        .map(Blocker::text)
        .collect(Collectors.joining(", ", "waits for ", more));
  }
}
