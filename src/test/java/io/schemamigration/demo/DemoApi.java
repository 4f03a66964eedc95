package io.schemamigration.demo;

import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.schemamigration.testing.KubeApi;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.Optional;
import java.util.concurrent.ThreadLocalRandom;

/**
 * The Kubernetes API of the demo: a cluster of the user's, else a real API server of its own, else
 * the mock.
 */
interface DemoApi extends AutoCloseable {
  String origin();

  String namespace();

  KubernetesClient client();

  String kubeconfig();

  @Override
  void close();

  static DemoApi open() throws IOException {
    String kubeconfig = System.getProperty("demo.kubeconfig", "");
    if (!kubeconfig.isEmpty()) {
      return cluster(Files.readString(Path.of(kubeconfig)));
    }
    Optional<KubeApi> real = KubeApi.real();
    KubeApi api = real.orElseGet(KubeApi::mock);
    if (real.isPresent()) {
      api.applyCrds();
    }
    String origin =
        real.isPresent() ? "a real Kubernetes API server" : "a mock of the Kubernetes API";
    return new Own(api, origin, api.createNamespace("demo"));
  }

  private static DemoApi cluster(String kubeconfig) {
    Config config = Config.fromKubeconfig(kubeconfig);
    if (hasEllipticKey(config)) {
      config.setClientKeyAlgo("EC"); // in a PKCS #8 key the client looks for RSA unless told
    }
    String namespace = "smig-demo-" + ThreadLocalRandom.current().nextInt(1_000_000);
    Cluster cluster = new Cluster(config, kubeconfig, namespace);
    try (KubernetesClient client = cluster.client()) {
      for (Path crd : KubeApi.crds()) {
        client.resource(KubeApi.readCrd(crd)).serverSideApply();
      }
      client
          .namespaces()
          .resource(
              new io.fabric8.kubernetes.api.model.NamespaceBuilder()
                  .withNewMetadata()
                  .withName(namespace)
                  .endMetadata()
                  .build())
          .create();
    }
    return cluster;
  }

  private static boolean hasEllipticKey(Config config) {
    if (config.getClientKeyData() == null) {
      return false;
    }
    byte[] pem = Base64.getDecoder().decode(config.getClientKeyData());
    byte[] der =
        Base64.getMimeDecoder()
            .decode(new String(pem, StandardCharsets.US_ASCII).replaceAll("-----[A-Z ]+-----", ""));
    try {
      KeyFactory.getInstance("EC").generatePrivate(new PKCS8EncodedKeySpec(der));
      return true;
    } catch (GeneralSecurityException e) {
      return false;
    }
  }

  /** An API server that lives as long as the demo. */
  record Own(KubeApi api, String origin, String namespace) implements DemoApi {
    @Override
    public KubernetesClient client() {
      return api.client();
    }

    @Override
    public String kubeconfig() {
      return api.kubeconfigYaml();
    }

    @Override
    public void close() {
      api.close();
    }
  }

  /** A cluster of the user's, in a namespace of the demo's own, which is removed at the end. */
  record Cluster(Config config, String kubeconfig, String namespace) implements DemoApi {
    @Override
    public String origin() {
      return "the cluster of demo.kubeconfig";
    }

    @Override
    public KubernetesClient client() {
      return new KubernetesClientBuilder().withConfig(Serialization.clone(config)).build();
    }

    @Override
    public void close() {
      try (KubernetesClient client = client()) {
        client.namespaces().withName(namespace).delete();
      }
    }
  }
}
