package io.schemamigration.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.schemamigration.api.BackupSpec;
import io.schemamigration.api.BackupStorage;
import io.schemamigration.api.DatabaseBackup;
import io.schemamigration.api.DatabaseBackupSpec;
import io.schemamigration.api.DatabaseSpec;
import io.schemamigration.api.LastBackup;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaMigrationSpec;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.api.SchemaRollbackSpec;
import io.schemamigration.backup.BackupJob;
import io.schemamigration.config.Settings;
import io.schemamigration.job.JobParts;
import io.schemamigration.plan.Situations;
import io.schemamigration.plan.UndoBooks;
import io.schemamigration.postgres.Look;
import java.util.Map;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** A backup's Job as the two resources ask for it. */
class BackupJobsTest {
  private final Situations done = Situations.start().files(1, 2).applied(1, 2);
  private static final String LONGEST_NAME = "m".repeat(63);
  private final DatabaseBackup backup = new DatabaseBackup();
  private final SchemaMigration migration = new SchemaMigration();
  private Set<String> restored = Set.of();

  BackupJobsTest() {
    backup.setMetadata(
        new ObjectMetaBuilder()
            .withName("orders-1")
            .withNamespace("shop")
            .withUid("u-1")
            .withCreationTimestamp("2026-03-01T11:58:00Z")
            .build());
    DatabaseBackupSpec spec = new DatabaseBackupSpec();
    spec.migrationRef = new SchemaRollbackSpec.MigrationRef();
    spec.migrationRef.name = "orders";
    backup.setSpec(spec);
    migration.setMetadata(new ObjectMetaBuilder().withName("orders").withNamespace("shop").build());
    SchemaMigrationSpec of = new SchemaMigrationSpec();
    of.database = new DatabaseSpec();
    of.database.secretRef = new DatabaseSpec.SecretRef();
    of.database.secretRef.name = "db";
    of.backup = new BackupSpec();
    of.backup.storage = claim("dumps");
    migration.setSpec(of);
  }

  private static BackupStorage claim(String name) {
    BackupStorage storage = new BackupStorage();
    storage.persistentVolumeClaim = new BackupStorage.Volume();
    storage.persistentVolumeClaim.claimName = name;
    return storage;
  }

  private static BackupStorage template() {
    BackupStorage storage = new BackupStorage();
    storage.persistentVolumeClaim = new BackupStorage.Volume();
    storage.persistentVolumeClaim.template = new BackupStorage.Template();
    storage.persistentVolumeClaim.template.size = "20Gi";
    return storage;
  }

  private BackupJobs jobs() {
    return jobs(Map.of());
  }

  private BackupJobs jobs(Map<String, String> environment) {
    return new BackupJobs(backup, migration, Settings.from(environment));
  }

  private BackupJob job() {
    Look look = new Look(done.history(), UndoBooks.NONE, "None");
    return jobs().job(look, Map.of(), 10, restored);
  }

  @Test
  void itIsKnownWhatTheDumpHolds() {
    BackupJob job = job();
    assertThat(job.facts().covers().orElseThrow().hash()).isEqualTo("h2");
    assertThat(job.facts().covers().orElseThrow().sequence()).contains(2L);
    assertThat(job.facts().serverVersion()).isEqualTo("15.19");
    assertThat(job.facts().automatic()).isFalse();
    backup.getMetadata().setLabels(Map.of(BackupJobs.PLAN_LABEL, "p-1"));
    assertThat(job().facts().automatic()).isTrue();
    assertThat(job().facts().planId()).contains("p-1");
  }

  @Test
  void theDumpBeforeTheLastRunIsKeptWhoeverTellsOfIt() {
    assertThat(job().kept()).isEmpty();
    done.dumped("noted");
    assertThat(job().kept()).containsExactly("noted");
    migration.setStatus(new SchemaMigrationStatus());
    migration.getStatus().lastBackup = new LastBackup();
    migration.getStatus().lastBackup.name = "told";
    assertThat(job().kept()).containsExactlyInAnyOrder("noted", "told");
  }

  @Test
  void aDumpThatIsBeingRestoredIsKept() {
    restored = Set.of("older");
    assertThat(job().kept()).containsExactly("older");
  }

  @Test
  void theJobGoesWithItsBackup() {
    assertThat(job().outline().owner().getUid()).isEqualTo("u-1");
    assertThat(job().outline().owner().getKind()).isEqualTo("DatabaseBackup");
    assertThat(job().outline().owner().getApiVersion()).startsWith("schemamigration.io/");
  }

  @Test
  void theBackupsOwnStorageGoesFirst() {
    assertThat(jobs().claim()).contains("dumps");
    backup.getSpec().storage = claim("mine");
    assertThat(jobs().claim()).contains("mine");
    backup.getSpec().storage = null;
    migration.getSpec().backup = null;
    assertThat(jobs().storage()).isEmpty();
  }

  @Test
  void aClaimThatIsMadeHasNoOwner() {
    assertThat(jobs().newClaim()).isEmpty();
    migration.getSpec().backup.storage = template();
    assertThat(jobs().claim()).contains("orders-backups");
    assertThat(jobs().newClaim().orElseThrow())
        .satisfies(
            c -> {
              assertThat(c.getMetadata().getName()).isEqualTo("orders-backups");
              assertThat(c.getMetadata().getOwnerReferences()).isEmpty();
              assertThat(c.getSpec().getResources().getRequests().get("storage"))
                  .hasToString("20Gi");
            });
  }

  /** Its pod may be refused, or the operator's own image not be had, by what the chart says. */
  @Test
  void whatIsStuckIsMadeAnewOnceSomebodyChangedIt() {
    String before = jobs().inputs();
    assertThat(jobs().inputs()).isEqualTo(before);
    assertThat(jobs(Map.of("OPERATOR_IMAGE", "registry/operator:1")).inputs()).isNotEqualTo(before);
    assertThat(jobs(Map.of("JOB_USER_ID", "")).inputs()).isNotEqualTo(before);
    migration.getSpec().backup.storage = claim("others");
    assertThat(jobs().inputs()).isNotEqualTo(before);
  }

  @ParameterizedTest
  @ValueSource(ints = {1, 63, 64, 253})
  void everyLabelIsOneThatKubernetesTakes(int length) {
    migration.getMetadata().setName(LONGEST_NAME);
    migration.getSpec().backup.storage = claim("c".repeat(length));
    assertLabels(job().build());
    assertThat(job().outline().labels())
        .containsEntry(JobParts.CLAIM_LABEL, JobParts.label("c".repeat(length)));
    migration.getSpec().backup.storage = template();
    assertLabels(job().build());
  }

  @Test
  void longClaimsThatBeginAlikeAreToldApart() {
    migration.getSpec().backup.storage = claim("c".repeat(99) + "1");
    String one = job().outline().labels().get(JobParts.CLAIM_LABEL);
    migration.getSpec().backup.storage = claim("c".repeat(99) + "2");
    assertThat(job().outline().labels().get(JobParts.CLAIM_LABEL)).isNotNull().isNotEqualTo(one);
  }

  private static void assertLabels(Job job) {
    assertThat(job.getMetadata().getLabels())
        .containsKeys(JobParts.MIGRATION_LABEL, JobParts.CLAIM_LABEL)
        .allSatisfy(
            (name, value) ->
                assertThat(value).matches("[A-Za-z0-9]([A-Za-z0-9._-]{0,61}[A-Za-z0-9])?"));
  }
}
