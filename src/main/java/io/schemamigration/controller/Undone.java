package io.schemamigration.controller;

import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.api.SchemaRollback;
import io.schemamigration.plan.History;
import io.schemamigration.plan.Plan;
import io.schemamigration.postgres.Look;
import io.schemamigration.postgres.Outcome;
import io.schemamigration.status.TaskReport;
import java.time.Instant;
import java.util.Collection;
import java.util.HashSet;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.stream.Collectors;

/**
 * What requests have undone of migrations that do not look by themselves, as they are suspended.
 * What a request saw last is kept in memory, for it is exact; after a restart the statuses of the
 * requests tell.
 */
final class Undone {
  private final Map<String, Seen> seen = new ConcurrentHashMap<>();

  /**
   * What a request saw.
   *
   * @param rolledBack what was rolled back on record
   * @param inPart whether an undo had stopped on the way
   */
  private record Seen(Set<String> rolledBack, boolean inPart) {
    static final Seen NOTHING = new Seen(Set.of(), false);

    static Seen of(History history) {
      return new Seen(
          Undone.rolledBack(history),
          history.applied().stream().anyMatch(row -> row.undoing().isPresent()));
    }
  }

  /** A request's run ended. */
  void saw(SchemaMigration migration, Outcome outcome) {
    Optional<Plan> plan =
        switch (outcome) {
          case Outcome.Done done when done.plan() instanceof Plan.Refuse refuse -> {
            refused(migration, refuse.position().history());
            yield Optional.empty();
          }
          case Outcome.Done done -> Optional.of(done.plan());
          case Outcome.Failed failed -> failed.plan();
          case Outcome.Stopped stopped -> stopped.plan();
          case Outcome.Busy busy -> Optional.empty();
          case Outcome.Unavailable lost -> Optional.empty();
        };
    plan.ifPresent(p -> put(migration, p.position().history()));
  }

  /** A request looked at the database for the last time. */
  void saw(SchemaMigration migration, Look look) {
    put(migration, look.history());
  }

  /** What is refused undid nothing, but may have seen what an earlier run left. */
  private void refused(SchemaMigration migration, History history) {
    seen.compute(
        migration.getMetadata().getUid(),
        (uid, before) ->
            new Seen(before == null ? Set.of() : before.rolledBack(), Seen.of(history).inPart()));
  }

  private void put(SchemaMigration migration, History history) {
    seen.put(migration.getMetadata().getUid(), Seen.of(history));
  }

  /**
   * What was rolled back on record. Hashes that are gone without one are not among them: to find
   * that a history went back, the migration must remember them.
   */
  static Set<String> rolledBack(History history) {
    return history.absent().stream()
        .filter(absent -> absent.fate() == History.Fate.ROLLED_BACK)
        .map(History.Absent::hash)
        .collect(Collectors.toSet());
  }

  /** The migration looks by itself: what others saw before is no news any more. */
  void forget(SchemaMigration migration) {
    seen.remove(migration.getMetadata().getUid());
  }

  /** Forgets all resources but these. */
  void retain(Set<String> uids) {
    seen.keySet().retainAll(uids);
  }

  /** The hashes that a migration's status calls applied, and are not any more. */
  Set<String> of(SchemaMigration migration, Collection<SchemaRollback> requests) {
    SchemaMigrationStatus status = migration.getStatus();
    if (status == null || status.appliedHashes == null) {
      return Set.of();
    }
    Set<String> undone =
        requests.stream()
            .filter(request -> isNews(request, status))
            .flatMap(request -> request.getStatus().undone.stream())
            .collect(Collectors.toCollection(HashSet::new));
    undone.addAll(seen(migration).rolledBack());
    undone.retainAll(status.appliedHashes);
    return Set.copyOf(undone);
  }

  /** Whether one of them stopped on the way since the database was found to follow its files. */
  boolean inPart(SchemaMigration migration, Collection<SchemaRollback> requests) {
    return seen(migration).inPart()
        || requests.stream()
            .filter(request -> isSince(request, migration.getStatus()))
            .anyMatch(request -> has(request, RollbackReason.PARTIALLY_ROLLED_BACK));
  }

  private Seen seen(SchemaMigration migration) {
    return seen.getOrDefault(migration.getMetadata().getUid(), Seen.NOTHING);
  }

  private static boolean has(SchemaRollback request, RollbackReason reason) {
    return TaskReport.ready(request.getStatus())
        .filter(ready -> ready.getReason().equals(reason.label()))
        .isPresent();
  }

  /** Whether a request undid something after the database was found to follow its files. */
  private static boolean isNews(SchemaRollback request, SchemaMigrationStatus status) {
    return isSince(request, status)
        && request.getStatus().undone != null
        && !has(request, RollbackReason.ALREADY_EXECUTED);
  }

  private static boolean isSince(SchemaRollback request, SchemaMigrationStatus status) {
    return status.lastApplied != null
        && OpenRollbacks.over(request)
        && Instant.parse(request.getStatus().completionTime)
            .isAfter(Instant.parse(status.lastApplied.time));
  }
}
