package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.schemamigration.api.DatabaseSpec;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaMigrationSpec;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.api.SourceSpec;
import io.schemamigration.config.Settings;
import io.schemamigration.controller.OperatorRuntime;
import io.schemamigration.testing.Conflicts;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.KubeApi;
import io.schemamigration.testing.RequestLog;
import java.time.Clock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.Predicate;

/** One namespace, one user and as many operators as a scenario wants. */
final class World implements AutoCloseable {
  static final Duration PATIENCE = Duration.ofSeconds(45);

  private final KubeApi api;
  private final String namespace;
  private final KubernetesClient user;
  private final List<Running> open = new ArrayList<>();
  private final Set<String> watched = new HashSet<>();

  World(KubeApi api) {
    this.api = api;
    this.namespace = api.createNamespace("scenario");
    this.user = api.client();
    watched.add(namespace);
  }

  /** Creates a namespace that operators started from now on watch as well. */
  String anotherNamespace() {
    String name = api.createNamespace("elsewhere");
    watched.add(name);
    return name;
  }

  String namespace() {
    return namespace;
  }

  KubernetesClient user() {
    return user;
  }

  /** An operator and what it asks the API server for. */
  record Running(
      OperatorRuntime runtime,
      RequestLog requests,
      KubernetesClient client,
      PrometheusMeterRegistry metrics)
      implements AutoCloseable {
    @Override
    public void close() {
      runtime.close();
      client.close();
    }
  }

  Running startOperator() {
    return startOperator(Clock.systemUTC());
  }

  Running startOperator(Clock clock) {
    RequestLog requests = new RequestLog();
    KubernetesClient client = api.operatorClient(requests);
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    Settings settings =
        new Settings(
            Set.copyOf(watched),
            false,
            "test",
            "schema-migration-operator",
            namespace,
            0,
            16,
            8,
            Duration.ofSeconds(10),
            "disable",
            OptionalInt.empty(),
            new Settings.Jobs("schema-migration-operator:test", OptionalInt.of(65532)));
    OperatorRuntime runtime = new OperatorRuntime(client, settings, registry, clock, "test");
    runtime.start();
    Running running = new Running(runtime, requests, client, registry);
    open.add(running);
    return running;
  }

  void stop(Running running) {
    running.close();
    open.remove(running);
  }

  void secret(String name, Db db) {
    secret(name, Map.of("uri", db.uri()));
  }

  void secret(String name, Map<String, String> data) {
    Map<String, String> encoded = new HashMap<>();
    data.forEach(
        (k, v) ->
            encoded.put(
                k,
                Base64.getEncoder()
                    .encodeToString(v.getBytes(java.nio.charset.StandardCharsets.UTF_8))));
    user.secrets()
        .inNamespace(namespace)
        .resource(
            new SecretBuilder()
                .withNewMetadata()
                .withName(name)
                .endMetadata()
                .withData(encoded)
                .build())
        .createOr(r -> r.update());
  }

  /** Creates or replaces a ConfigMap; names and texts alternate. */
  void files(String name, String... namesAndTexts) {
    Map<String, String> data = new HashMap<>();
    for (int i = 0; i < namesAndTexts.length; i += 2) {
      data.put(namesAndTexts[i], namesAndTexts[i + 1]);
    }
    ConfigMap map =
        new ConfigMapBuilder()
            .withNewMetadata()
            .withName(name)
            .endMetadata()
            .withData(data)
            .build();
    user.configMaps().inNamespace(namespace).resource(map).createOr(r -> r.update());
  }

  void deleteFiles(String name) {
    user.configMaps().inNamespace(namespace).withName(name).delete();
  }

  SchemaMigration migration(String name, Consumer<SchemaMigrationSpec> edits) {
    SchemaMigration m = new SchemaMigration();
    m.setMetadata(new ObjectMetaBuilder().withName(name).withNamespace(namespace).build());
    SchemaMigrationSpec spec = new SchemaMigrationSpec();
    spec.database = new DatabaseSpec();
    spec.database.secretRef = new DatabaseSpec.SecretRef();
    spec.database.secretRef.name = "db";
    spec.source = new SourceSpec();
    spec.source.configMapRefs = new ArrayList<>(List.of(ref("files")));
    edits.accept(spec);
    m.setSpec(spec);
    return user.resource(m).create();
  }

