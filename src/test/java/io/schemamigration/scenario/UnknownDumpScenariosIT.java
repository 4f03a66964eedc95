package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.schemamigration.backup.JobResult;
import java.time.Duration;

/** Backups that take their dumps with them and are deleted before anybody saw how they ended. */
final class UnknownDumpScenariosIT extends BackupScenario {
  private static final String GONE = new JobResult.Removed("pvc:dumps/b").json();

  /** A migration that has run, and a backup of it that is being made. */
  private Job beginDump() {
    dumps.create("b", "m", spec -> spec.deletionPolicy = "Delete");
    return kubelet.awaitJob("b");
  }

  private World.Running startUpToDate() {
    world.files("files", A, TABLE_A);
    world.migration("m", guarded("Never"));
    World.Running operator = world.startOperator();
    world.awaitUpToDate("m", "a");
    return operator;
  }

  private void delete(Job job) {
    kubelet.job(name(job)).delete();
    kubelet.podsEnd(job);
  }

  private void awaitGone() {
    await().atMost(World.PATIENCE).until(() -> dumps.names().isEmpty());
  }

  /** What the Job that removes a dump is told. */
  private static String settings(Job removal) {
    Container remove = removal.getSpec().getTemplate().getSpec().getContainers().getFirst();
    return remove.getEnv().stream().map(EnvVar::getValue).findFirst().orElseThrow();
  }

  private String uid(String backup) {
    return dumps.resource(backup).get().getMetadata().getUid();
  }

  @Waiting
  void whatWasStoredWhileNoOperatorWasThereGoesWithItsBackup() {
    World.Running operator = startUpToDate();
    Job job = beginDump();
    kubelet.runs(job, "dump");
    dumps.await_("b", "Unknown", "BackupRunning", "dumping");
    world.stop(operator);
    kubelet.stores(job);
    dumps.resource("b").delete();
    world.startOperator();
    Job removal = kubelet.awaitJobLike("b-");
    assertThat(dumps.status("b").location).isEqualTo("pvc:dumps/b");
    assertThat(settings(removal)).contains(Kubelet.SHA256);
    kubelet.ends(removal, GONE);
    awaitGone();
  }

  @Waiting
  void aJobThatGoesOnIsEndedAndWhatItStoredInItsLastMomentsIsLookedForAfterThem() {
    startUpToDate();
    Job job = beginDump();
    kubelet.runs(job, "dump");
    dumps.await_("b", "Unknown", "BackupRunning", "dumping");
    dumps.resource("b").delete();
    await().atMost(World.PATIENCE).until(() -> kubelet.job("b").get() == null);
    dumps.await_("b", "Unknown", "Progressing", "its pod pod-" + uid(job) + " ends first");
    assertStays(() -> assertThat(kubelet.jobs()).isEmpty());
    kubelet.podsEnd(job);
    Job removal = kubelet.awaitJobLike("b-");
    assertThat(settings(removal)).doesNotContain("sha256").contains(uid("b"));
    kubelet.ends(removal, GONE);
    awaitGone();
  }

  @Waiting
  void whatAJobStoredThatIsGoneWithItsResultIsLookedFor() {
    World.Running operator = startUpToDate();
    Job job = beginDump();
    dumps.await_("b", "Unknown", "BackupRunning", "");
    world.stop(operator);
    kubelet.stores(job);
    dumps.resource("b").delete();
    delete(job); // in the foreground its Job goes before it
    world.startOperator();
    kubelet.ends(kubelet.awaitJobLike("b-"), GONE);
    awaitGone();
  }

  @Waiting
  void whatAStoreThatWasKilledLeftIsLookedFor() {
    startUpToDate();
    Job job = beginDump();
    kubelet.fails(job, "store", 137, "");
    dumps.await_("b", "False", "BackupFailed", "store: ");
    dumps.resource("b").delete();
    kubelet.ends(kubelet.awaitJobLike("b-"), GONE);
    awaitGone();
  }

  @Waiting
  void whatNeverCameToItsStoreHoldsUpNobody() {
    startUpToDate();
    dumps.create("homeless", "other", spec -> spec.deletionPolicy = "Delete");
    dumps.await_("homeless", "False", "MigrationNotFound", "");
    dumps.resource("homeless").delete();
    awaitGone();
    Job failed = beginDump();
    kubelet.fails(failed, "check-store", "there is no bucket");
    dumps.await_("b", "False", "BackupFailed", "there is no bucket");
    dumps.resource("b").delete();
    awaitGone();
    kubelet.job("b").delete();
    Job stuck = beginDump();
    kubelet.waits(stuck, "check-store", "ImagePullBackOff", "no such image");
    dumps.await_("b", "False", "BackupFailed", "no such image");
    dumps.resource("b").delete();
    await().atMost(World.PATIENCE).until(() -> kubelet.job("b").get() == null);
    await("its pod to be waited for, for longer than one look")
        .during(Duration.ofSeconds(3))
        .atMost(World.PATIENCE)
        .until(() -> dumps.resource("b").get() != null);
    kubelet.podsEnd(stuck);
    awaitGone();
    assertThat(kubelet.jobs()).isEmpty();
  }

  @Waiting
  void aNamespaceThatGoesIsNotHeldUpByIt() {
    startUpToDate();
    Job job = beginDump();
    kubelet.runs(job, "store");
    dumps.await_("b", "Unknown", "BackupRunning", "storing");
    dumps.resource("b").delete();
    dumps.await_("b", "Unknown", "Progressing", "ends first");
    if (apiServer == ApiServer.REAL) {
      world.user().namespaces().withName(world.namespace()).delete();
      kubelet.podsEnd(job);
      awaitGone();
    }
  }
}
