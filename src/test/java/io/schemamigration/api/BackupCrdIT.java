package io.schemamigration.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a real API server makes of backups and restores. */
class BackupCrdIT {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();
  private static final String RESTORE_TARGET =
      "target: {secretRef: {name: db}, database: restored}";
  private static final String RESTORE_SOURCE = "source: {backupRef: {name: b}}";

  private static CrdServer server;
  private static KubernetesClient client;

  @BeforeAll
  static void start() throws Exception {
    server = CrdServer.start();
    client = server.client();
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @AfterEach
  void deleteAll() {
    client.resources(DatabaseBackup.class).inNamespace("default").delete();
    client.resources(DatabaseRestore.class).inNamespace("default").delete();
  }

  private static GenericKubernetesResource resource(String kind, String name, String spec) {
    return YAML.unmarshal(
        """
        apiVersion: schemamigration.io/v1
        kind: %s
        metadata: {name: %s, namespace: default}
        spec: {%s}
        """
            .formatted(kind, name, spec),
        GenericKubernetesResource.class);
  }

  private static String refusal(Runnable request) {
    KubernetesClientException refused =
        catchThrowableOfType(KubernetesClientException.class, request::run);
    assertThat(refused).as("it is not refused").isNotNull();
    return refused.getMessage();
  }

  @Test
  void ofABackupOnlyWhatBecomesOfItsDumpCanBeChanged() {
    String ref = "migrationRef: {name: orders}";
    client.resource(resource("DatabaseBackup", "b", ref)).create();
    DatabaseBackup created =
        client.resources(DatabaseBackup.class).inNamespace("default").withName("b").get();
    assertThat(created.getSpec().deletionPolicy).isEqualTo("Retain");
    assertThat(created.getStatus().observedGeneration).isEqualTo(-1);
    created.getSpec().deletionPolicy = "Delete";
    DatabaseBackup changed = client.resource(created).update();
    changed.getSpec().migrationRef.name = "others";
    assertThat(refusal(() -> client.resource(changed).update()))
        .contains("only deletionPolicy of a DatabaseBackup can be changed");
    DatabaseBackup again =
        client.resources(DatabaseBackup.class).inNamespace("default").withName("b").get();
    again.getSpec().job = new BackupJobSpec();
    assertThat(refusal(() -> client.resource(again).update())).contains("only deletionPolicy");
  }

  @Test
  void aRestoreCannotBeChanged() {
    client
        .resource(resource("DatabaseRestore", "r", RESTORE_SOURCE + ", " + RESTORE_TARGET))
        .create();
    DatabaseRestore created =
        client.resources(DatabaseRestore.class).inNamespace("default").withName("r").get();
    created.getSpec().target.database = "another";
    assertThat(refusal(() -> client.resource(created).update()))
        .contains("a DatabaseRestore cannot be changed: create another one");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          deletionPolicy: Archive, migrationRef: {name: m}                    | Retain
          storage: {s3: {bucket: b-1}}                                        | spec.migrationRef
          migrationRef: {name: m}, storage: {}                                | exactly one of
          migrationRef: {name: m}, storage: {s3: {bucket: B}}                 | storage.s3.bucket
          migrationRef: {name: m}, storage: {s3: {bucket: b-1, prefix: ../x}} | must not contain
          """)
  void aBackupThatMakesNoSenseIsRefused(String spec, String says) {
    assertThat(refusal(() -> client.resource(resource("DatabaseBackup", "b", spec)).create()))
        .contains(says);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          source: {}                                                   | exactly one of backupRef
          source: {location: {}}                                       | exactly one of
          source: {backupRef: {name: b}, location: {s3: {bucket: b-1, key: k}}} | exactly one of
          source: {location: {s3: {bucket: b-1}}}                      | location.s3.key
          source: {location: {s3: {bucket: b-1, key: a/../b}}}         | must not contain . or ..
          source: {location: {s3: {bucket: b-1, key: k, endpoint: "ftp://x"}}} | s3.endpoint
          source: {location: {persistentVolumeClaim: {claimName: c}}}  | persistentVolumeClaim.path
          source: {location: {persistentVolumeClaim: {claimName: c, path: /a}}} | path
          """)
  void aDumpThatIsNowhereIsRefused(String source, String says) {
    String spec = source + ", " + RESTORE_TARGET;
    assertThat(refusal(() -> client.resource(resource("DatabaseRestore", "r", spec)).create()))
        .contains(says);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      textBlock =
          """
          target: {database: d}                                    | target.secretRef
          target: {secretRef: {name: s}}                           | target.database
          target: {secretRef: {name: s}, database: ""}             | target.database
          target: {secretRef: {name: s}, database: postgres}       | must be a new database
          target: {secretRef: {name: s}, database: template1}      | must be a new database
          target: {secretRef: {name: s}, database: d, owner: ""}   | target.owner
          target: {secretRef: {name: s}, database: d, host: "a,b"} | must be a DNS name
          target: {secretRef: {name: s}, database: d, port: 0}     | target.port
          target: {secretRef: {name: s}, database: d, keys: {user: "a b"}}  | target.keys.user
          target: {secretRef: {name: s}, database: d, tls: {mode: strict}}  | target.tls.mode
          target: {secretRef: {name: s}, database: d, tls: {caSecretRef: {}}} | caSecretRef.name
          target: {secretRef: {name: s}, database: d, tls: {mode: disable, caSecretRef: {name: c}}} | mode disable
          target: {secretRef: {name: s}, database: ääääääääääääääääääääääääääääääää} | at most 63 bytes
          target: {secretRef: {name: s}, database: d, owner: ääääääääääääääääääääääääääääääää} | 63 bytes
          """)
  void aTargetThatIsNoneIsRefused(String target, String says) {
    String spec = RESTORE_SOURCE + ", " + target;
    assertThat(refusal(() -> client.resource(resource("DatabaseRestore", "r", spec)).create()))
        .contains(says);
  }

  @ParameterizedTest
  @CsvSource({"DatabaseBackup", "DatabaseRestore"})
  void aNameThatIsNoLabelIsRefused(String kind) {
    String spec =
        kind.equals("DatabaseBackup")
            ? "migrationRef: {name: m}"
            : RESTORE_SOURCE + ", " + RESTORE_TARGET;
    assertThat(refusal(() -> client.resource(resource(kind, "a.b", spec)).create()))
        .contains("must be a DNS label");
  }
}
