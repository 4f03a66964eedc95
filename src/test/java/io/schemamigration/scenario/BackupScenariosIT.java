package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.informers.ResourceEventHandler;
import io.schemamigration.api.DatabaseBackupStatus;
import io.schemamigration.api.SchemaMigrationSpec;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.api.SchemaRollback;
import io.schemamigration.testing.KStatus;
import io.schemamigration.testing.RequestLog;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;

/** Backups before runs, from the resource to the database. */
final class BackupScenariosIT extends BackupScenario {
  @Waiting
  void nothingRunsBeforeItsBackupIsReady() {
    World.Running operator = startGuarded("Always", A, TABLE_A);
    Job job = awaitDump();
    String backup = name(job);
    awaitTold("Unknown", "BackupRunning", backup);
    kubelet.runs(job, "dump");
    dumps.await_(backup, "Unknown", "BackupRunning", "dumping and verifying");
    assertThat(dumps.kstatus(backup)).isEqualTo(KStatus.IN_PROGRESS);
    assertThat(kstatusOfMigration("m")).isEqualTo(KStatus.IN_PROGRESS);
    assertUntouched();
    kubelet.stores(job);
    SchemaMigrationStatus status = world.awaitUpToDate("m", "a");
    DatabaseBackupStatus made = dumps.await_(backup, "True", COMPLETE, "verified, 13 KiB");
    assertThat(chronicle()).containsExactly("backed_up " + backup, "applied a");
    assertThat(made.location).isEqualTo("pvc:dumps/" + backup);
    assertThat(made.sha256).isEqualTo(Kubelet.SHA256);
    assertThat(made.sizeBytes).isEqualTo(13_312);
    assertThat(made.jobName).isEqualTo(backup);
    assertThat(made.covers).as("nothing was applied").isNull();
    assertThat(made.startTime).isNotNull();
    assertThat(dumps.kstatus(backup)).isEqualTo(KStatus.CURRENT);
    assertThat(status.lastBackup.name).isEqualTo(backup);
    assertThat(status.lastBackup.location).isEqualTo(made.location);
    assertThat(status.lastBackup.sha256).isEqualTo(made.sha256);
    assertThat(status.lastBackup.sizeBytes).isEqualTo(made.sizeBytes);
    assertThat(status.lastBackup.completionTime).isEqualTo(made.completionTime);
    assertThat(
            db.strings(
                "SELECT detail->>'plan', detail->>'location', detail->>'sha256' FROM"
                    + " drizzle_migrations_ledger WHERE event = 'backed_up'"))
        .containsExactly(made.planId + "|" + made.location + "|" + made.sha256);
    assertThat(made.planId).matches("p-[0-9a-f]{32}");
    assertExpiresAfterItsResultIsKept(operator, job);
  }

  /** What goes before its result stands in the status takes it along. */
  private void assertExpiresAfterItsResultIsKept(World.Running operator, Job job) {
    assertThat(job.getSpec().getTtlSecondsAfterFinished()).isNull();
    await()
        .atMost(World.PATIENCE)
        .until(() -> kubelet.job(name(job)).get().getSpec().getTtlSecondsAfterFinished() != null);
    List<RequestLog.Request> writes =
        operator.requests().all().stream()
            .filter(r -> r.method().equals("PUT") || r.method().equals("PATCH"))
            .filter(r -> r.path().matches(".*/(databasebackups/[^/]+/status|jobs/[^/]+)"))
            .toList();
    assertThat(writes.getLast().path()).endsWith("/jobs/" + name(job));
    assertThat(writes.get(writes.size() - 2).path()).contains("/databasebackups/");
    assertThat(writes).filteredOn(r -> r.path().contains("/jobs/")).hasSize(1);
  }

  @Waiting
  void moreFilesGetABackupOfTheirOwnAndAnUnchangedDatabaseGetsNone() {
    startGuarded("Always", A, TABLE_A);
    Job first = awaitDump();
    kubelet.stores(first);
    world.awaitUpToDate("m", "a");
    look("m", "1");
    assertThat(dumps.names()).containsExactly(name(first));
    world.files("files", A, TABLE_A, B, TABLE_B);
    Job second = awaitDump(name(first));
    kubelet.stores(second);
    SchemaMigrationStatus status = world.awaitUpToDate("m", "a", "b");
    assertThat(status.lastBackup.name).isEqualTo(name(second));
    assertThat(dumps.status(name(second)).covers.hash).isEqualTo("a");
    assertThat(dumps.status(name(second)).covers.sequence).isEqualTo(1);
    assertThat(chronicle())
        .containsExactly(
            "backed_up " + name(first), "applied a", "backed_up " + name(second), "applied b");
    look("m", "2");
    assertThat(dumps.names()).containsExactlyInAnyOrder(name(first), name(second));
  }

