package io.schemamigration.page;

import io.fabric8.kubernetes.api.model.Condition;
import io.schemamigration.api.LastRun;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaMigrationStatus;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;

/**
 * One migration, with all that belongs to it.
 *
 * @param applied how many files are applied in all; {@code steps} shows the newest of them
 * @param steps applied files, the oldest first, then those that come next
 * @param database name, server and protection, as far as they are known
 * @param plan id of the plan that would run
 * @param nextRetry when it is tried again by itself
 * @param lastRun how the last run went
 * @param backups the newest first
 * @param rollbacks the newest first
 * @param restores of its dumps, the newest first
 */
record Detail(
    Row row,
    Optional<Integer> applied,
    List<Step> steps,
    Optional<String> database,
    Optional<String> plan,
    Optional<Instant> nextRetry,
    Optional<Run> lastRun,
    List<Task> backups,
    List<Task> rollbacks,
    List<Task> restores,
    List<Condition> conditions) {
  private static final int MOST = 10;

  /**
   * How the last run went.
   *
   * @param place {@code file:line}, where it ended at one
   * @param statement its number in the file
   */
  record Run(
      String outcome,
      boolean failed,
      Optional<Instant> start,
      Optional<Instant> end,
      Optional<String> place,
      Optional<Integer> statement,
      Optional<String> sqlState,
      Optional<String> message,
      Optional<String> hint) {

    static Run of(LastRun run) {
      return new Run(
          Optional.ofNullable(run.outcome).orElse("Running"),
          run.outcome != null && !run.outcome.equals("Succeeded") && !run.outcome.equals("Stopped"),
          Facts.time(run.startTime),
          Facts.time(run.completionTime),
          Optional.ofNullable(run.file).map(f -> run.line == null ? f : f + ":" + run.line),
          Optional.ofNullable(run.statement),
          Optional.ofNullable(run.sqlState).filter(s -> !s.isEmpty()),
          Optional.ofNullable(run.message),
          Optional.ofNullable(run.hint));
    }
  }

  /** The migration of this name, if the watches know one. */
  static Optional<Detail> of(Snapshot snapshot, String namespace, String name) {
    return snapshot.migrations().stream()
        .filter(m -> name.equals(m.getMetadata().getName()))
        .filter(m -> namespace.equals(m.getMetadata().getNamespace()))
        .findFirst()
        .map(m -> of(snapshot, m));
  }

  private static Detail of(Snapshot snapshot, SchemaMigration migration) {
    SchemaMigrationStatus status = Facts.status(migration);
    Related related = Related.to(migration, snapshot);
    return new Detail(
        Row.of(migration, related.dumped()),
        Optional.ofNullable(status.appliedCount),
        Step.of(status),
        Optional.ofNullable(status.database).flatMap(Detail::database),
        Optional.ofNullable(status.plan).map(p -> p.id),
        Facts.time(status.nextRetryTime),
        Optional.ofNullable(status.lastRun).map(Run::of),
        newest(related.backups().stream().map(Task::of).toList()),
        newest(related.rollbacks().stream().map(Task::of).toList()),
        newest(related.restores().stream().map(Task::of).toList()),
        Facts.conditions(migration));
  }

  private static List<Task> newest(List<Task> tasks) {
    return tasks.stream()
        .sorted(Comparator.comparing(Task::created).thenComparing(Task::name).reversed())
        .limit(MOST)
        .toList();
  }

  private static Optional<String> database(SchemaMigrationStatus.Database database) {
    if (database.name == null) {
      return Optional.empty();
    }
    String server = database.serverVersion == null ? "" : ", PostgreSQL " + database.serverVersion;
    String tls =
        switch (Optional.ofNullable(database.tls).orElse("")) {
          case "Verified" -> ", TLS verified";
          case "Encrypted" -> ", encrypted, server not verified";
          case "None" -> ", not encrypted";
          default -> "";
        };
    return Optional.of(database.name + server + tls);
  }
}
