package io.schemamigration.status;

import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Timer;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.decision.Verdict;
import io.schemamigration.plan.Reason;
import io.schemamigration.postgres.Outcome;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The operator's own metrics. Bounded: labels are namespace, name and words from short lists, never
 * a text; a deleted resource's series go with it.
 */
public final class StatusMetrics {
  /** From a file of one statement to a backfill of hours. */
  private static final Duration[] BUCKETS = {
    Duration.ofMillis(100),
    Duration.ofSeconds(1),
    Duration.ofSeconds(5),
    Duration.ofSeconds(30),
    Duration.ofMinutes(1),
    Duration.ofMinutes(5),
    Duration.ofMinutes(30),
    Duration.ofHours(2)
  };

  private final MeterRegistry registry;
  private final Map<String, MigrationSeries> byName = new ConcurrentHashMap<>();

  /** Shows nothing yet; what it will show goes into this registry. */
  public StatusMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  /** Shows a status. */
  void record(SchemaMigration resource, SchemaMigrationStatus status) {
    series(resource).show(status);
  }

  /** A look or a run found that the database follows the files. */
  public void follows(SchemaMigration resource, Instant time) {
    series(resource).follows(time);
  }

  private MigrationSeries series(SchemaMigration resource) {
    return byName.compute(
        resource.getMetadata().getNamespace() + "/" + resource.getMetadata().getName(),
        (n, known) -> {
          if (known != null && known.uid().equals(resource.getMetadata().getUid())) {
            return known;
          }
          if (known != null) {
            known.remove(); // created anew under the same name, which is the meters' name too
          }
          return new MigrationSeries(registry, resource);
        });
  }

  /** Counts a run. */
  public void ran(SchemaMigration resource, Verdict.Ended ended) {
    String namespace = resource.getMetadata().getNamespace();
    int committed =
        switch (ended.outcome()) {
          case Outcome.Done done -> done.applied();
          case Outcome.Failed failed -> failed.applied();
          case Outcome.Stopped stopped -> stopped.applied();
          case Outcome.Busy busy -> 0;
          case Outcome.Unavailable unavailable -> 0;
        };
    Counter.builder("schema_migration_applied_total")
        .description("Files applied")
        .tags("namespace", namespace)
        .register(registry)
        .increment(committed - ended.undone());
    undone(namespace, ended.undone());
    lockTimeouts(namespace, ended.outcome());
    Timer.builder("schema_migration_run_duration_seconds")
        .description("Duration of runs by result")
        .serviceLevelObjectives(BUCKETS)
        .tags("namespace", namespace, "result", ended.outcome().getClass().getSimpleName())
        .register(registry)
        .record(Duration.between(ended.start(), ended.end()));
  }

  /** Counted from 0, so that the first one is an increase. */
  private void lockTimeouts(String namespace, Outcome outcome) {
    boolean timedOut =
        outcome instanceof Outcome.Failed failed
            && failed.failure().reason() == Reason.LOCK_TIMEOUT;
    Counter.builder("schema_migration_lock_wait_timeouts_total")
        .description("Runs that ended because a lock was not had in time")
        .tags("namespace", namespace)
        .register(registry)
        .increment(timedOut ? 1 : 0);
  }

  /**
   * Counts a request to undo that is over.
   *
   * @param result the reason it ended with
   */
  public void rolledBack(String namespace, String result) {
    Counter.builder("schema_migration_rollbacks_total")
        .description("SchemaRollbacks that are over, by how they ended")
        .tags("namespace", namespace, "result", result)
        .register(registry)
        .increment();
  }

  /** Counts a dump that was made and verified. */
  public void backedUp(String namespace, Duration duration) {
    Timer.builder("schema_migration_backup_duration_seconds")
        .description("From the Job of a backup to its verified dump")
        .serviceLevelObjectives(BUCKETS)
        .tags("namespace", namespace)
        .register(registry)
        .record(duration);
  }

  /** Counts Jobs of backups that failed; none: shows how many there were. */
  public void backupsFailed(String namespace, int jobs) {
    Counter.builder("schema_migration_backup_failures_total")
        .description("Jobs of DatabaseBackups that failed")
        .tags("namespace", namespace)
        .register(registry)
        .increment(jobs);
  }

  /** Counts what was undone, on request or because a target was lowered. */
  public void undone(String namespace, int files) {
    Counter.builder("schema_migration_undone_total")
        .description("Files undone")
        .tags("namespace", namespace)
        .register(registry)
        .increment(files);
  }

  /** Removes the series of resources that are gone. */
  public void retain(Set<String> uids) {
    for (String name : byName.keySet()) {
      byName.computeIfPresent(
          name,
          (n, series) -> {
            if (uids.contains(series.uid())) {
              return series;
            }
            series.remove();
            return null;
          });
    }
  }
}