  @Waiting
  void whereNothingRunsNothingIsDumped() {
    world.files("files", A, TABLE_A);
    world.migration("m", guarded("Always").andThen(spec -> spec.suspend = true));
    world.startOperator();
    world.await_("m", "False", "Suspended");
    world.edit(
        "m",
        spec -> {
          spec.mode = "PlanOnly";
          spec.suspend = false;
        });
    world.await_("m", "True", "PlanOnly");
    assertUntouched();
    // Applied by another tool: our own books change nothing of the user's.
    db.execute(
        "CREATE TABLE drizzle_migrations(id SERIAL PRIMARY KEY, hash TEXT NOT NULL UNIQUE,"
            + " created_at TIMESTAMP NOT NULL DEFAULT NOW());"
            + "INSERT INTO drizzle_migrations(hash) VALUES ('a')");
    world.edit("m", spec -> spec.mode = "Apply");
    world.awaitUpToDate("m", "a");
    assertThat(ledger()).containsExactly("adopted a");
    assertThat(dumps.all()).isEmpty();
    assertThat(kubelet.jobs()).isEmpty();
  }

  @Waiting
  void whatOnlyCreatesNeedsNoneWhereOnlyWhatDestroysDoes() {
    startGuarded("Destructive", A, TABLE_A);
    world.awaitUpToDate("m", "a");
    assertThat(dumps.all()).isEmpty();
    world.files("files", A, TABLE_A, B, "DROP TABLE a;\n", C, TABLE_C);
    Job job = awaitDump();
    awaitTold("Unknown", "BackupRunning");
    assertThat(tables()).containsExactly("a");
    kubelet.stores(job);
    world.awaitUpToDate("m", "a", "b", "c");
    assertThat(chronicle())
        .containsExactly("applied a", "backed_up " + name(job), "applied b", "applied c");
  }

  @Waiting
  void aRequestToUndoWaitsForItsBackup() {
    start(THREE);
    world.awaitUpToDate("m", "a", "b", "c");
    world.edit("m", guarded("Always"));
    List<String> told = readyReasons("undo");
    request("undo", "c");
    Job job = awaitDump();
    awaitMessage("undo", "DatabaseBackup " + name(job));
    assertThat(World.message(world.await_("m", "Unknown", "RollingBack")))
        .contains("SchemaRollback undo goes first");
    assertThat(tables()).containsExactly("a", "b", "c");
    kubelet.stores(job);
    assertThat(awaitOver("undo", "True", COMPLETE).undone).containsExactly("c");
    assertThat(tables()).containsExactly("a", "b");
    DatabaseBackupStatus made = dumps.await_(name(job), "True", COMPLETE, "");
    assertThat(made.covers.hash).isEqualTo("c");
    assertThat(made.planId).startsWith("p-");
    assertThat(chronicle())
        .endsWith("applied c", "backed_up " + name(job), "rolled_back c")
        .hasSize(5);
    assertThat(told.subList(told.indexOf("BackupRunning"), told.size()))
        .as("it does not flap")
        .doesNotContain("Progressing");
    assertThat(dumps.all()).hasSize(1);
    assertThat(world.await_("m", "False", "RolledBack").lastBackup.name).isEqualTo(name(job));
  }

  /** The reasons that a request to come gives from now on, one after the other. */
  private List<String> readyReasons(String name) {
    List<String> reasons = new CopyOnWriteArrayList<>();
    world
        .user()
        .resources(SchemaRollback.class)
        .inNamespace(world.namespace())
        .withName(name)
        .inform(
            new ResourceEventHandler<>() {
              @Override
              public void onAdd(SchemaRollback added) {}

              @Override
              public void onUpdate(SchemaRollback before, SchemaRollback now) {
                now.getStatus().conditions.stream()
                    .filter(c -> c.getType().equals("Ready"))
                    .map(Condition::getReason)
                    .filter(r -> reasons.isEmpty() || !reasons.getLast().equals(r))
                    .forEach(reasons::add);
              }

              @Override
              public void onDelete(SchemaRollback gone, boolean unknown) {}
            });
    return reasons;
  }

  @Waiting
  void aTargetThatRollsBackWaitsForItsBackup() {
    start(THREE);
    world.awaitUpToDate("m", "a", "b", "c");
    world.edit(
        "m",
        guarded("Destructive")
            .andThen(
                spec -> {
                  spec.targetHash = "b";
                  spec.policy = new SchemaMigrationSpec.Policy();
                  spec.policy.rollback = "Allow";
                }));
    Job job = awaitDump();
    awaitTold("Unknown", "BackupRunning", name(job));
    assertThat(tables()).containsExactly("a", "b", "c");
    kubelet.stores(job);
    world.awaitUpToDate("m", "a", "b");
    assertThat(tables()).containsExactly("a", "b");
    assertThat(chronicle()).endsWith("backed_up " + name(job), "rolled_back c");
  }
}
