package io.schemamigration.page;

import io.fabric8.kubernetes.api.model.Condition;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaMigrationStatus;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * One migration among all.
 *
 * @param reason of Ready, in one word; empty before the operator has seen it
 * @param message of Ready; one more sentence where a database does not answer that was fine before
 * @param current hash of the newest applied file
 * @param pending files; empty where it is not known
 * @param held files that were rolled back on request
 * @param lastBackup when the newest dump was verified
 * @param lastChange when something was last applied or undone
 */
record Row(
    String namespace,
    String name,
    State state,
    String reason,
    String message,
    Optional<String> current,
    Optional<Integer> pending,
    int held,
    Optional<Instant> lastBackup,
    Optional<Instant> lastChange) {

  static final Comparator<Row> URGENT_FIRST =
      Comparator.comparing(Row::state).thenComparing(Row::namespace).thenComparing(Row::name);

  /**
   * Reads a migration.
   *
   * @param dumped when the newest of its DatabaseBackups was verified
   */
  static Row of(SchemaMigration migration, Optional<Instant> dumped) {
    SchemaMigrationStatus status = Facts.status(migration);
    List<Condition> conditions = Facts.conditions(migration);
    Optional<Condition> ready = Facts.condition(conditions, "Ready");
    Optional<Instant> before =
        Optional.ofNullable(status.lastBackup).flatMap(b -> Facts.time(b.completionTime));
    return new Row(
        migration.getMetadata().getNamespace(),
        migration.getMetadata().getName(),
        State.of(migration),
        ready.map(Condition::getReason).orElse(""),
        message(ready, conditions),
        Optional.ofNullable(status.current).map(c -> c.hash),
        Optional.ofNullable(status.pendingCount),
        Optional.ofNullable(status.heldCount).orElse(0),
        Stream.of(before, dumped).flatMap(Optional::stream).max(Instant::compareTo),
        Facts.changed(migration));
  }

  private static String message(Optional<Condition> ready, List<Condition> conditions) {
    String told = ready.map(Condition::getMessage).orElse("The operator has not looked at it yet.");
    boolean fine = ready.filter(c -> "True".equals(c.getStatus())).isPresent();
    return Facts.condition(conditions, "DatabaseReachable")
        .filter(c -> fine && "False".equals(c.getStatus()))
        .map(c -> told + "; the database does not answer now: " + c.getMessage())
        .orElse(told);
  }
}
