package io.schemamigration.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.schemamigration.api.BackupJobSpec;
import io.schemamigration.api.BackupStorage;
import io.schemamigration.api.ConnectionSpec;
import io.schemamigration.api.DatabaseRestore;
import io.schemamigration.api.DatabaseRestoreSpec;
import io.schemamigration.api.LocalRef;
import io.schemamigration.backup.JobLogin;
import io.schemamigration.backup.LoginSettings;
import io.schemamigration.backup.RestoreJob;
import io.schemamigration.config.Settings;
import io.schemamigration.job.JobParts;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A restore's Job as the resources ask for it. */
class RestoreJobsTest {
  private final DatabaseRestore restore = new DatabaseRestore();

  RestoreJobsTest() {
    restore.setMetadata(
        new ObjectMetaBuilder()
            .withName("r".repeat(63))
            .withNamespace("shop")
            .withUid("0a1b2c3d-0000-4000-8000-000000000000")
            .build());
    restore.setSpec(new DatabaseRestoreSpec());
    restore.getSpec().target = new DatabaseRestoreSpec.Target();
    restore.getSpec().target.secretRef = new LocalRef();
    restore.getSpec().target.secretRef.name = "db";
    restore.getSpec().target.database = "orders_before";
  }

  private static RestoreSource.Found source(String serverVersion) {
    BackupStorage storage = new BackupStorage();
    storage.persistentVolumeClaim = new BackupStorage.Volume();
    storage.persistentVolumeClaim.claimName = "dumps";
    BackupJobSpec job = new BackupJobSpec();
    job.nodeSelector = Map.of("disk", "ssd");
    return new RestoreSource.Found(
        storage,
        Optional.of("dumps"),
        "pvc:dumps/shop/orders/orders-1",
        Optional.of("0".repeat(64)),
        Optional.ofNullable(serverVersion),
        Optional.of(job),
        Optional.of("orders"));
  }

  private RestoreJob job(RestoreSource.Found source, String targetVersion) {
    return new RestoreJobs(restore, source, Settings.from(Map.of()))
        .job(Optional.of("postgres"), targetVersion, Map.of());
  }

  @ParameterizedTest
  @CsvSource({"15.19, 15.19, 15", "14.2, 17.5, 17", "17.5, 14.2, 17", ", 16.1, 16"})
  void theProgramsAreOfTheNewerMajor(String dumped, String target, int major) {
    assertThat(job(source(dumped), target).major()).isEqualTo(major);
  }

  @Test
  void itIsMadeAsTheBackupWasUnlessItSaysOtherwise() {
    assertThat(job(source("15.1"), "15.1").outline().spec().nodeSelector)
        .containsEntry("disk", "ssd");
    restore.getSpec().job = new BackupJobSpec();
    assertThat(job(source("15.1"), "15.1").outline().spec().nodeSelector).isNull();
  }

  @Test
  void itsNameIsItsOwnAndNotThatOfABackup() {
    RestoreJob job = job(source("15.1"), "15.1");
    assertThat(job.outline().name()).hasSize(63).startsWith("r".repeat(46) + "-");
    assertThat(job.outline().labels())
        .containsEntry(JobParts.CLAIM_LABEL, "dumps")
        .containsEntry(JobParts.MIGRATION_LABEL, "orders");
    assertThat(job.outline().owner().getUid()).isEqualTo(restore.getMetadata().getUid());
    assertThat(job.login().settings().name()).contains("postgres");
  }

  @Test
  void itIsToldAllThatTheTargetSaysBesideItsSecret() {
    DatabaseRestoreSpec.Target target = restore.getSpec().target;
    target.keys = new ConnectionSpec.Keys();
    target.keys.password = "word";
    target.host = "pg.example";
    target.port = 5433;
    target.tls = new ConnectionSpec.Tls();
    target.tls.mode = "verify-ca";
    target.tls.caSecretRef = new ConnectionSpec.CaSecretRef();
    target.tls.caSecretRef.name = "pg-ca";
    target.tls.clientCertSecretRef = new ConnectionSpec.ClientCertSecretRef();
    target.tls.clientCertSecretRef.name = "pg-client";
    JobLogin login = job(source("15.1"), "15.1").login();
    assertThat(login.caSecret()).contains("pg-ca");
    assertThat(login.clientSecret()).contains("pg-client");
    assertThat(login.settings().keys()).isEqualTo(Map.of("password", "word"));
    assertThat(login.settings().host()).contains("pg.example");
    assertThat(login.settings().port()).contains(5433);
    assertThat(login.settings().field()).contains("spec.target");
    assertThat(login.settings().tls())
        .contains(
            new LoginSettings.TlsSettings(
                Optional.of("verify-ca"),
                Optional.of(JobLogin.CA_FOLDER + "/ca.crt"),
                Optional.of(JobLogin.CLIENT_FOLDER)));
  }

  @Test
  void whatIsStuckIsMadeAnewOnceSomebodyChangedIt() {
    Settings settings = Settings.from(Map.of());
    String before = new RestoreJobs(restore, source("15.1"), settings).inputs();
    assertThat(new RestoreJobs(restore, source("15.1"), settings).inputs()).isEqualTo(before);
    for (String changed : List.of("OPERATOR_IMAGE", "JOB_USER_ID")) {
      Settings others = Settings.from(Map.of(changed, "7"));
      assertThat(new RestoreJobs(restore, source("15.1"), others).inputs()).isNotEqualTo(before);
    }
    restore.getSpec().job = new BackupJobSpec();
    restore.getSpec().job.image = "postgres:18";
    assertThat(new RestoreJobs(restore, source("15.1"), settings).inputs()).isNotEqualTo(before);
  }
}
