package io.schemamigration.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.schemamigration.api.BackupSpec;
import io.schemamigration.api.DatabaseBackup;
import io.schemamigration.api.DatabaseBackupSpec;
import io.schemamigration.api.DatabaseBackupStatus;
import io.schemamigration.api.LastRun;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaMigrationSpec;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.api.SchemaRollbackSpec;
import io.schemamigration.decision.Clearance;
import io.schemamigration.job.JobParts;
import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Reason;
import io.schemamigration.plan.Situations;
import io.schemamigration.testing.KubeApi;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Which backups a run may rely on. */
class BackupsTest {
  private static final Instant NOW = Instant.parse("2026-03-01T12:00:00Z");
  private static final Plan.Change PLAN =
      (Plan.Change) Situations.start().files(1, 2).applied(1).plan();
  private static final Plan.Change OTHER =
      (Plan.Change) Situations.start().files(1, 2, 3).applied(1).plan();

  private String database = PLAN.position().history().fullId();
  private final KubeApi api = KubeApi.sharedMock();
  private final String namespace = api.createNamespace("backups");
  private final KubernetesClient client = api.client();
  private final SchemaMigration migration = new SchemaMigration();

  BackupsTest() {
    migration.setMetadata(
        new ObjectMetaBuilder().withName("orders").withNamespace(namespace).build());
    migration.setSpec(new SchemaMigrationSpec());
    migration.getSpec().backup = new BackupSpec();
    migration.getSpec().backup.when = "Always";
  }

  @AfterEach
  void end() {
    client.close();
  }

  private Clearance before(Plan.Change plan) {
    return new Backups(client, Clock.fixed(NOW, ZoneOffset.UTC)).before(migration, plan);
  }

  private List<String> names() {
    return client.resources(DatabaseBackup.class).inNamespace(namespace).list().getItems().stream()
        .map(b -> b.getMetadata().getName())
        .toList();
  }

  private void ran(String outcome, String time) {
    migration.setStatus(new SchemaMigrationStatus());
    migration.getStatus().lastRun = new LastRun();
    migration.getStatus().lastRun.outcome = outcome;
    migration.getStatus().lastRun.completionTime = time;
  }

