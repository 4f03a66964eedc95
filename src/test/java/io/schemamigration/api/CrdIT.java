package io.schemamigration.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a real API server makes of the CRD, and what it tells a person who writes nonsense. */
class CrdIT {

  private static final String MINIMAL =
      """
      apiVersion: schemamigration.io/v1
      kind: SchemaMigration
      metadata:
        name: orders
        namespace: default
      spec:
        database:
          secretRef:
            name: orders-db
        source:
          configMapRefs:
          - name: orders-migrations
      """;

  private static final KubernetesSerialization BEANS = new KubernetesSerialization();

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
    client.resources(SchemaMigration.class).inNamespace("default").delete();
  }

  @Test
  void theCrdIsEstablishedWithoutComplaints() {
    assertThat(server.isTrue("Established")).isTrue();
    assertThat(server.isTrue("NonStructuralSchema")).isFalse();
  }

  private static SchemaRollback rollback(String... undo) {
    SchemaRollback rollback = new SchemaRollback();
    rollback.setMetadata(new ObjectMetaBuilder().withName("undo").withNamespace("default").build());
    rollback.setSpec(new SchemaRollbackSpec());
    rollback.getSpec().migrationRef = new SchemaRollbackSpec.MigrationRef();
    rollback.getSpec().migrationRef.name = "orders";
    rollback.getSpec().undo = List.of(undo);
    return rollback;
  }

  private static String refusal(Runnable request) {
    return catchThrowableOfType(KubernetesClientException.class, request::run).getMessage();
  }

  @Test
  void aRequestToUndoCannotBeChanged() {
    SchemaRollback created = client.resource(rollback("c3", "b2")).create();
    assertThat(created.getSpec().method).isEqualTo("UndoScript");
    assertThat(created.getStatus().observedGeneration).isEqualTo(-1);
    created.getSpec().undo = List.of("c3");
    assertThat(refusal(() -> client.resource(created).update()))
        .contains("a SchemaRollback cannot be changed: create another one");
    client.resources(SchemaRollback.class).inNamespace("default").delete();
  }

  @Test
  void aRequestToUndoNamesEachHashOnceAndAtLeastOne() {
    assertThat(refusal(() -> client.resource(rollback()).create())).contains("spec.undo");
    assertThat(refusal(() -> client.resource(rollback("b", "b")).create()))
        .contains("a hash stands twice");
    SchemaRollback method = rollback("b");
    method.getSpec().method = "Guess";
    assertThat(refusal(() -> client.resource(method).create())).contains("UndoScript");
    SchemaRollback time = rollback("b");
    time.getSpec().notAfter = "tomorrow";
    assertThat(refusal(() -> client.resource(time).create())).contains("spec.notAfter");
    SchemaRollback nobody = rollback("b");
    nobody.getSpec().migrationRef = null;
    assertThat(refusal(() -> client.resource(nobody).create())).contains("spec.migrationRef");
  }

  /** The operator has to do with what no clock shows. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-01-01t00:00:00z",
        "2026-01-01T00:00:00+19:00",
        "2026-01-01T00:00:00.1234567890Z",
        "2026-01-01T00:00:00,5Z",
      })
  void aRequestToUndoMayNameATimeThatIsNone(String notAfter) {
    SchemaRollback odd = rollback("b");
    odd.getSpec().notAfter = notAfter;
    assertThat(client.resource(odd).create().getSpec().notAfter).isEqualTo(notAfter);
    client.resources(SchemaRollback.class).inNamespace("default").delete();
  }

  @Test
  void defaultsAppear() {
    SchemaMigration created = migration(minimal()).create();
    SchemaMigrationSpec spec = created.getSpec();
    assertThat(spec.mode).isEqualTo("Apply");
    assertThat(spec.history.schema).isEqualTo("public");
    assertThat(spec.history.table).isEqualTo("drizzle_migrations");
    assertThat(spec.policy.outOfOrder).isEqualTo("Block");
    assertThat(spec.policy.missingFiles).isEqualTo("Block");
    assertThat(spec.timeouts.connect).isEqualTo("10s");
    assertThat(spec.timeouts.lock).isEqualTo("5s");
    assertThat(spec.timeouts.statement).isEqualTo("0s");
    assertThat(spec.backoffLimit).isEqualTo(6);
    assertThat(spec.interval).isEqualTo("10m");
    assertThat(spec.suspend).isFalse();
    assertThat(spec.database.keys).isNull();
    assertThat(spec.database.tls).isNull();
    assertThat(spec.approvedPlans).isNull();
  }

  @Test
  void aNewResourceIsNotDoneInTheEyesOfItsWaiters() {
    assertThat(migration(minimal()).create().getStatus().observedGeneration).isEqualTo(-1);
    client.resources(SchemaMigration.class).inNamespace("default").delete();
    // An empty status, as a typed client sends it, must not hide the default.
    ObjectNode withStatus = minimal();
    withStatus.putObject("status");
    migration(withStatus).create();
    assertThat(stored().getStatus().observedGeneration).isEqualTo(-1);
    migration(minimal()).serverSideApply();
    assertThat(stored().getStatus().observedGeneration).isEqualTo(-1);
  }

  @Test
  void allFieldsOfTheStatusSurviveAWrite() throws IOException {
    SchemaMigration created = migration(minimal()).create();
    String status =
        Files.readString(Path.of("src/test/resources/io/schemamigration/api/status.yaml"));
    created.setStatus(BEANS.unmarshal(status, SchemaMigrationStatus.class));
    client.resource(created).updateStatus();
    String kept = BEANS.asJson(stored().getStatus());
    assertThat(BEANS.unmarshal(kept, JsonNode.class))
        .isEqualTo(BEANS.unmarshal(status, JsonNode.class));
  }

  @Test
  void historyCannotBeChangedButWrittenOut() {
    migration(minimal()).create();
    ObjectNode same = minimal();
    set(same, "spec.history.schema", "public");
    migration(same).update();
    ObjectNode other = minimal();
    set(other, "spec.history.table", "migrations");
    assertRefused(
        other,
        Resource::update,
        "spec.history",
        "Invalid value: \"object\": spec.history is immutable: delete and re-create the"
            + " SchemaMigration (this never touches the database)");
  }

  @Test
  void selectableFieldsSelect() {
    ObjectNode suspended = minimal();
    set(suspended, "spec.suspend", true);
    migration(suspended).create();
    assertThat(selected("spec.suspend", "true")).isEqualTo(1);
    assertThat(selected("spec.suspend", "false")).isZero();
    assertThat(selected("spec.database.secretRef.name", "orders-db")).isEqualTo(1);
    assertThat(selected("status.plan.operation", "Apply")).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"migrations-example", "deploy"})
  void whatWeShipIsAcceptedToTheLastField(String directory) throws IOException {
    try (Stream<Path> files = Files.list(Path.of(directory))) {
      for (Path file : files.filter(Files::isRegularFile).sorted().toList()) {
        for (String document : Files.readString(file).split("(?m)^---$")) {
          client
              .resource(BEANS.unmarshal(document, GenericKubernetesResource.class))
              .fieldValidation(FieldValidateable.Validation.STRICT)
              .fieldManager("tests")
              .forceConflicts() // the operator's rights are there already
              .serverSideApply();
        }
      }
    }
  }

  @ParameterizedTest(name = "{0} = {1}")
  @CsvFileSource(
      resources = "refusals.csv",
      delimiter = '|',
      quoteCharacter = '\'',
      numLinesToSkip = 1)
  void refused(String path, String value, String field, String message) {
    ObjectNode resource = minimal();
    set(resource, path, value == null ? null : BEANS.unmarshal(value, JsonNode.class));
    assertRefused(resource, Resource::create, field == null ? path : field, message);
  }

  @ParameterizedTest(name = "{0} = {1}")
  @CsvFileSource(
      resources = "accepted.csv",
      delimiter = '|',
      quoteCharacter = '\'',
      numLinesToSkip = 1)
  void accepted(String path, String value) {
    ObjectNode resource = minimal();
    set(resource, path, BEANS.unmarshal(value, JsonNode.class));
    migration(resource).create();
  }

  private static void assertRefused(
      ObjectNode resource,
      Function<Resource<GenericKubernetesResource>, ?> request,
      String field,
      String message) {
    KubernetesClientException refusal =
        catchThrowableOfType(
            KubernetesClientException.class, () -> request.apply(generic(resource)));
    assertThat(refusal).as("refusal").isNotNull();
    // Where a value is missing, too long or of the wrong type the server adds that it stopped
    // there.
    List<StatusCause> causes =
        refusal.getStatus().getDetails().getCauses().stream()
            .filter(c -> !c.getMessage().contains("some validation rules were not checked"))
            .toList();
    assertThat(causes).as(refusal.getMessage()).hasSize(1);
    assertThat(causes.getFirst().getField()).isEqualTo(field);
    assertThat(causes.getFirst().getMessage()).isEqualTo(message);
  }

  private static int selected(String field, String value) {
    return client
        .resources(SchemaMigration.class)
        .inNamespace("default")
        .withField(field, value)
        .list()
        .getItems()
        .size();
  }

  private static SchemaMigration stored() {
    return client.resources(SchemaMigration.class).inNamespace("default").withName("orders").get();
  }

  private static Resource<SchemaMigration> migration(ObjectNode resource) {
    return client.resource(BEANS.convertValue(resource, SchemaMigration.class));
  }

  /** The text as a person wrote it: the beans would drop what they do not know. */
  private static Resource<GenericKubernetesResource> generic(ObjectNode resource) {
    return client.resource(BEANS.convertValue(resource, GenericKubernetesResource.class));
  }

  private static ObjectNode minimal() {
    return BEANS.unmarshal(MINIMAL, ObjectNode.class);
  }

  private static void set(ObjectNode resource, String path, Object value) {
    String[] names = path.split("\\.");
    ObjectNode node = resource;
    for (int i = 0; i < names.length - 1; i++) {
      node = node.withObjectProperty(names[i]);
    }
    String last = names[names.length - 1];
    if (value == null) {
      node.remove(last);
    } else {
      node.set(last, BEANS.convertValue(value, JsonNode.class));
    }
  }
}