  SchemaMigration migration(String name) {
    return migration(name, spec -> {});
  }

  static SourceSpec.ConfigMapRef ref(String name) {
    SourceSpec.ConfigMapRef ref = new SourceSpec.ConfigMapRef();
    ref.name = name;
    return ref;
  }

  void edit(String name, Consumer<SchemaMigrationSpec> edits) {
    Conflicts.retried(
        () ->
            user.resources(SchemaMigration.class)
                .inNamespace(namespace)
                .withName(name)
                .edit(
                    m -> {
                      edits.accept(m.getSpec());
                      return m;
                    }));
  }

  void annotate(String name, String annotation, String value) {
    Conflicts.retried(
        () ->
            user.resources(SchemaMigration.class)
                .inNamespace(namespace)
                .withName(name)
                .edit(
                    m -> {
                      Map<String, String> annotations = new HashMap<>();
                      Optional.ofNullable(m.getMetadata().getAnnotations())
                          .ifPresent(annotations::putAll);
                      annotations.put(annotation, value);
                      m.getMetadata().setAnnotations(annotations);
                      return m;
                    }));
  }

  void delete(String name) {
    user.resources(SchemaMigration.class).inNamespace(namespace).withName(name).delete();
  }

  SchemaMigration get(String name) {
    return user.resources(SchemaMigration.class).inNamespace(namespace).withName(name).get();
  }

  SchemaMigrationStatus status(String name) {
    return Optional.ofNullable(get(name).getStatus()).orElseGet(SchemaMigrationStatus::new);
  }

  static Optional<Condition> condition(SchemaMigrationStatus status, String type) {
    List<Condition> all = status.conditions == null ? List.of() : status.conditions;
    return all.stream().filter(c -> c.getType().equals(type)).findFirst();
  }

  /** Waits until Ready has this status and reason for the newest generation. */
  SchemaMigrationStatus await_(String name, String ready, String reason) {
    return awaitStatus(
        name,
        ready + "/" + reason,
        s ->
            condition(s, "Ready")
                .filter(c -> c.getStatus().equals(ready) && c.getReason().equals(reason))
                .isPresent());
  }

  SchemaMigrationStatus awaitUpToDate(String name, String... hashes) {
    return awaitStatus(
        name,
        "True/UpToDate " + List.of(hashes),
        s ->
            condition(s, "Ready")
                    .filter(c -> c.getStatus().equals("True") && c.getReason().equals("UpToDate"))
                    .isPresent()
                && List.of(hashes).equals(s.appliedHashes));
  }

  SchemaMigrationStatus awaitStatus(
      String name, String what, Predicate<SchemaMigrationStatus> wanted) {
    await(name + " to be " + what)
        .atMost(PATIENCE)
        .pollInterval(Duration.ofMillis(50))
        .untilAsserted(
            () -> {
              SchemaMigration m = get(name);
              SchemaMigrationStatus s =
                  Optional.ofNullable(m.getStatus()).orElseGet(SchemaMigrationStatus::new);
              assertThat(s.observedGeneration)
                  .as(describe(s))
                  .isEqualTo(m.getMetadata().getGeneration());
              assertThat(wanted.test(s)).as(describe(s)).isTrue();
            });
    return status(name);
  }

  private static String describe(SchemaMigrationStatus s) {
    return condition(s, "Ready")
            .map(c -> c.getStatus() + "/" + c.getReason() + ": " + c.getMessage())
            .orElse("no Ready")
        + " applied="
        + s.appliedHashes;
  }

  static String message(SchemaMigrationStatus status) {
    return condition(status, "Ready").orElseThrow().getMessage();
  }

  List<Event> events() {
    return user.events().v1().events().inNamespace(namespace).list().getItems();
  }

  @Override
  public void close() {
    for (Running each : open) {
      each.close();
    }
    user.close();
  }
}
