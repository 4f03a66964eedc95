package io.schemamigration.testing;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.ConfigBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.dsl.NonDeletingOperation;
import io.fabric8.kubernetes.client.dsl.base.CustomResourceDefinitionContext;
import io.fabric8.kubernetes.client.jdkhttp.JdkHttpClientFactory;
import io.fabric8.kubernetes.client.server.mock.KubernetesMixedDispatcher;
import io.fabric8.kubernetes.client.server.mock.KubernetesMockServer;
import io.fabric8.mockwebserver.Context;
import io.fabric8.mockwebserver.MockWebServer;
import io.fabric8.mockwebserver.ServerRequest;
import io.fabric8.mockwebserver.ServerResponse;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Queue;
import java.util.concurrent.ConcurrentHashMap;
import java.util.logging.Level;
import java.util.logging.Logger;

/** fabric8's mock server with memory, over plain HTTP. */
final class MockKubeApi implements KubeApi {
  /** Tells about every request; kept here, because a logger without a holder forgets its level. */
  private static final Logger CHATTER = Logger.getLogger("io.fabric8.mockwebserver");

  static {
    CHATTER.setLevel(Level.WARNING);
  }

  private final KubernetesMockServer server;
  private boolean shared;

  MockKubeApi() {
    Map<ServerRequest, Queue<ServerResponse>> responses = new ConcurrentHashMap<>();
    server =
        new KubernetesMockServer(
            new Context(),
            new MockWebServer(),
            responses,
            new KubernetesMixedDispatcher(responses),
            false);
    server.init();
  }

  @Override
  public boolean isReal() {
    return false;
  }

  @Override
  public String kubeconfigYaml() {
    return """
    apiVersion: v1
    kind: Config
    clusters:
    - name: mock
      cluster:
        server: %s
    users:
    - name: mock
      user:
        token: mock
    contexts:
    - name: mock
      context:
        cluster: mock
        user: mock
        namespace: default
    current-context: mock
    """
        .formatted(server.url("/"));
  }

  @Override
  public KubernetesClientBuilder clientBuilder() {
    Config config =
        new ConfigBuilder(Config.fromKubeconfig(kubeconfigYaml())).withHttp2Disable(true).build();
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withHttpClientFactory(new JdkHttpClientFactory());
  }

  @Override
  public void applyCrds(List<Path> files) {
    try (KubernetesClient client = client()) {
      for (Path file : files) {
        CustomResourceDefinition crd = KubeApi.readCrd(file);
        server.expectCustomResource(CustomResourceDefinitionContext.fromCrd(crd));
        client.resource(crd).createOr(NonDeletingOperation::update);
      }
    }
  }

  /** From now on closing has no effect before the JVM ends. */
  void share() {
    shared = true;
    AtExit.close(server::destroy);
  }

  @Override
  public void close() {
    if (!shared) {
      server.destroy();
    }
  }
}
