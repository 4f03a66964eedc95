package io.schemamigration.controller;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaRollback;
import io.schemamigration.decision.Verdict;
import io.schemamigration.plan.Reason;
import io.schemamigration.status.Conditions;
import io.schemamigration.status.TaskReport;
import java.util.Comparator;
import java.util.List;
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
    return TaskReport.over(rollback.getStatus());
  }

  /** The request that goes first among some. */
  static Optional<SchemaRollback> first(Stream<SchemaRollback> some, SchemaMigration migration) {
    return first(some, migration.getMetadata().getName());
  }

  /** The request that goes before this one, as it is older. */
  static Optional<SchemaRollback> before(
      SchemaRollback resource, Stream<SchemaRollback> some, String migration) {
    return first(some, migration)
        .filter(f -> !f.getMetadata().getUid().equals(resource.getMetadata().getUid()));
  }

  private static Optional<SchemaRollback> first(Stream<SchemaRollback> some, String migration) {
    return of(some, migration).filter(r -> !over(r)).min(OLDEST_FIRST);
  }

  private static Stream<SchemaRollback> of(Stream<SchemaRollback> some, String migration) {
    return some.filter(r -> RollbackSpec.migration(r).filter(migration::equals).isPresent());
  }

  /** The requests of a migration among some, over or not. */
  static List<SchemaRollback> of(Stream<SchemaRollback> some, SchemaMigration migration) {
    return of(some, migration.getMetadata().getName()).toList();
  }

  /**
   * The request that a migration's files wait for. One that waits for the database's owner to be
   * settled is none: only the migration can settle it.
   */
  static Optional<SchemaRollback> blocking(Stream<SchemaRollback> some, SchemaMigration migration) {
    return first(some, migration).filter(r -> !reason(r).equals(Reason.OWNED_BY_OTHER.label()));
  }

  private static String reason(SchemaRollback rollback) {
    return TaskReport.ready(rollback.getStatus()).map(Condition::getReason).orElse("");
  }

  /** What to tell a migration that waits for a request. */
  static Verdict.RollingBack waitingFor(SchemaRollback first, long generation) {
    List<Condition> all =
        first.getStatus() == null || first.getStatus().conditions == null
            ? List.of()
            : first.getStatus().conditions;
    boolean stalled = all.stream().anyMatch(c -> Conditions.STALLED.equals(c.getType()));
    Optional<Verdict.Obstacle> obstacle =
        TaskReport.ready(first.getStatus())
            .filter(ready -> Conditions.FALSE.equals(ready.getStatus()))
            .map(ready -> new Verdict.Obstacle(ready.getReason(), ready.getMessage(), stalled));
    return new Verdict.RollingBack(generation, first.getMetadata().getName(), obstacle);
  }

  /** Asks the API server: a cache may not know yet what was applied together with new files. */
  Optional<SchemaRollback> ask(SchemaMigration migration) {
    return blocking(
        client
            .resources(SchemaRollback.class)
            .inNamespace(migration.getMetadata().getNamespace())
            .list()
            .getItems()
            .stream(),
        migration);
  }
}
