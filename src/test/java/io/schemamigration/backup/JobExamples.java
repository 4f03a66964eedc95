package io.schemamigration.backup;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.OwnerReferenceBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.schemamigration.api.BackupJobSpec;
import io.schemamigration.api.BackupStorage;
import io.schemamigration.api.LocalRef;
import io.schemamigration.config.Settings;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;

/** Jobs for tests, from one that is in order. */
final class JobExamples {
  static final String IMAGE = "operator:test";
  static final String PLAN = "p-0123456789abcdef0123456789abcdef";

  /** Which of our Jobs. */
  enum Kind {
    BACKUP,
    RESTORE,
    REMOVAL
  }

  Kind kind = Kind.BACKUP;
  final BackupJobSpec spec = new BackupJobSpec();
  BackupStorage storage = volume();
  Optional<String> claim = Optional.of("dumps");
  Optional<String> ca = Optional.of("db-ca");
  Optional<String> client = Optional.of("db-client");
  Optional<String> role = Optional.of("reader");
  String serverVersion = "15.19";
  String name = "orders-1";
  OptionalInt userId = OptionalInt.of(65532);

  static BackupStorage volume() {
    BackupStorage storage = new BackupStorage();
    storage.persistentVolumeClaim = new BackupStorage.Volume();
    storage.persistentVolumeClaim.claimName = "dumps";
    storage.persistentVolumeClaim.path = "pg/prod";
    return storage;
  }

  static BackupStorage bucket() {
    BackupStorage storage = new BackupStorage();
    storage.s3 = new BackupStorage.S3();
    storage.s3.bucket = "dumps";
    storage.s3.prefix = "prod";
    storage.s3.endpoint = "https://s3.example:9000";
    storage.s3.region = "eu-west-1";
    storage.s3.serverSideEncryption = "AES256";
    storage.s3.credentialsSecretRef = ref("s3-login");
    storage.s3.caSecretRef = ref("s3-ca");
    return storage;
  }

  private static LocalRef ref(String name) {
    LocalRef ref = new LocalRef();
    ref.name = name;
    return ref;
  }

  JobExamples inBucket() {
    storage = bucket();
    claim = Optional.empty();
    return this;
  }

  JobExamples of(Kind other) {
    kind = other;
    return this;
  }

  JobExamples least() {
    ca = Optional.empty();
    client = Optional.empty();
    role = Optional.empty();
    return this;
  }

  private JobLogin login() {
    return new JobLogin(settings(), ca, client);
  }

  private LoginSettings settings() {
    return new LoginSettings(
        "db",
        JobLogin.SECRET_FOLDER,
        Optional.of("shop"),
        Map.of("cluster-name", "pg"),
        Map.of("password", "pass"),
        Optional.of("pg.shop"),
        Optional.of(5432),
        Optional.of("orders"),
        Optional.of(
            new LoginSettings.TlsSettings(
                Optional.of("verify-full"),
                Optional.of(JobLogin.CA_FOLDER + "/ca.crt"),
                Optional.of(JobLogin.CLIENT_FOLDER))),
        Optional.of("require"),
        Optional.of(10),
        Optional.of("spec.database"));
  }

  BackupJob job() {
    StoreSettings.Facts facts =
        new StoreSettings.Facts(
            "shop",
            "orders",
            name,
            true,
            "orders",
            "7/16384",
            Optional.of("u-1"),
            serverVersion,
            Optional.of(new Manifest.Covers(Optional.of(4L), "c41b70")),
            new Manifest.HistoryTable("public", "drizzle_migrations"),
            Optional.of(PLAN));
    return new BackupJob(
        outline(),
        login(),
        role,
        facts,
        "2026-03-01T11:58:00Z",
        storage,
        claim,
        new StoreSettings.Limits(Optional.of(3), Optional.of("720h")),
        Set.of("orders-0"),
        "try-1");
  }

  private JobOutline outline() {
    return new JobOutline(
        name,
        "shop",
        new OwnerReferenceBuilder()
            .withApiVersion("schemamigration.io/v1")
            .withKind("DatabaseBackup")
            .withName(name)
            .withUid("u-1")
            .withController(true)
            .build(),
        Map.of("schemamigration.io/migration", "orders"),
        "0123456789abcdef",
        spec,
        new Settings.Jobs(IMAGE, userId));
  }

  RestoreJob restore() {
    return new RestoreJob(
        outline(),
        login(),
        storage,
        claim,
        claim.map(c -> "pvc:" + c).orElse("s3://dumps") + "/prod/shop/orders/orders-1",
        Optional.of("0".repeat(64)),
        17,
        new RestoreJob.Target("orders_before", Optional.of("orders"), "u-1"));
  }

  RemovalJob removal() {
    return new RemovalJob(
        outline(),
        storage,
        claim,
        new BackupId("shop", "orders", name),
        Optional.of("0".repeat(64)),
        "u-1");
  }

  Job build() {
    return switch (kind) {
      case BACKUP -> job().build();
      case RESTORE -> restore().build();
      case REMOVAL -> removal().build();
    };
  }

  static PodSpec pod(JobExamples example) {
    return example.build().getSpec().getTemplate().getSpec();
  }

  static List<Container> containers(PodSpec pod) {
    return Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream()).toList();
  }

  static Container container(PodSpec pod, String name) {
    return containers(pod).stream().filter(c -> c.getName().equals(name)).findFirst().orElseThrow();
  }

  static String environment(Container container, String variable) {
    return container.getEnv().stream()
        .filter(e -> e.getName().equals(variable))
        .map(EnvVar::getValue)
        .findFirst()
        .orElse(null);
  }
}
