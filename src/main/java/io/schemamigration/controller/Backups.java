package io.schemamigration.controller;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.schemamigration.api.BackupJobSpec;
import io.schemamigration.api.BackupSpec;
import io.schemamigration.api.DatabaseBackup;
import io.schemamigration.api.DatabaseBackupSpec;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaRollbackSpec;
import io.schemamigration.decision.Clearance;
import io.schemamigration.decision.Verdict;
import io.schemamigration.job.JobParts;
import io.schemamigration.plan.Additive;
import io.schemamigration.plan.History;
import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Reason;
import io.schemamigration.postgres.Safeguard;
import io.schemamigration.status.Conditions;
import io.schemamigration.status.TaskReport;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * Makes sure of a verified dump before a run changes anything: it asks for one and waits, without a
 * connection and without the lock. Reads live: after a restart, or with a cache that lags, a dump
 * too many might be made otherwise.
 */
final class Backups {
  /** What was dumped longer ago may have been changed by the application since. */
  private static final Duration FRESH = Duration.ofHours(1);

  private final KubernetesClient client;
  private final Clock clock;

  Backups(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
  }

  /** Whether the dump that a plan needs is there; asks for it where it is not. */
  Clearance before(SchemaMigration migration, Plan.Change plan) {
    Predicate<Plan.Change> demanded = demanded(migration);
    if (plan.scripts().isEmpty() || !demanded.test(plan)) {
      return new Clearance.Cleared(demanded, Optional.empty());
    }
    List<DatabaseBackup> made = automatic(migration);
    Optional<DatabaseBackup> newest =
        made.stream()
            .filter(b -> plan.id().equals(label(b)))
            .max(Comparator.comparing(b -> b.getMetadata().getCreationTimestamp()));
    giveUp(made.stream().filter(b -> !plan.id().equals(label(b))));
    if (newest.isEmpty()) {
      return create(migration, plan);
    }
    if (!DatabaseBackupReconciler.over(newest.get())) {
      return waits(newest.get());
    }
    History history = plan.position().history();
    boolean overtaken = made.stream().anyMatch(b -> overtakes(b, newest.get()));
    return !overtaken
            && !history.used(newest.get().getMetadata().getName())
            && History.sameDatabase(newest.get().getStatus().databaseId, history.fullId())
            && fresh(newest.get(), migration)
        ? new Clearance.Cleared(demanded, newest)
        : create(migration, plan);
  }

  /**
   * Where nothing is pending nobody waits for a dump before a run.
   *
   * @param known those that a cache knows; only where it has one the API server is asked
   */
  void settled(SchemaMigration migration, Verdict verdict, Set<DatabaseBackup> known) {
    boolean upToDate =
        verdict instanceof Verdict.Settled settled && settled.plan() instanceof Plan.UpToDate;
    if (upToDate && !known.stream().allMatch(DatabaseBackupReconciler::over)) {
      giveUp(automatic(migration).stream());
    }
  }

  /** Those are for a plan that nobody follows any more; what is made stays. */
  private void giveUp(Stream<DatabaseBackup> some) {
    some.filter(b -> !DatabaseBackupReconciler.over(b)).forEach(b -> client.resource(b).delete());
  }

  /** What a run of a migration needs, before anybody has looked for it. */
  static Safeguard demands(SchemaMigration migration) {
    return new Safeguard(demanded(migration), Optional.empty());
  }

  private static Predicate<Plan.Change> demanded(SchemaMigration migration) {
    BackupSpec backup = migration.getSpec().backup;
    String when = backup == null || backup.when == null ? "Never" : backup.when;
    return switch (when) {
      case "Always" -> change -> true;
      case "Destructive" -> change -> !Additive.surely(change);
      default -> change -> false;
    };
  }

  private List<DatabaseBackup> automatic(SchemaMigration migration) {
    return client
        .resources(DatabaseBackup.class)
        .inNamespace(migration.getMetadata().getNamespace())
        .withLabel(JobParts.MIGRATION_LABEL, migration.getMetadata().getName())
        .withLabel(BackupJobs.PLAN_LABEL)
        .list()
        .getItems()
        .stream()
        .filter(b -> !b.isMarkedForDeletion())
        .toList();
  }

  /** What the user says of the Jobs of a backup that is made; empty: nothing. */
  static Optional<BackupJobSpec> jobSpec(DatabaseBackup backup) {
    return Optional.ofNullable(backup.getSpec().job)
        .or(() -> Optional.ofNullable(backup.getStatus()).map(s -> s.job));
  }

  private static String label(DatabaseBackup backup) {
    return backup.getMetadata().getLabels().get(BackupJobs.PLAN_LABEL);
  }

  /** For another plan a dump was made since, so the database has moved on and come back. */
  private static boolean overtakes(DatabaseBackup other, DatabaseBackup newest) {
    return !label(other).equals(label(newest))
        && DatabaseBackupReconciler.over(other)
        && !completed(other).isBefore(completed(newest));
  }

  private static Instant completed(DatabaseBackup backup) {
    return Instant.parse(backup.getStatus().completionTime);
  }

  /**
   * A run that changed something has used up what was dumped before it; times are whole seconds.
   */
  private boolean fresh(DatabaseBackup backup, SchemaMigration migration) {
    Instant done = completed(backup);
    Optional<Instant> run =
        Optional.ofNullable(migration.getStatus())
            .map(s -> s.lastRun)
            .filter(r -> "Succeeded".equals(r.outcome))
            .map(r -> Instant.parse(r.completionTime));
    return done.plus(FRESH).isAfter(clock.instant())
        && run.filter(r -> !r.isBefore(done)).isEmpty();
  }

  private Clearance create(SchemaMigration migration, Plan.Change plan) {
    String owner = migration.getMetadata().getName();
    DatabaseBackup backup = new DatabaseBackup();
    backup.setMetadata(
        new ObjectMetaBuilder()
            .withName(JobParts.name(owner, plan.id() + "\n" + clock.instant()))
            .withNamespace(migration.getMetadata().getNamespace())
            .withLabels(Map.of(JobParts.MIGRATION_LABEL, owner, BackupJobs.PLAN_LABEL, plan.id()))
            .build());
    DatabaseBackupSpec spec = new DatabaseBackupSpec();
    spec.migrationRef = new SchemaRollbackSpec.MigrationRef();
    spec.migrationRef.name = owner;
    backup.setSpec(spec);
    client.resource(backup).create();
    return new Clearance.Waits(
        Reason.BACKUP_RUNNING, "DatabaseBackup " + backup.getMetadata().getName() + " is begun");
  }

  private static Clearance waits(DatabaseBackup backup) {
    Optional<Condition> ready = TaskReport.ready(backup.getStatus());
    String name = "DatabaseBackup " + backup.getMetadata().getName();
    // What waits for its turn, or for the database, goes on by itself.
    boolean bad =
        Optional.ofNullable(backup.getStatus()).map(s -> s.conditions).stream()
            .flatMap(List::stream)
            .anyMatch(c -> c.getType().equals(Conditions.STALLED));
    return bad
        ? new Clearance.Waits(
            Reason.BACKUP_FAILED, "nothing ran, " + name + ": " + ready.get().getMessage())
        : new Clearance.Waits(
            Reason.BACKUP_RUNNING,
            name + ready.map(c -> ": " + c.getMessage()).orElse(" is begun"));
  }
}
