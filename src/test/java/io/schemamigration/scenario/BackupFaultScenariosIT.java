package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.schemamigration.api.BackupJobSpec;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.backup.JobResult;
import io.schemamigration.backup.StoreFailure;
import io.schemamigration.testing.KStatus;
import java.sql.Connection;
import java.sql.SQLException;
import java.util.Map;
import java.util.Set;

/** What goes wrong with a backup, or during it: nothing runs, and it goes on by itself. */
final class BackupFaultScenariosIT extends BackupScenario {
  @Waiting
  void aJobThatFailsStopsTheRunUntilALaterOneSucceeds() {
    World.Running operator = startGuarded("Always", A, TABLE_A);
    Job failed = awaitDump();
    awaitFailures(operator, 0);
    kubelet.fails(
        failed,
        "store",
        new JobResult.Failed(StoreFailure.Reason.NO_SPACE, "the volume is full; make room").json());
    SchemaMigrationStatus stopped =
        awaitTold(
            "False",
            "BackupFailed",
            "nothing ran, DatabaseBackup " + name(failed) + ": store: the volume is full");
    assertThat(World.condition(stopped, "Stalled")).isPresent();
    assertThat(kstatusOfMigration("m")).isEqualTo(KStatus.FAILED);
    assertThat(dumps.kstatus(name(failed))).isEqualTo(KStatus.FAILED);
    assertUntouched();
    Job again = kubelet.awaitJobOtherThan(name(failed), Set.of(uid(failed)));
    assertThat(dumps.all()).hasSize(1);
    awaitFailures(operator, 1);
    kubelet.stores(again);
    SchemaMigrationStatus status = world.awaitUpToDate("m", "a");
    assertThat(World.condition(status, "Stalled")).isEmpty();
    assertThat(chronicle()).containsExactly("backed_up " + name(failed), "applied a");
  }

  /** From 0 on, so that alerts see the first as well. */
  private void awaitFailures(World.Running operator, int count) {
    String counted =
        "schema_migration_backup_failures_total{namespace=\"%s\"} %d.0"
            .formatted(world.namespace(), count);
    await("failures to be counted")
        .atMost(World.PATIENCE)
        .untilAsserted(() -> assertThat(operator.metrics().scrape()).contains(counted));
  }

  @Waiting
  void aJobThatIsStuckIsMadeAnewAsSoonAsItsImageIsAnother() {
    startGuarded("Always", A, TABLE_A);
    Job stuck = awaitDump();
    kubelet.waits(stuck, "dump", "ImagePullBackOff", "Back-off pulling image \"postgres:15\"");
    awaitTold("False", "BackupFailed", "dump: ImagePullBackOff: Back-off pulling image");
    assertUntouched();
    world.edit(
        "m",
        spec -> {
          spec.backup.job = new BackupJobSpec();
          spec.backup.job.image = "mirror.example/postgres:15";
        });
    Job anew = kubelet.awaitJobOtherThan(name(stuck), Set.of(uid(stuck)));
    assertThat(anew.getSpec().getTemplate().getSpec().getInitContainers())
        .extracting(Container::getImage)
        .contains("mirror.example/postgres:15");
    kubelet.stores(anew);
    world.awaitUpToDate("m", "a");
    assertThat(dumps.all()).hasSize(1);
  }

  @Waiting
  void filesThatComeDuringADumpGetAnother() {
    startGuarded("Always", A, TABLE_A);
    Job late = awaitDump();
    world.files("files", A, TABLE_A, B, TABLE_B);
    String second = dumps.awaitOtherThan(name(late));
    assertThat(dumps.names()).as("nobody follows that plan any more").containsExactly(second);
    dumps.await_(second, "False", "VolumeBusy", name(late));
    kubelet.stores(late);
    kubelet.stores(kubelet.awaitJob(second));
    SchemaMigrationStatus status = world.awaitUpToDate("m", "a", "b");
    assertThat(chronicle()).containsExactly("backed_up " + second, "applied a", "applied b");
    assertThat(status.lastBackup.name).isEqualTo(second);
  }

  @Waiting
  void anOperatorThatComesDuringADumpFollowsIt() {
    World.Running first = startGuarded("Always", A, TABLE_A);
    Job job = awaitDump();
    kubelet.runs(job, "dump");
    world.stop(first);
    kubelet.stores(job);
    world.startOperator();
    world.awaitUpToDate("m", "a");
    assertThat(dumps.names()).containsExactly(name(job));
    assertThat(kubelet.jobs()).extracting(BackupScenario::uid).containsExactly(uid(job));
    assertThat(chronicle()).containsExactly("backed_up " + name(job), "applied a");
  }

