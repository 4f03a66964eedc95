package io.schemamigration.page;

import io.schemamigration.api.DatabaseBackup;
import io.schemamigration.api.DatabaseRestore;
import io.schemamigration.api.DatabaseRestoreSpec;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaRollback;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** The backups, requests to undo and restores of one migration. */
record Related(
    List<DatabaseBackup> backups, List<SchemaRollback> rollbacks, List<DatabaseRestore> restores) {

  static Related to(SchemaMigration migration, Snapshot snapshot) {
    List<DatabaseBackup> backups =
        snapshot.backups().stream()
            .filter(b -> b.getSpec() != null)
            .filter(b -> Facts.of(b.getSpec().migrationRef, b, migration))
            .toList();
    Set<String> names =
        backups.stream().map(b -> b.getMetadata().getName()).collect(Collectors.toSet());
    String namespace = migration.getMetadata().getNamespace();
    return new Related(
        backups,
        snapshot.rollbacks().stream()
            .filter(r -> r.getSpec() != null)
            .filter(r -> Facts.of(r.getSpec().migrationRef, r, migration))
            .toList(),
        snapshot.restores().stream()
            .filter(r -> namespace.equals(r.getMetadata().getNamespace()))
            .filter(r -> backup(r.getSpec()).filter(names::contains).isPresent())
            .toList());
  }

  private static Optional<String> backup(DatabaseRestoreSpec spec) {
    return Optional.ofNullable(spec)
        .map(s -> s.source)
        .map(source -> source.backupRef)
        .map(ref -> ref.name);
  }

  /** When the newest dump was verified. */
  Optional<Instant> dumped() {
    return backups.stream().flatMap(b -> Facts.verified(b).stream()).max(Instant::compareTo);
  }
}
