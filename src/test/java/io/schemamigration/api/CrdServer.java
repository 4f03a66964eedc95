package io.schemamigration.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;
import static org.junit.jupiter.api.Assumptions.abort;

import io.fabric8.kubeapitest.KubeAPIServer;
import io.fabric8.kubeapitest.KubeAPIServerConfigBuilder;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** A real API server that has read the committed CRD the way it reads it from kubectl. */
final class CrdServer implements AutoCloseable {

  private static final List<String> CRDS =
      List.of(
          "schemamigrations.schemamigration.io",
          "schemarollbacks.schemamigration.io",
          "databasebackups.schemamigration.io",
          "databaserestores.schemamigration.io");

  private final KubeAPIServer server =
      new KubeAPIServer(
          KubeAPIServerConfigBuilder.anAPIServerConfig().withOfflineMode(true).build());
  private KubernetesClient client;

  /** Starts one; where there are no binaries the tests of the caller are skipped, and say so. */
  static CrdServer start() throws Exception {
    Path binaries = Path.of(System.getProperty("user.home"), ".kubeapitest");
    if (!Files.isDirectory(binaries) && !Boolean.getBoolean("test.strict")) {
      System.out.println("CrdIT skipped: no API server in ~/.kubeapitest");
      abort("no API server in ~/.kubeapitest");
    }
    CrdServer started = new CrdServer();
    try {
      started.up();
    } catch (Throwable e) {
      started.close();
      throw e;
    }
    return started;
  }

  private void up() throws Exception {
    server.start();
    client =
        new KubernetesClientBuilder()
            .withConfig(Config.fromKubeconfig(server.getKubeConfigYaml()))
            .build();
    for (String crd : CRDS) {
      apply(crd);
    }
    // In the instant after its creation a CRD has a status without conditions.
    await().ignoreExceptions().until(() -> isTrue("Established") && isTrue("NamesAccepted"));
    await().ignoreExceptions().until(() -> client.resources(SchemaMigration.class).list() != null);
    await().ignoreExceptions().until(() -> client.resources(SchemaRollback.class).list() != null);
    await().ignoreExceptions().until(() -> client.resources(DatabaseBackup.class).list() != null);
    await().ignoreExceptions().until(() -> client.resources(DatabaseRestore.class).list() != null);
  }

  KubernetesClient client() {
    return client;
  }

  /** Whether all CRDs have this condition. */
  boolean isTrue(String condition) {
    return CRDS.stream().allMatch(crd -> isTrue(crd, condition));
  }

  private boolean isTrue(String crd, String condition) {
    return client
        .apiextensions()
        .v1()
        .customResourceDefinitions()
        .withName(crd)
        .get()
        .getStatus()
        .getConditions()
        .stream()
        .anyMatch(c -> c.getType().equals(condition) && c.getStatus().equals("True"));
  }

  /** The server reads the text itself: in YAML as Go reads it, an unquoted True is no string. */
  private void apply(String name) throws Exception {
    String crd = Files.readString(Path.of("crds", name + ".yaml"));
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
                            + name
                            + "?fieldManager=test&fieldValidation=Strict")
                    .method("PATCH", "application/apply-patch+yaml", crd)
                    .build(),
                String.class)
            .get();
    assertThat(response.code()).as(response.bodyString()).isEqualTo(201);
  }

  @Override
  public void close() {
    if (client != null) {
      client.close();
    }
    server.stop();
  }
}
