package io.schemamigration.controller;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.schemamigration.api.BackupJobSpec;
import io.schemamigration.api.BackupSpec;
import io.schemamigration.api.BackupStorage;
import io.schemamigration.api.DatabaseBackup;
import io.schemamigration.api.DatabaseSpec;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.backup.BackupJob;
import io.schemamigration.backup.JobOutline;
import io.schemamigration.backup.Manifest;
import io.schemamigration.backup.StoreSettings;
import io.schemamigration.config.Settings;
import io.schemamigration.input.LoginSpec;
import io.schemamigration.input.SpecReader;
import io.schemamigration.job.JobParts;
import io.schemamigration.plan.Dump;
import io.schemamigration.plan.History;
import io.schemamigration.postgres.Look;
import io.schemamigration.postgres.Tables;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Puts together the Job of a backup from the resources that it is made for. */
final class BackupJobs {
  static final String PLAN_LABEL = "schemamigration.io/plan";

  private final DatabaseBackup backup;
  private final SchemaMigration migration;
  private final Settings settings;

  BackupJobs(DatabaseBackup backup, SchemaMigration migration, Settings settings) {
    this.backup = backup;
    this.migration = migration;
    this.settings = settings;
  }

  /** Where the dump is kept; empty: neither resource says. */
  Optional<BackupStorage> storage() {
    return Optional.ofNullable(backup.getSpec().storage)
        .or(() -> Optional.ofNullable(migration.getSpec().backup).map(b -> b.storage));
  }

  private BackupJobSpec job() {
    return Optional.ofNullable(backup.getSpec().job)
        .or(() -> Optional.ofNullable(migration.getSpec().backup).map(b -> b.job))
        .orElseGet(BackupJobSpec::new);
  }

  /** The claim that the dump is kept on; empty for a bucket. */
  Optional<String> claim() {
    return storage()
        .map(s -> s.persistentVolumeClaim)
        .map(
            volume ->
                volume.claimName != null
                    ? volume.claimName
                    : migration.getMetadata().getName() + "-backups");
  }

  /** The claim to create, where the storage is a template of one. It has no owner: dumps stay. */
  Optional<PersistentVolumeClaim> newClaim() {
    return storage()
        .map(s -> s.persistentVolumeClaim)
        .map(volume -> volume.template)
        .map(
            template ->
                new PersistentVolumeClaimBuilder()
                    .withNewMetadata()
                    .withName(claim().orElseThrow())
                    .withNamespace(backup.getMetadata().getNamespace())
                    .withLabels(Map.of(JobParts.MIGRATION_LABEL, migration.getMetadata().getName()))
                    .endMetadata()
                    .withNewSpec()
                    .withAccessModes("ReadWriteOnce")
                    .withStorageClassName(template.storageClassName)
                    .withNewResources()
                    .withRequests(Map.of("storage", new Quantity(template.size)))
                    .endResources()
                    .endSpec()
                    .build());
  }

  /**
   * The Job.
   *
   * @param look what the database is
   * @param secretLabels labels of the database's Secret
   * @param connectSeconds how long connecting may take
   * @param restored names of backups that somebody is restoring
   * @throws IllegalArgumentException if the spec cannot be followed, with a message for the user
   */
  BackupJob job(
      Look look, Map<String, String> secretLabels, int connectSeconds, Set<String> restored) {
    DatabaseSpec database = migration.getSpec().database;
    return new BackupJob(
        outline(),
        JobLogins.of(
            LoginSpec.of(database),
            migration.getMetadata().getNamespace(),
            secretLabels,
            settings.minimumTlsMode(),
            connectSeconds),
        Optional.ofNullable(database.role),
        facts(look),
        backup.getMetadata().getCreationTimestamp(),
        storage().orElseThrow(),
        claim(),
        limits(),
        kept(look.history(), restored),
        UUID.randomUUID().toString());
  }

  private JobOutline outline() {
    return new JobOutline(
        backup.getMetadata().getName(),
        backup.getMetadata().getNamespace(),
        JobParts.owner(backup),
        JobParts.labels(Optional.of(migration.getMetadata().getName()), claim()),
        inputs(),
        job(),
        settings.jobs());
  }

  /** Digest of what can be changed while the Job is stuck. */
  String inputs() {
    List<Object> said =
        List.of(
            storage().map(Serialization::asJson).orElse(""),
            Serialization.asJson(job()),
            Serialization.asJson(migration.getSpec().database),
            settings.jobs());
    return JobParts.digest(said.toString());
  }

  private StoreSettings.Facts facts(Look look) {
    Tables tables = new SpecReader(migration).tables();
    Optional<String> plan =
        Optional.ofNullable(backup.getMetadata().getLabels()).map(l -> l.get(PLAN_LABEL));
    return new StoreSettings.Facts(
        backup.getMetadata().getNamespace(),
        migration.getMetadata().getName(),
        backup.getMetadata().getName(),
        plan.isPresent(),
        look.history().database().name(),
        look.history().database().id(),
        Optional.ofNullable(backup.getMetadata().getUid()),
        look.history().database().serverVersion(),
        covers(look.history()),
        new Manifest.HistoryTable(tables.schema(), tables.table()),
        plan);
  }

  private static Optional<Manifest.Covers> covers(History history) {
    if (history.applied().isEmpty()) {
      return Optional.empty();
    }
    History.Applied last = history.applied().getLast();
    OptionalLong sequence =
        last.recorded().map(History.Recorded::sequence).orElse(OptionalLong.empty());
    return Optional.of(
        new Manifest.Covers(
            sequence.isPresent() ? Optional.of(sequence.getAsLong()) : Optional.empty(),
            last.hash()));
  }

  private StoreSettings.Limits limits() {
    return Optional.ofNullable(migration.getSpec().backup)
        .map((BackupSpec b) -> b.retention)
        .map(
            r ->
                new StoreSettings.Limits(
                    Optional.ofNullable(r.keepLast), Optional.ofNullable(r.maxAge)))
        .orElse(StoreSettings.Limits.NONE);
  }

  /**
   * The dump that protects the last run stays, be it one of files or of undo files, and what is
   * being restored.
   */
  private Set<String> kept(History history, Set<String> restored) {
    Stream<String> noted = history.lastDump().map(Dump::name).stream();
    Stream<String> told =
        Optional.ofNullable(migration.getStatus()).map(s -> s.lastBackup).map(b -> b.name).stream();
    return Stream.of(noted, told, restored.stream())
        .flatMap(names -> names)
        .collect(Collectors.toUnmodifiableSet());
  }
}