  @Waiting
  void anOperatorThatComesBetweenABackupAndItsRunUsesIt() throws SQLException {
    try (Connection somebody = db.connect()) {
      somebody
          .createStatement()
          .execute(
              "SELECT pg_advisory_lock(hashtextextended("
                  + "'schemamigration:public.drizzle_migrations', 0))");
      World.Running first = startGuarded("Always", A, TABLE_A);
      Job job = awaitDump();
      kubelet.stores(job);
      world.await_("m", "False", "LockHeld");
      world.stop(first);
    }
    assertUntouched();
    world.startOperator();
    SchemaMigrationStatus status = world.awaitUpToDate("m", "a");
    assertThat(dumps.names()).containsExactly(status.lastBackup.name);
    assertThat(kubelet.jobs()).hasSize(1);
    assertThat(chronicle()).containsExactly("backed_up " + status.lastBackup.name, "applied a");
  }

  @Waiting
  void twoOnOneVolumeGoOneAfterTheOther() {
    world.files("files", A, TABLE_A);
    world.migration("m", guarded("Never"));
    world.startOperator();
    world.awaitUpToDate("m", "a");
    dumps.create("one", "m", spec -> {});
    Job one = kubelet.awaitJob("one");
    dumps.create("two", "m", spec -> {});
    dumps.create("elsewhere", "m", spec -> spec.storage = volume("another"));
    dumps.await_("two", "False", "VolumeBusy", "DatabaseBackup one uses the volume; it goes first");
    assertThat(dumps.kstatus("two")).isEqualTo(KStatus.IN_PROGRESS);
    kubelet.awaitJob("elsewhere");
    assertThat(kubelet.job("two").get()).isNull();
    kubelet.stores(one);
    kubelet.stores(kubelet.awaitJob("two"));
    dumps.await_("one", "True", COMPLETE, "");
    dumps.await_("two", "True", COMPLETE, "");
  }

  @Waiting
  void aJobOfItsNameThatIsNotItsOwnIsToldAndLeftAlone() {
    world.files("files", A, TABLE_A);
    world.migration("m", guarded("Always").andThen(spec -> spec.mode = "PlanOnly"));
    world.startOperator();
    String plan = world.await_("m", "True", "PlanOnly").plan.id;
    Job foreign = kubelet.foreign("taken");
    dumps.createFor(plan, "taken", "m");
    world.edit("m", spec -> spec.mode = "Apply");
    awaitTold("False", "BackupFailed", "nothing ran", "a Job of its name is there");
    assertUntouched();
    assertThat(uid(kubelet.awaitJob("taken"))).isEqualTo(uid(foreign));
    // What it leaves is no backup of ours either.
    kubelet.stores(foreign);
    assertStays(() -> assertThat(dumps.kstatus("taken")).isEqualTo(KStatus.FAILED));
    world.user().resource(foreign).delete();
    kubelet.awaitJobOtherThan("taken", Set.of(uid(foreign)));
    assertUntouched();
  }

  @Waiting
  void aJobThatTheApiServerRefusesIsToldInItsWords() {
    world.files("files", A, TABLE_A);
    world.migration(
        "m",
        guarded("Always")
            .andThen(
                spec -> {
                  spec.backup.job = new BackupJobSpec();
                  spec.backup.job.nodeSelector = Map.of("disk", "not a label");
                }));
    world.startOperator();
    if (apiServer == ApiServer.REAL) {
      awaitTold("False", "BackupFailed", "nothing ran", "the Job is refused", "nodeSelector");
      assertUntouched();
      world.edit("m", spec -> spec.backup.job.nodeSelector = Map.of("disk", "fast"));
    }
    awaitDump();
  }

  @Waiting
  void aMigrationThatIsDeletedDuringItsBackupLeavesIt() {
    startGuarded("Always", A, TABLE_A);
    Job job = awaitDump();
    kubelet.runs(job, "dump");
    world.delete("m");
    await().atMost(World.PATIENCE).until(() -> world.get("m") == null);
    kubelet.stores(job);
    assertThat(dumps.await_(name(job), "True", COMPLETE, "verified").location)
        .isEqualTo("pvc:dumps/" + name(job));
    assertUntouched();
    // One that is created under its name finds the dump of the same plan, and runs behind it.
    world.migration("m", guarded("Always"));
    assertThat(world.awaitUpToDate("m", "a").lastBackup.name).isEqualTo(name(job));
    assertThat(dumps.all()).hasSize(1);
  }

  @Waiting
  void aDumpThatNothingWaitsForAnyMoreIsGivenUp() {
    startGuarded("Destructive", A, TABLE_A);
    world.awaitUpToDate("m", "a");
    world.files("files", A, TABLE_A, B, "DROP TABLE a;\n");
    Job job = awaitDump();
    dumps.create("by-hand", "m", spec -> {});
    dumps.createFor("p-0123456789abcdef0123456789abcdef", "of-another", "n");
    world.files("files", A, TABLE_A);
    await().atMost(World.PATIENCE).until(() -> !dumps.names().contains(name(job)));
    world.awaitUpToDate("m", "a");
    assertThat(dumps.names()).containsExactlyInAnyOrder("by-hand", "of-another");
    assertThat(tables()).containsExactly("a");
  }
}
