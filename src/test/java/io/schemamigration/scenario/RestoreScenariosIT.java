package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.schemamigration.api.BackupLocation;
import io.schemamigration.api.BackupStorage;
import io.schemamigration.api.ConnectionSpec;
import io.schemamigration.api.DatabaseRestoreStatus;
import io.schemamigration.backup.JobResult;
import io.schemamigration.backup.LoginSettings;
import io.schemamigration.backup.StoreFailure;
import io.schemamigration.testing.KStatus;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeEach;

/** Restores, and backups that take their dumps with them, where nobody runs the Jobs. */
final class RestoreScenariosIT extends BackupScenario {
  private static final JobResult RESTORED = new JobResult.Restored("before", 3, 42, 2);

  private World.Running operator;
  private Restores restores;

  @BeforeEach
  void beginRestores() {
    restores = new Restores(world);
  }

  private Job awaitJobOf(String restore) {
    await(restore + " to have a Job")
        .atMost(World.PATIENCE)
        .until(() -> restores.status(restore).jobName != null);
    return kubelet.awaitJob(restores.status(restore).jobName);
  }

  /** A migration that has run, and a backup of it made by hand. */
  private void startWithBackup() {
    world.files("files", A, TABLE_A);
    world.migration("m", guarded("Never"));
    operator = world.startOperator();
    world.awaitUpToDate("m", "a");
    dumps.create("b", "m", spec -> {});
    kubelet.stores(kubelet.awaitJob("b"));
    dumps.await_("b", "True", COMPLETE, "verified");
  }

  @Waiting
  void aBackupIsRestoredAlsoWhenItsMigrationIsGone() {
    startWithBackup();
    world.delete("m");
    restores.create("r", Restores.of("b"));
    Job job = awaitJobOf("r");
    kubelet.runs(job, "fetch");
    restores.await_("r", "Unknown", "RestoreRunning", "fetching the dump");
    assertThat(restores.kstatus("r")).isEqualTo(KStatus.IN_PROGRESS);
    kubelet.ends(job, RESTORED.json());
    DatabaseRestoreStatus done = restores.await_("r", "True", COMPLETE, "3 tables with 42 rows");
    assertThat(done.verified).isTrue();
    assertThat(done.location).isEqualTo("pvc:dumps/b");
    assertThat(done.appliedCount).isEqualTo(2);
    assertThat(restores.kstatus("r")).isEqualTo(KStatus.CURRENT);
    await()
        .atMost(World.PATIENCE)
        .until(() -> kubelet.job(name(job)).get().getSpec().getTtlSecondsAfterFinished() != null);
  }

  @Waiting
  void whatIsNotThereYetIsWaitedFor() {
    world.startOperator();
    restores.create("r", Restores.of("b"));
    restores.await_("r", "False", "BackupNotFound", "DatabaseBackup b is not there");
    world.files("files", A, TABLE_A);
    world.migration("m", guarded("Never"));
    dumps.create("b", "m", spec -> {});
    Job dump = kubelet.awaitJob("b");
    restores.await_("r", "False", "BackupNotReady", "is not done");
    kubelet.stores(dump);
    kubelet.ends(awaitJobOf("r"), RESTORED.json());
    restores.await_("r", "True", COMPLETE, "verified");
  }

  @Waiting
  void aSecretOfOnesOwnKeysWithoutADatabaseWillDo() {
    startWithBackup();
    world.secret(
        "server",
        Map.of(
            "where", db.host(),
            "port", "" + db.port(),
            "username", db.user(),
            "word", db.password()));
    restores.create("r", Restores.of("b").andThen(s -> s.target.secretRef.name = "server"));
    assertThat(Restores.message(restores.await_("r", "False", "SecretInvalid", "names no host")))
        .contains("spec.target.keys.host")
        .doesNotContain("spec.database");
    restores.create(
        "mapped",
        Restores.of("b")
            .andThen(
                spec -> {
                  spec.target.secretRef.name = "server";
                  spec.target.keys = new ConnectionSpec.Keys();
                  spec.target.keys.host = "where";
                  spec.target.keys.password = "word";
                }));
    Job job = awaitJobOf("mapped");
    assertThat(login(job)).contains("\"host\":\"where\"", "\"name\":\"postgres\"");
    kubelet.ends(job, RESTORED.json());
    restores.await_("mapped", "True", COMPLETE, "verified");
  }

