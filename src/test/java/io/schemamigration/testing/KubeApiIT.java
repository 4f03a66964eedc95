package io.schemamigration.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ConfigMapBuilder;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.Watch;
import io.fabric8.kubernetes.client.Watcher;
import io.fabric8.kubernetes.client.WatcherException;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Supplier;
import org.junit.jupiter.api.Named;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class KubeApiIT {
  private static final Path WIDGETS = Path.of("src/test/resources/testing/widgets.crd.yaml");

  static List<Named<Supplier<KubeApi>>> origins() {
    return List.of(Named.of("mock", KubeApi::sharedMock), Named.of("real", Tiers::requireRealApi));
  }

  @ParameterizedTest
  @MethodSource("origins")
  void createsGetsAndLists(Supplier<KubeApi> origin) {
    KubeApi api = origin.get();
    String namespace = api.createNamespace("crud");
    try (KubernetesClient client = api.client()) {
      client.resource(configMap(namespace, "one")).create();
      client.resource(configMap(namespace, "two")).create();

      assertThat(client.configMaps().inNamespace(namespace).withName("one").get().getData())
          .containsEntry("key", "value");
      assertThat(client.configMaps().inNamespace(namespace).list().getItems())
          .extracting(item -> item.getMetadata().getName())
          .contains("one", "two");
      assertThat(client.namespaces().withName(namespace).get()).isNotNull();
    }
  }

  @ParameterizedTest
  @MethodSource("origins")
  void watches(Supplier<KubeApi> origin) {
    KubeApi api = origin.get();
    String namespace = api.createNamespace("watch");
    Events events = new Events();
    try (KubernetesClient client = api.client();
        Watch watch = client.configMaps().inNamespace(namespace).watch(events)) {
      client.resource(configMap(namespace, "seen")).create();
      client.configMaps().inNamespace(namespace).withName("seen").delete();

      await()
          .untilAsserted(
              () -> assertThat(events.seen).containsSequence("ADDED seen", "DELETED seen"));
      assertThat(watch).isNotNull();
    }
  }

  @ParameterizedTest
  @MethodSource("origins")
  void keepsStatusApart(Supplier<KubeApi> origin) {
    KubeApi api = origin.get();
    api.applyCrds(List.of(WIDGETS));
    api.applyCrds(List.of(WIDGETS));
    String namespace = api.createNamespace("status");
    try (KubernetesClient client = api.client()) {
      GenericKubernetesResource widget = widget(namespace);
      widget.setAdditionalProperty("status", Map.of("phase", "Smuggled"));
      GenericKubernetesResource created = client.resource(widget).create();
      assertThat(created.getAdditionalProperties()).doesNotContainKey("status");

      created.setAdditionalProperty("status", Map.of("phase", "Ready"));
      created.setAdditionalProperty("spec", Map.of("size", 2));
      GenericKubernetesResource updated = client.resource(created).updateStatus();

      assertThat(updated.<String>get("status", "phase")).isEqualTo("Ready");
      assertThat(updated.<Integer>get("spec", "size")).isEqualTo(1);
    }
  }

  @ParameterizedTest
  @MethodSource("origins")
  void knowsTheCrdsOfTheProduct(Supplier<KubeApi> origin) {
    KubeApi api = origin.get();
    api.applyCrds();
    try (KubernetesClient client = api.client()) {
      for (Path file : KubeApi.crds()) {
        CustomResourceDefinition crd = KubeApi.readCrd(file);
        assertThat(client.resource(crd).get()).isNotNull();
      }
    }
  }

  @ParameterizedTest
  @MethodSource("origins")
  void logsTheRequestsOfOneClient(Supplier<KubeApi> origin) {
    KubeApi api = origin.get();
    String namespace = api.createNamespace("log");
    RequestLog requests = new RequestLog();
    try (KubernetesClient counted = api.countedClient(requests);
        KubernetesClient other = api.client()) {
      counted.configMaps().inNamespace(namespace).list();
      int mark = requests.mark();

      other.configMaps().inNamespace(namespace).list();
      counted.resource(configMap(namespace, "counted")).create();
      counted.configMaps().inNamespace(namespace).watch(new Events()).close();

      String path = "/api/v1/namespaces/" + namespace + "/configmaps";
      List<RequestLog.Request> since = requests.since(mark);
      assertThat(since).extracting(RequestLog.Request::method).containsExactly("POST", "GET");
      assertThat(since).extracting(RequestLog.Request::path).containsOnly(path);
      assertThat(since.getLast().isWatch()).isTrue();
      assertThat(requests.all()).hasSize(3);
    }
  }

  /** The client of another process has only the file, and every default of the library. */
  @ParameterizedTest
  @MethodSource("origins")
  void isReachedThroughItsKubeconfig(Supplier<KubeApi> origin) {
    KubeApi api = origin.get();
    String namespace = api.createNamespace("config");
    Events events = new Events();
    Config config = Config.fromKubeconfig(api.kubeconfigYaml());
    try (KubernetesClient client = new KubernetesClientBuilder().withConfig(config).build();
        Watch watch = client.configMaps().inNamespace(namespace).watch(events)) {
      client.resource(configMap(namespace, "there")).create();

      await().untilAsserted(() -> assertThat(events.seen).contains("ADDED there"));
      assertThat(watch).isNotNull();
    }
  }

  private static ConfigMap configMap(String namespace, String name) {
    return new ConfigMapBuilder()
        .withNewMetadata()
        .withNamespace(namespace)
        .withName(name)
        .endMetadata()
        .addToData("key", "value")
        .build();
  }

  private static GenericKubernetesResource widget(String namespace) {
    GenericKubernetesResource widget = new GenericKubernetesResource();
    widget.setApiVersion("testing.example.org/v1");
    widget.setKind("Widget");
    widget.setMetadata(new ObjectMetaBuilder().withName("one").withNamespace(namespace).build());
    widget.setAdditionalProperty("spec", Map.of("size", 1));
    return widget;
  }

  private static final class Events implements Watcher<ConfigMap> {
    private final List<String> seen = new CopyOnWriteArrayList<>();

    @Override
    public void eventReceived(Action action, ConfigMap resource) {
      seen.add(action + " " + resource.getMetadata().getName());
    }

    @Override
    public void onClose(WatcherException cause) {
      seen.add("closed");
    }
  }
}
