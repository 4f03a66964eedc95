package io.schemamigration.page;

import io.schemamigration.api.SchemaMigrationStatus;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/**
 * One file in the order of its migration.
 *
 * @param sequence empty where the file is not known any more
 * @param time when it was applied
 * @param duration how long it ran; empty where another tool applied it
 */
record Step(
    Kind kind,
    Optional<Long> sequence,
    String hash,
    Optional<Instant> time,
    Optional<Duration> duration) {

  /** Where a file is on its way. */
  enum Kind {
    /** It is in the database. */
    APPLIED("Applied"),
    /** The last run ended at it, and kept nothing of it. */
    FAILED("Failed"),
    /** It comes next, or later. */
    PENDING("Pending");

    private final String label;

    Kind(String label) {
      this.label = label;
    }

    String label() {
      return label;
    }
  }

  /** What a status knows: the newest of the applied files and the first of those to come. */
  static List<Step> of(SchemaMigrationStatus status) {
    List<Step> steps = new ArrayList<>();
    for (SchemaMigrationStatus.Applied file : Facts.list(status.applied)) {
      steps.add(
          new Step(
              Kind.APPLIED,
              Optional.ofNullable(file.sequence),
              file.hash,
              Facts.time(file.appliedTime),
              Optional.ofNullable(file.durationMilliseconds).map(Duration::ofMillis)));
    }
    String failed = failed(status);
    for (SchemaMigrationStatus.Pending file : Facts.list(status.pending)) {
      boolean here = file.hash != null && failed.endsWith("_" + file.hash + ".sql");
      steps.add(
          new Step(
              here ? Kind.FAILED : Kind.PENDING,
              Optional.ofNullable(file.sequence),
              file.hash,
              Optional.empty(),
              Optional.empty()));
    }
    return List.copyOf(steps);
  }

  private static String failed(SchemaMigrationStatus status) {
    return Optional.ofNullable(status.lastRun)
        .filter(run -> Detail.Run.of(run).failed())
        .map(run -> run.file)
        .orElse("");
  }
}