  @Waiting
  void anotherHostNeedsTheConsentOfItsSecret() {
    startWithBackup();
    restores.create("r", Restores.of("b").andThen(spec -> spec.target.host = db.host()));
    restores.await_("r", "False", "SecretInvalid", "spec.target.host and port need the annotation");
    world
        .user()
        .secrets()
        .inNamespace(world.namespace())
        .withName("db")
        .edit(
            secret ->
                new SecretBuilder(secret)
                    .editMetadata()
                    .addToAnnotations("schemamigration.io/allow-endpoint-override", "true")
                    .endMetadata()
                    .build());
    assertThat(login(awaitJobOf("r"))).contains("\"host\":\"" + db.host() + "\"");
  }

  private static String login(Job job) {
    return job.getSpec().getTemplate().getSpec().getInitContainers().getFirst().getEnv().stream()
        .filter(e -> e.getName().equals(LoginSettings.VARIABLE))
        .map(EnvVar::getValue)
        .collect(Collectors.joining());
  }

  @Waiting
  void aDatabaseThatIsThereIsTheLastWord() {
    startWithBackup();
    restores.create("r", Restores.of("b"));
    Job job = awaitJobOf("r");
    kubelet.fails(job, "check-target", 21, "the database before is there already");
    restores.await_("r", "False", "DatabaseExists", "nothing was changed");
    assertThat(restores.kstatus("r")).isEqualTo(KStatus.FAILED);
    assertStays(() -> assertThat(kubelet.job(name(job)).get()).isNotNull());
    assertThat(kubelet.job(name(job)).get().getMetadata().getUid()).isEqualTo(uid(job));
  }

  @Waiting
  void aDamagedDumpIsTheLastWordAndAnythingElseIsTriedAgain() {
    startWithBackup();
    restores.create("r", Restores.of("b"));
    Job first = awaitJobOf("r");
    kubelet.fails(first, "check-target", 15, "the user may not");
    restores.await_("r", "False", "RestoreFailed", "check-target: the user may not");
    Job second = kubelet.awaitJobOtherThan(name(first), Set.of(uid(first)));
    kubelet.fails(
        second,
        "fetch",
        1,
        new JobResult.Failed(StoreFailure.Reason.CORRUPT, "the dump is damaged").json());
    restores.await_("r", "False", "VerificationFailed", "the dump is damaged");
    assertThat(restores.status("r").verified).isNull();
  }

  @Waiting
  void aRestoreAndABackupTakeTurnsOnOneVolume() {
    startWithBackup();
    restores.create("r", Restores.of("b"));
    Job restoring = awaitJobOf("r");
    dumps.create("c", "m", spec -> {});
    dumps.await_("c", "False", "VolumeBusy", "DatabaseRestore r uses the volume");
    kubelet.ends(restoring, RESTORED.json());
    kubelet.stores(kubelet.awaitJob("c"));
    dumps.await_("c", "True", COMPLETE, "verified");
  }

  @Waiting
  void theNextBackupLetsTheDumpStayThatARestoreWaitsFor() {
    startWithBackup();
    restores.create("r", Restores.of("b").andThen(s -> s.target.secretRef.name = "not-there"));
    restores.await_("r", "False", "SecretNotFound", "not-there");
    dumps.create("c", "m", spec -> {});
    assertThat(kubelet.awaitJob("c").getSpec().getTemplate().getSpec().getContainers())
        .flatExtracting(Container::getEnv)
        .extracting(EnvVar::getValue)
        .anyMatch(value -> value.contains("\"protectedBackups\":[\"b\"]"));
  }

  @Waiting
  void aDumpIsRestoredByWhereItIs() {
    world.startOperator();
    restores.create(
        "r",
        spec -> {
          spec.source.location = new BackupLocation();
          spec.source.location.s3 = new BackupLocation.S3();
          spec.source.location.s3.bucket = "elsewhere";
          spec.source.location.s3.key = "shop/orders/b";
        });
    Job job = awaitJobOf("r");
    assertThat(job.getSpec().getTemplate().getSpec().getInitContainers().get(2).getEnv())
        .singleElement()
        .satisfies(e -> assertThat(e.getValue()).contains("s3://elsewhere/shop/orders/b"));
    kubelet.ends(job, RESTORED.json());
    restores.await_("r", "True", COMPLETE, "verified");
  }

  @Waiting
  void theSecretsOwnDatabaseIsRestoredThroughAnother() {
    startWithBackup();
    restores.create("r", Restores.of("b").andThen(spec -> spec.target.database = db.name()));
    assertThat(
            awaitJobOf("r")
                .getSpec()
                .getTemplate()
                .getSpec()
                .getInitContainers()
                .getFirst()
                .getEnv())
        .singleElement()
        .satisfies(e -> assertThat(e.getValue()).contains("\"name\":\"postgres\""));
  }