  private DatabaseBackup backup(String name, String plan, String reason, String completed) {
    DatabaseBackup backup = new DatabaseBackup();
    backup.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace(namespace)
            .withLabels(Map.of(JobParts.MIGRATION_LABEL, "orders", BackupJobs.PLAN_LABEL, plan))
            .build());
    backup.setSpec(new DatabaseBackupSpec());
    backup.getSpec().migrationRef = new SchemaRollbackSpec.MigrationRef();
    backup.getSpec().migrationRef.name = "orders";
    backup.setStatus(new DatabaseBackupStatus());
    backup.getStatus().completionTime = completed;
    backup.getStatus().databaseId = database;
    backup.getStatus().location = "pvc:dumps/" + name;
    backup.getStatus().sha256 = "5f".repeat(32);
    backup.getStatus().conditions =
        List.of(
            new ConditionBuilder()
                .withType("Ready")
                .withStatus(completed == null ? "Unknown" : "True")
                .withReason(reason)
                .withMessage("as told")
                .build());
    client.resource(backup).create();
    client.resource(backup).updateStatus();
    return backup;
  }

  private void made(String name, String completed) {
    backup(name, PLAN.id(), "Complete", completed);
  }

  private static Optional<String> reliedOn(Clearance clearance) {
    return clearance instanceof Clearance.Cleared cleared
        ? cleared.safeguard(PLAN).backup().map(b -> b.dump().name())
        : Optional.empty();
  }

  @Test
  void oneIsMadeForThePlanWhereThereIsNone() {
    Clearance.Waits waits = (Clearance.Waits) before(PLAN);
    assertThat(waits.reason()).isEqualTo(Reason.BACKUP_RUNNING);
    assertThat(names()).singleElement().asString().matches("orders-[0-9a-f]{16}");
    assertThat(waits.message()).contains(names().getFirst());
    before(PLAN);
    assertThat(names()).hasSize(1);
  }

  @ParameterizedTest
  @CsvSource({
    // how long ago it was made, how a run ended since, whether it is relied on
    "PT1M, , true",
    "PT59M59S, , true",
    "PT1H, , false",
    "PT24H, , false",
    "PT10M, Succeeded, false",
    "PT10M, Failed, true",
    "PT10M, Stopped, true",
    "PT10M, RetriesExhausted, true",
  })
  void whatIsOldOrUsedUpIsMadeAnew(Duration age, String outcome, boolean relied) {
    made("orders-1", NOW.minus(age).toString());
    if (outcome != null) {
      ran(outcome, NOW.minus(age).plusSeconds(30).toString());
    }
    assertThat(reliedOn(before(PLAN))).isEqualTo(Optional.of("orders-1").filter(n -> relied));
    assertThat(names()).hasSize(relied ? 1 : 2).contains("orders-1");
  }

  @Test
  void aRunThatEndedBeforeItUsesNothingUp() {
    ran("Succeeded", NOW.minusSeconds(120).toString());
    made("orders-1", NOW.minusSeconds(60).toString());
    assertThat(reliedOn(before(PLAN))).contains("orders-1");
  }

  @Test
  void aRunThatEndedInTheSecondThatItWasMadeHasUsedItUp() {
    made("orders-1", NOW.minusSeconds(60).toString());
    ran("Succeeded", NOW.minusSeconds(60).toString());
    assertThat(reliedOn(before(PLAN))).isEmpty();
  }

  @Test
  void oneThatARunReliedOnBeforeIsNotReliedOnOnceMore() {
    made("orders-1", NOW.minusSeconds(60).toString());
    assertThat(reliedOn(before(behind("orders-1", false)))).contains("orders-1");
    assertThat(reliedOn(before(behind("orders-2", true)))).contains("orders-1");
    assertThat(reliedOn(before(behind("orders-1", true)))).isEmpty();
    assertThat(names()).hasSize(2);
  }

  /** The same plan in a database whose ledger notes that dump. */
  private static Plan.Change behind(String dump, boolean used) {
    return (Plan.Change) Situations.start().files(1, 2).applied(1).dumped(dump, used).plan();
  }

  @Test
  void oneOfAnotherDatabaseIsNotReliedOn() {
    database = "99/" + "0".repeat(8);
    made("orders-1", NOW.minusSeconds(60).toString());
    assertThat(reliedOn(before(PLAN))).isEmpty();
    assertThat(names()).hasSize(2);
  }

  @Test
  void whereAnotherPlanWasBackedUpSinceTheDatabaseHasMovedOn() {
    made("orders-1", NOW.minusSeconds(60).toString());
    backup("orders-2", OTHER.id(), "Complete", NOW.minusSeconds(30).toString());
    assertThat(reliedOn(before(PLAN))).isEmpty();
  }

  @Test
  void ofAnotherPlanOneThatIsMadeStaysAndOneThatIsNotGoes() {
    backup("orders-1", OTHER.id(), "Complete", NOW.minusSeconds(60).toString());
    backup("orders-2", OTHER.id(), "BackupRunning", null);
    assertThat(before(PLAN)).isInstanceOf(Clearance.Waits.class);
    assertThat(names()).hasSize(2).contains("orders-1").doesNotContain("orders-2");
  }

  @Test
  void oneThatIsGoingOnIsWaitedForInItsWords() {
    backup("orders-1", PLAN.id(), "BackupRunning", null);
    assertThat(((Clearance.Waits) before(PLAN)).message())
        .isEqualTo("DatabaseBackup orders-1: as told");
    assertThat(names()).containsExactly("orders-1");
  }

  @Test
  void whoAsksForNoneNeedsNone() {
    migration.getSpec().backup.when = "Never";
    assertThat(reliedOn(before(PLAN))).isEmpty();
    migration.getSpec().backup = null;
    assertThat(before(PLAN)).isInstanceOf(Clearance.Cleared.class);
    assertThat(names()).isEmpty();
  }

  @Test
  void theLongestNameOfAMigrationLeavesRoom() {
    migration.getMetadata().setName("m".repeat(63));
    before(PLAN);
    assertThat(names()).singleElement().asString().hasSizeLessThanOrEqualTo(63);
  }
}
