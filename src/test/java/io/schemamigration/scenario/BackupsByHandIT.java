package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.schemamigration.api.DatabaseBackupStatus;
import io.schemamigration.testing.KStatus;

/** Backups that somebody asks for, beside those before runs. */
final class BackupsByHandIT extends BackupScenario {
  @Waiting
  void aBackupByHandHoldsWhatIsThereAndCannotBeChanged() {
    start(A, TABLE_A);
    world.awaitUpToDate("m", "a");
    dumps.create("fair", "m", spec -> {});
    dumps.await_("fair", "False", "BackupFailed", "nothing says where dumps are kept");
    assertThat(dumps.kstatus("fair")).isEqualTo(KStatus.FAILED);
    dumps.create("own", "m", spec -> spec.storage = volume("elsewhere"));
    Job job = kubelet.awaitJob("own");
    assertThat(Serialization.asJson(job)).contains("\"claimName\":\"elsewhere\"");
    kubelet.stores(job);
    world.edit("m", guarded("Never"));
    DatabaseBackupStatus made = dumps.await_("own", "True", COMPLETE, "verified");
    assertThat(made.covers.hash).isEqualTo("a");
    assertThat(made.planId).isNull();
    kubelet.awaitJob("fair"); // it has been told where by now
    assertThat(world.status("m").lastBackup).as("it was not made for a run").isNull();
    if (apiServer == ApiServer.REAL) {
      assertThatThrownBy(
              () ->
                  dumps
                      .resource("own")
                      .edit(
                          b -> {
                            b.getSpec().migrationRef.name = "other";
                            return b;
                          }))
          .hasMessageContaining("of a DatabaseBackup can be changed: create another one");
    }
  }

  @Waiting
  void aBackupWaitsForAMigrationThatIsNotThere() {
    world.files("files", A, TABLE_A);
    world.startOperator();
    dumps.create("early", "m", spec -> {});
    dumps.await_("early", "False", "MigrationNotFound", "SchemaMigration m is not there");
    assertThat(dumps.kstatus("early")).isEqualTo(KStatus.IN_PROGRESS);
    world.migration("m", guarded("Never"));
    assertThat(name(kubelet.awaitJob("early"))).isEqualTo("early");
  }
}
