package io.schemamigration.page;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.schemamigration.api.DatabaseBackup;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.api.SchemaRollbackSpec;
import io.schemamigration.api.TaskStatus;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;

/** Reads resources that may lack any part: a page must not fail because of one of them. */
final class Facts {
  private static final SchemaMigrationStatus NONE = new SchemaMigrationStatus();

  private Facts() {}

  static SchemaMigrationStatus status(SchemaMigration migration) {
    return Optional.ofNullable(migration.getStatus()).orElse(NONE);
  }

  static List<Condition> conditions(SchemaMigration migration) {
    return list(status(migration).conditions);
  }

  static <T> List<T> list(List<T> list) {
    return list == null ? List.of() : list;
  }

  static Optional<Condition> condition(List<Condition> conditions, String type) {
    return conditions.stream().filter(c -> type.equals(c.getType())).findFirst();
  }

  static Optional<Condition> ready(TaskStatus status) {
    return status == null ? Optional.empty() : condition(list(status.conditions), "Ready");
  }

  /** A time as RFC 3339 writes it; empty for anything else. */
  static Optional<Instant> time(String text) {
    try {
      return Optional.ofNullable(text).map(Instant::parse);
    } catch (DateTimeException e) {
      return Optional.empty();
    }
  }

  static boolean of(SchemaRollbackSpec.MigrationRef ref, HasMetadata resource, HasMetadata other) {
    return ref != null
        && other.getMetadata().getName().equals(ref.name)
        && other.getMetadata().getNamespace().equals(resource.getMetadata().getNamespace());
  }

  /** When a dump was verified; empty as long as it is not. */
  static Optional<Instant> verified(DatabaseBackup backup) {
    return Optional.ofNullable(backup.getStatus())
        .filter(status -> status.sha256 != null)
        .filter(s -> ready(s).filter(c -> "True".equals(c.getStatus())).isPresent())
        .flatMap(status -> time(status.completionTime));
  }

  /** When something last changed in the database, as far as the status tells. */
  static Optional<Instant> changed(SchemaMigration migration) {
    SchemaMigrationStatus status = status(migration);
    Stream<String> applied = list(status.applied).stream().map(a -> a.appliedTime);
    Stream<String> current = Stream.ofNullable(status.current).map(c -> c.appliedTime);
    Stream<String> run =
        Stream.ofNullable(status.lastRun)
            .filter(r -> "Succeeded".equals(r.outcome))
            .map(r -> r.completionTime);
    return Stream.of(applied, current, run)
        .flatMap(s -> s)
        .flatMap(text -> time(text).stream())
        .max(Instant::compareTo);
  }
}
