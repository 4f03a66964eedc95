package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.KubeApi;
import io.schemamigration.testing.LeastPrivilege;
import io.schemamigration.testing.PostgresMajors;
import io.schemamigration.testing.PostgresServer;
import io.schemamigration.testing.Tiers;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * Objects that today's schema would refuse, on a real API server that lets them pass: as an older
 * CRD left them, or a newer version wrote them.
 */
final class BrokenResourcesIT {
  private static final String UNREADABLE = "has a value of another type than this version reads";
  private static KubeApi api;

  private World world;

  @BeforeAll
  static void startServer() {
    Optional<KubeApi> real = KubeApi.real(); // of its own: the others need the schemas
    Tiers.require(real.isPresent(), 4, "real API server", "none in ~/.kubeapitest");
    api = real.orElseThrow();
    api.applyCrds();
    try (var client = api.client()) {
      for (CustomResourceDefinition crd :
          client.apiextensions().v1().customResourceDefinitions().list().getItems()) {
        loosen(crd);
        client.resource(crd).update();
      }
    }
  }

  private static void loosen(CustomResourceDefinition crd) {
    JSONSchemaProps all = new JSONSchemaProps();
    all.setType("object");
    all.setXKubernetesPreserveUnknownFields(true);
    crd.getSpec()
        .getVersions()
        .forEach(
            v -> {
              v.getSchema().setOpenAPIV3Schema(all);
              v.setSelectableFields(null);
            });
  }

  @AfterAll
  static void stopServer() {
    if (api != null) {
      api.close();
    }
  }

  @BeforeEach
  void begin() {
    world = new World(api);
    Db db = LeastPrivilege.createDatabase(PostgresServer.shared(PostgresMajors.newest()), "broken");
    world.secret("db", db);
    world.files("files", "pg_1_a.sql", "CREATE TABLE a(id int);\n");
  }

  @AfterEach
  void end() {
    world.close();
  }

  private Resource<GenericKubernetesResource> resource(String kind, String name, String body) {
    GenericKubernetesResource object =
        Serialization.unmarshal(
            """
            apiVersion: schemamigration.io/v1
            kind: %s
            metadata: {name: %s, namespace: %s}
            %s
            """
                .formatted(kind, name, world.namespace(), body.strip()),
            GenericKubernetesResource.class);
    return world.user().resource(object);
  }

  private void create(String kind, String name, String body) {
    // The server takes objects without a schema a moment after it was told so.
    await()
        .ignoreExceptions()
        .atMost(World.PATIENCE)
        .until(() -> resource(kind, name, body).create() != null);
  }

  /** Ready's reason and message. */
  private String ready(String kind, String name) {
    Map<String, Object> status =
        resource(kind, name, "").get().get("status") instanceof Map<?, ?> m
            ? new HashMap<>(cast(m))
            : Map.of();
    List<?> conditions = (List<?>) status.getOrDefault("conditions", List.of());
    return conditions.stream()
        .map(c -> cast((Map<?, ?>) c))
        .filter(c -> "Ready".equals(c.get("type")))
        .map(c -> c.get("reason") + ": " + c.get("message"))
        .findFirst()
        .orElse("");
  }

  @SuppressWarnings("unchecked")
  private static Map<String, Object> cast(Map<?, ?> map) {
    return (Map<String, Object>) map;
  }

  private void awaitTold(String kind, String name, String path) {
    await(kind + " " + name)
        .atMost(World.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(ready(kind, name))
                    .startsWith("InvalidSpec: " + path + " " + UNREADABLE));
  }

  private void breakAll() {
    create("SchemaMigration", "text", "spec: just a text");
    create("SchemaMigration", "list", "spec: {database: {secretRef: {name: db}}, source: [files]}");
    create(
        "SchemaMigration",
        "number",
        "spec: {database: {secretRef: {name: db}}, source: {configMapRefs: [{name: files}]},"
            + " backoffLimit: 99999999999}");
    create("SchemaRollback", "undo", "spec: {migrationRef: {name: good}, undo: {all: true}}");
    create("DatabaseBackup", "dump", "spec: {migrationRef: [good]}");
    create("DatabaseRestore", "restore", "spec: {source: {backupRef: dump}, target: {}}");
  }

  private void assertTold() {
    awaitTold("SchemaMigration", "text", "spec");
    awaitTold("SchemaMigration", "list", "spec.source");
    awaitTold("SchemaMigration", "number", "spec.backoffLimit");
    awaitTold("SchemaRollback", "undo", "spec.undo");
    awaitTold("DatabaseBackup", "dump", "spec.migrationRef");
    awaitTold("DatabaseRestore", "restore", "spec.source.backupRef");
    assertThat(resource("SchemaMigration", "text", "").get().<String>get("spec"))
        .isEqualTo("just a text");
  }

  @Test
  void whatIsThereAtTheStartIsToldAndStopsNobody() {
    breakAll();
    world.migration("good");
    world.startOperator();
    world.awaitUpToDate("good", "a");
    assertTold();
  }

  @Test
  void whatComesLaterIsToldAndStopsNobody() {
    world.migration("good");
    World.Running operator = world.startOperator();
    world.awaitUpToDate("good", "a");
    breakAll();
    assertTold();
    world.files("files", "pg_1_a.sql", "CREATE TABLE a(id int);\n", "pg_2_b.sql", "SELECT 1;\n");
    world.awaitUpToDate("good", "a", "b");
    assertThat(operator.runtime().ready()).isTrue();
    resource("SchemaMigration", "list", "").delete();
    await()
        .atMost(30, TimeUnit.SECONDS)
        .until(() -> resource("SchemaMigration", "list", "").get() == null);
  }

  @Test
  void whatIsCorrectedIsCarriedOn() {
    create("SchemaMigration", "m", "spec: {database: {secretRef: {name: db}}, source: files}");
    world.startOperator();
    awaitTold("SchemaMigration", "m", "spec.source");
    resource(
            "SchemaMigration",
            "m",
            "spec: {database: {secretRef: {name: db}}, source: {configMapRefs: [{name: files}]}}")
        .update();
    world.awaitUpToDate("m", "a");
  }

  @Test
  void aStatusOfAnotherVersionIsReplacedAndItsUnknownFieldsStopNobody() {
    world.migration("good");
    create(
        "SchemaMigration",
        "m",
        "spec: {database: {secretRef: {name: db}}, source: {configMapRefs: [{name: files}]},"
            + " policy: {fromTheFuture: {a: [1]}}, later: true}\n"
            + "status: {observedGeneration: 7, appliedCount: [1, 2], current: none,"
            + " conditions: {Ready: true}, lastRun: {outcome: Failed, line: many}, news: {a: 1}}");
    world.delete("good");
    world.startOperator();
    world.awaitUpToDate("m", "a");
    assertThat(resource("SchemaMigration", "m", "").get().<Boolean>get("spec", "later")).isTrue();
  }
}