  @Waiting
  void aRestartedOperatorFollowsTheRestoreThatGoesOn() {
    startWithBackup();
    restores.create("r", Restores.of("b"));
    Job job = awaitJobOf("r");
    kubelet.runs(job, "restore");
    world.stop(operator);
    world.startOperator();
    kubelet.ends(job, RESTORED.json());
    restores.await_("r", "True", COMPLETE, "verified");
    assertThat(kubelet.jobs()).extracting(j -> j.getMetadata().getName()).contains(name(job));
  }

  @Waiting
  void aJobIsLetGoAlsoWhereWhoToldItsResultDiedBefore() {
    startWithBackup();
    restores.create("r", Restores.of("b"));
    Job job = awaitJobOf("r");
    kubelet.ends(job, RESTORED.json());
    restores.await_("r", "True", COMPLETE, "verified");
    world.stop(operator);
    for (String name : Set.of("b", name(job))) {
      // What the operator that is gone had sent may arrive in between.
      await().ignoreException(KubernetesClientException.class).until(() -> keeps(name));
    }
    world.startOperator();
    for (String name : Set.of("b", name(job))) {
      await()
          .atMost(World.PATIENCE)
          .until(() -> kubelet.job(name).get().getSpec().getTtlSecondsAfterFinished() != null);
    }
  }

  private boolean keeps(String name) {
    Job edited =
        kubelet
            .job(name)
            .edit(
                j -> {
                  j.getSpec().setTtlSecondsAfterFinished(null);
                  return j;
                });
    return edited.getSpec().getTtlSecondsAfterFinished() == null;
  }

  @Waiting
  void aBackupThatIsDeletedTakesItsDumpWithItWhereItsPolicySaysSo() {
    startWithBackup();
    dumps.policy("b", "Delete");
    await().atMost(World.PATIENCE).until(() -> !dumps.finalizers("b").isEmpty());
    dumps.resource("b").delete();
    Job removal = kubelet.awaitJobLike("b-");
    assertThat(dumps.names()).contains("b");
    kubelet.fails(removal, "remove", 1, "s3://b may not be written");
    dumps.await_("b", "False", "RemovalFailed", "deletionPolicy: Retain");
    Job second = kubelet.awaitJobOtherThan(name(removal), Set.of(uid(removal)));
    kubelet.ends(second, new JobResult.Removed("pvc:dumps/b").json());
    await().atMost(World.PATIENCE).until(() -> dumps.names().isEmpty());
  }

  @Waiting
  void aDumpInABucketStaysUntilWhoReadsItIsDone() {
    startWithBackup();
    dumps.create(
        "far",
        "m",
        spec -> {
          spec.deletionPolicy = "Delete";
          spec.storage = new BackupStorage();
          spec.storage.s3 = new BackupStorage.S3();
          spec.storage.s3.bucket = "elsewhere";
        });
    kubelet.stores(kubelet.awaitJob("far"));
    dumps.await_("far", "True", COMPLETE, "verified");
    restores.create("r", Restores.of("far"));
    Job restoring = awaitJobOf("r");
    dumps.resource("far").delete();
    dumps.await_("far", "False", "VolumeBusy", "DatabaseRestore r reads the dump");
    restores.create("late", Restores.of("far"));
    restores.await_("late", "False", "BackupNotFound", "DatabaseBackup far is being deleted");
    kubelet.ends(restoring, RESTORED.json());
    restores.await_("r", "True", COMPLETE, "verified");
    kubelet.ends(kubelet.awaitJobLike("far-"), new JobResult.Removed("s3://elsewhere/far").json());
    await().atMost(World.PATIENCE).until(() -> !dumps.names().contains("far"));
  }

  @Waiting
  void aBackupWhoseDumpStaysGoesAtOnceAlsoIfThatIsDecidedLate() {
    startWithBackup();
    assertThat(dumps.finalizers("b")).isEmpty();
    dumps.policy("b", "Delete");
    await().atMost(World.PATIENCE).until(() -> !dumps.finalizers("b").isEmpty());
    dumps.resource("b").delete();
    kubelet.awaitJobLike("b-");
    dumps.policy("b", "Retain");
    await().atMost(World.PATIENCE).until(() -> dumps.names().isEmpty());
  }
}
