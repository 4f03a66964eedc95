package io.schemamigration.controller;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.schemamigration.api.BackupLocation;
import io.schemamigration.api.DatabaseRestore;
import io.schemamigration.api.DatabaseRestoreSpec;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.input.Unreadable;
import io.schemamigration.status.TaskReport;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Finds the dumps that restores which are not over still need: between two tries no Job says so.
 * Reads live: a cache that lags would let one go.
 */
final class OpenRestores {
  private final KubernetesClient client;
  private final Set<String> namespaces;

  /**
   * A look at them.
   *
   * @param namespaces that are watched; empty: all
   */
  OpenRestores(KubernetesClient client, Set<String> namespaces) {
    this.client = client;
    this.namespaces = namespaces;
  }

  /** Names of a migration's backups that are needed, also in other namespaces. */
  Set<String> dumps(SchemaMigration migration) {
    Stream<DatabaseRestore> all =
        namespaces.isEmpty()
            ? client.resources(DatabaseRestore.class).inAnyNamespace().list().getItems().stream()
            : namespaces.stream().flatMap(this::in);
    return dumps(all, migration);
  }

  private Stream<DatabaseRestore> in(String namespace) {
    return client
        .resources(DatabaseRestore.class)
        .inNamespace(namespace)
        .list()
        .getItems()
        .stream();
  }

  /** The same among some. */
  static Set<String> dumps(Stream<DatabaseRestore> some, SchemaMigration migration) {
    return some.filter(restore -> !TaskReport.over(restore.getStatus()))
        .filter(restore -> Unreadable.in(restore).isEmpty())
        .flatMap(restore -> dump(restore, migration).stream())
        .collect(Collectors.toUnmodifiableSet());
  }

  private static Optional<String> dump(DatabaseRestore restore, SchemaMigration migration) {
    String namespace = migration.getMetadata().getNamespace();
    DatabaseRestoreSpec.Source source = restore.getSpec().source;
    if (source.backupRef == null) {
      String folder = "/" + namespace + "/" + migration.getMetadata().getName() + "/";
      return Optional.ofNullable(source.location)
          .flatMap(OpenRestores::path)
          .map(path -> "/" + path)
          .filter(path -> path.substring(0, path.lastIndexOf('/') + 1).endsWith(folder))
          .map(path -> path.substring(path.lastIndexOf('/') + 1));
    }
    return restore.getMetadata().getNamespace().equals(namespace)
        ? Optional.of(source.backupRef.name)
        : Optional.empty();
  }

  /** It ends as {@link io.schemamigration.backup.BackupId#folder} does, whatever is before that. */
  private static Optional<String> path(BackupLocation at) {
    return Optional.ofNullable(at.persistentVolumeClaim)
        .map(volume -> volume.path)
        .or(() -> Optional.ofNullable(at.s3).map(bucket -> bucket.key));
  }
}
