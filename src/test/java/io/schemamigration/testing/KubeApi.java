package io.schemamigration.testing;

import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;
import java.util.stream.Stream;

/**
 * An API server for one JVM's tests: fabric8's mock, which is always there, or the real program
 * without controllers, if the machine has it. Scenarios are written once against this and run on
 * both. The mock knows neither server-side apply nor schemas, defaults, CEL and RBAC.
 */
public sealed interface KubeApi extends AutoCloseable permits MockKubeApi, RealKubeApi {

  /** A mock of one's own that knows the CRDs of the folder {@code crds}. */
  static KubeApi mock() {
    return mock(crds());
  }

  /** A mock of one's own that knows the CRDs in these files. */
  static KubeApi mock(List<Path> crds) {
    MockKubeApi api = new MockKubeApi();
    api.applyCrds(crds);
    return api;
  }

  /** A real API server of one's own, or empty and one printed line that says why not. */
  static Optional<KubeApi> real() {
    return RealKubeApi.start().map(KubeApi.class::cast);
  }

  /** The mock that all tests of this JVM share; it runs until the JVM ends. */
  static KubeApi sharedMock() {
    return SharedKubeApi.mock();
  }

  /** The real one that all tests of this JVM share; it runs until the JVM ends. */
  static Optional<KubeApi> sharedReal() {
    return SharedKubeApi.real();
  }

  /** The CRDs of the product, none if the folder does not exist. */
  static List<Path> crds() {
    Path folder = Path.of("crds");
    if (!Files.isDirectory(folder)) {
      return List.of();
    }
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(file -> file.toString().matches(".*\\.ya?ml")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  boolean isReal();

  /** How another process of this machine reaches this server as its administrator. */
  String kubeconfigYaml();

  /** A client builder for this server, with the JDK's HTTP client. */
  KubernetesClientBuilder clientBuilder();

  /** Makes the server know these CRDs; on a real one it waits until they are served. */
  void applyCrds(List<Path> files);

  /** Stops the server; has no effect on a shared one, which ends with the JVM. */
  @Override
  void close();

  default void applyCrds() {
    applyCrds(crds());
  }

  /** A new client, to be closed by the caller. */
  default KubernetesClient client() {
    return clientBuilder().build();
  }

  /** The same with the rights that {@code deploy/} gives the operator; the mock knows no rights. */
  default KubernetesClientBuilder operatorClientBuilder() {
    return clientBuilder();
  }

  /** A new client as the operator has it, whose requests this log records. */
  default KubernetesClient operatorClient(RequestLog requests) {
    return operatorClientBuilder()
        .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("requests", requests))
        .build();
  }

  /** A new client whose requests this log records, to be closed by the caller. */
  default KubernetesClient countedClient(RequestLog requests) {
    return clientBuilder()
        .withHttpClientBuilderConsumer(http -> http.addOrReplaceInterceptor("requests", requests))
        .build();
  }

  /** Creates a namespace of a name that no other test has, and returns the name. */
  default String createNamespace(String prefix) {
    long number = ThreadLocalRandom.current().nextLong(Long.MAX_VALUE);
    String name = (prefix + "-" + Long.toString(number, 36)).toLowerCase(Locale.ROOT);
    try (KubernetesClient client = client()) {
      client
          .namespaces()
          .resource(new NamespaceBuilder().withNewMetadata().withName(name).endMetadata().build())
          .create();
    }
    return name;
  }

  /** Reads a file that holds one CRD. */
  static CustomResourceDefinition readCrd(Path file) {
    try (InputStream content = Files.newInputStream(file)) {
      return Serialization.unmarshal(content, CustomResourceDefinition.class);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
