package io.schemamigration.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.StatusCause;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.http.HttpResponse;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.function.Function;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.CsvFileSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a real API server makes of the CRD, and what it tells a person who writes nonsense. */
class CrdIT {

  private static final String CRD_NAME = "schemamigrations.schemamigration.io";
  private static final Path CRD = Path.of("crds", CRD_NAME + ".yaml");
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

  private static KubeAPIServer server;
  private static KubernetesClient client;

  @BeforeAll
  static void startApiServer() throws Exception {
    Path binaries = Path.of(System.getProperty("user.home"), ".kubeapitest");
    if (!Files.isDirectory(binaries) && !Boolean.getBoolean("test.strict")) {
      System.out.println("CrdIT skipped: no API server in ~/.kubeapitest");
      abort("no API server in ~/.kubeapitest");
    }
    server =
        new KubeAPIServer(
            KubeAPIServerConfigBuilder.anAPIServerConfig().withOfflineMode(true).build());
    server.start();
    client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(server.getKubeConfigYaml()))
            .build();
    applyAsKubectlDoes(Files.readString(CRD));
    await().until(() -> isTrue("Established") && isTrue("NamesAccepted"));
    await().ignoreExceptions().until(() -> client.resources(SchemaMigration.class).list() != null);
  }

  @AfterAll
  static void stopApiServer() {
    if (client != null) {
      client.close();
    }
    if (server != null) {
      server.stop();
    }
  }

  @AfterEach
  void deleteAll() {
    client.resources(SchemaMigration.class).inNamespace("default").delete();
  }

  @Test
  void theCrdIsEstablishedWithoutComplaints() {
    assertThat(isTrue("Established")).isTrue();
    assertThat(isTrue("NonStructuralSchema")).isFalse();
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
  void allFieldsOfTheStatusSurviveAWrite() {
    SchemaMigration created = migration(minimal()).create();
    String status =
        """
        observedGeneration: 1
        lastHandledReconcileAt: "anything a person wrote"
        lastHandledRetryAt: "2026-01-02"
        conditions:
        - {type: Ready, status: "True", reason: UpToDate, message: "", observedGeneration: 1,
           lastTransitionTime: "2026-01-02T03:04:05Z"}
        source: {checksum: "sha256:ab", files: 3}
        lastApplied: {checksum: "sha256:ab", inputs: cd, time: "2026-01-02T03:04:05Z"}
        database: {name: orders, serverVersion: "16.4", secretLayout: uri, tls: Verified, id: a/1/-}
        current: {sequence: 999999999999999999, hash: c, appliedTime: "2026-01-02T03:04:05.123456Z"}
        appliedCount: 2
        appliedHashes: [b, c]
        applied:
        - {hash: b}
        - {sequence: 2, hash: c, sha256: ef, appliedTime: "2026-01-02T03:04:05Z",
           durationMilliseconds: 12}
        pendingCount: 1
        heldCount: 1
        pending:
        - {sequence: 3, hash: d}
        plan: {id: p-00000000000000000000000000000000, operation: Apply}
        lastRun: {inputs: cd, startTime: "2026-01-02T03:04:05Z",
          completionTime: "2026-01-02T03:04:06Z", outcome: Failed, file: pg_3_d.sql, line: 4,
          statement: 2, sqlState: "42P01", message: m, hint: h}
        retries: 2
        nextRetryTime: "2026-01-02T03:05:05Z"
        """;
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
      for (Path file : files.sorted().toList()) {
        for (String document : Files.readString(file).split("(?m)^---$")) {
          client
              .resource(BEANS.unmarshal(document, GenericKubernetesResource.class))
              .fieldValidation(FieldValidateable.Validation.STRICT)
              .create();
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
  @MethodSource
  void accepted(String path, Object value) {
    ObjectNode resource = minimal();
    set(resource, path, value);
    migration(resource).create();
  }

  static Stream<Arguments> accepted() {
    return Stream.of(
        arguments("metadata.name", "a".repeat(63)),
        arguments("spec.database.keys", Map.of()),
        arguments("spec.database.keys.password", "POSTGRES_PASSWORD"),
        arguments("spec.database.host", "db.example.org"),
        arguments("spec.database.host", "10.0.0.1"),
        arguments("spec.database.host", "fe80::1"),
        arguments("spec.database.port", 65535),
        arguments("spec.database.name", "ä".repeat(31)),
        arguments("spec.database.tls.mode", "verify-full"),
        arguments("spec.source.checksum", "sha256:" + "0a".repeat(32)),
        arguments("spec.history.table", "t".repeat(56)),
        arguments("spec.history.schema", "Wörter mit Leerzeichen"),
        arguments("spec.mode", "PlanOnly"),
        arguments("spec.policy.outOfOrder", "Apply"),
        arguments("spec.policy.missingFiles", "Ignore"),
        arguments("spec.approvedPlans", List.of("p-" + "0a".repeat(16))),
        arguments("spec.timeouts.connect", "100ms"),
        arguments("spec.timeouts.lock", "10m"),
        arguments("spec.timeouts.statement", "596h"),
        arguments("spec.backoffLimit", 0),
        arguments("spec.interval", "1h30m"),
        arguments("spec.interval", "24h"));
  }

  /** The server reads the text itself: in YAML as Go reads it, an unquoted True is no string. */
  private static void applyAsKubectlDoes(String crd) throws Exception {
    HttpResponse<String> response =
        client
            .getHttpClient()
            .sendAsync(
                client
                    .getHttpClient()
                    .newHttpRequestBuilder()
                    .uri(
                        client.getMasterUrl()
                            + "apis/apiextensions.k8s.io/v1/customresourcedefinitions/"
                            + CRD_NAME
                            + "?fieldManager=test&fieldValidation=Strict")
                    .method("PATCH", "application/apply-patch+yaml", crd)
                    .build(),
                String.class)
            .get();
    assertThat(response.code()).as(response.bodyString()).isEqualTo(201);
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

  private static boolean isTrue(String condition) {
    return client
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName(CRD_NAME)
        .get()
        .getStatus()
        .getConditions()
        .stream()
        .anyMatch(c -> c.getType().equals(condition) && c.getStatus().equals("True"));
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
