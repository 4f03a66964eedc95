package io.schemamigration.controller;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaRollback;
import java.util.Comparator;
import java.util.Optional;
import java.util.stream.Stream;

/** Finds the requests to undo that are not over; the oldest goes first. */
final class OpenRollbacks {
  private static final Comparator<SchemaRollback> OLDEST_FIRST =
      Comparator.<SchemaRollback, String>comparing(r -> r.getMetadata().getCreationTimestamp())
          .thenComparing(r -> r.getMetadata().getName());

  private final KubernetesClient client;

  OpenRollbacks(KubernetesClient client) {
    this.client = client;
  }

  /** Whether nothing happens to a request any more. */
  static boolean over(SchemaRollback rollback) {
    return RollbackStatusWriter.ready(rollback.getStatus())
        .filter(ready -> RollbackReason.isLast(ready.getReason()))
        .isPresent();
  }

  /** The request that goes first among some. */
  static Optional<SchemaRollback> first(Stream<SchemaRollback> some, SchemaMigration migration) {
    return first(some, migration.getMetadata().getName());
  }

  static Optional<SchemaRollback> first(Stream<SchemaRollback> some, String migration) {
    return some.filter(r -> r.getSpec() != null && r.getSpec().migrationRef != null)
        .filter(r -> migration.equals(r.getSpec().migrationRef.name))
        .filter(r -> !over(r))
        .min(OLDEST_FIRST);
  }

  /** Asks the API server: a cache may not know yet what was applied together with new files. */
  Optional<SchemaRollback> ask(SchemaMigration migration) {
    return first(
        client
            .resources(SchemaRollback.class)
            .inNamespace(migration.getMetadata().getNamespace())
            .list()
            .getItems()
            .stream(),
        migration);
  }
}
