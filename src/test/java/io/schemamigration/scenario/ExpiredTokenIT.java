package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.ServiceAccountBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenRequest;
import io.fabric8.kubernetes.api.model.authentication.TokenRequestBuilder;
import io.fabric8.kubernetes.api.model.authentication.TokenReviewBuilder;
import io.fabric8.kubernetes.client.Config;
import io.schemamigration.testing.CuttingProxy;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.KubeApi;
import io.schemamigration.testing.OperatorAccount;
import io.schemamigration.testing.OperatorProcess;
import io.schemamigration.testing.PostgresMajors;
import io.schemamigration.testing.PostgresServer;
import io.schemamigration.testing.Tiers;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/**
 * A projected token that is no longer taken before the kubelet has written the next one. A token
 * ends with the Secret to which it is bound, which does not have to be waited for.
 */
final class ExpiredTokenIT {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final String ACCOUNT = "schema-migration-operator";

  @TempDir private Path folder;
  private KubeApi api;
  private World world;
  private Db db;
  private Config administrator;
  private CuttingProxy proxy;
  private Path token;

  @BeforeEach
  void begin() {
    api = Tiers.requireRealApi();
    api.applyCrds();
    world = new World(api);
    db = PostgresServer.shared(PostgresMajors.newest()).createDatabase("expired");
    world.secret("db", db);
    administrator = Config.fromKubeconfig(api.kubeconfigYaml());
    proxy = CuttingProxy.to("127.0.0.1", URI.create(administrator.getMasterUrl()).getPort());
    token = folder.resolve("token");
    world
        .user()
        .serviceAccounts()
        .inNamespace(OperatorAccount.NAMESPACE)
        .resource(
            new ServiceAccountBuilder().withNewMetadata().withName(ACCOUNT).endMetadata().build())
        .createOr(r -> r.update());
  }

  @AfterEach
  void end() {
    proxy.close();
    world.close();
  }

  @Test
  void anExpiredTokenIsToldByReadinessAndTheNextOneIsTaken() throws IOException {
    Secret first = boundTo("first-");
    Secret second = boundTo("second-");
    String expiring = issue(first);
    mount(expiring);
    try (OperatorProcess operator = OperatorProcesses.start(world, folder, inCluster())) {
      world.files("files", "pg_1_a.sql", "SELECT 1");
      world.migration("m");
      world.awaitUpToDate("m", "a");

      world.user().resource(first).delete();
      await().atMost(SOON).until(() -> !taken(expiring));
      proxy.cutNow();
      await()
          .atMost(SOON)
          .until(() -> OperatorProcesses.readiness(operator) == HttpURLConnection.HTTP_UNAVAILABLE);

      world.files("files", "pg_1_a.sql", "SELECT 1", "pg_2_b.sql", "SELECT 2");
      mount(issue(second));
      world.awaitUpToDate("m", "a", "b");
      await()
          .atMost(SOON)
          .until(() -> OperatorProcesses.readiness(operator) == HttpURLConnection.HTTP_OK);
      assertThat(operator.alive()).isTrue();
      assertThat(String.join("\n", operator.output())).doesNotContain(expiring);
    } finally {
      world.user().resource(second).delete();
    }
  }

  private Secret boundTo(String name) {
    return world
        .user()
        .secrets()
        .inNamespace(OperatorAccount.NAMESPACE)
        .resource(
            new SecretBuilder().withNewMetadata().withGenerateName(name).endMetadata().build())
        .create();
  }

  private String issue(Secret bound) {
    TokenRequest request =
        new TokenRequestBuilder()
            .withNewSpec()
            .withNewBoundObjectRef()
            .withApiVersion("v1")
            .withKind("Secret")
            .withName(bound.getMetadata().getName())
            .withUid(bound.getMetadata().getUid())
            .endBoundObjectRef()
            .endSpec()
            .build();
    return world
        .user()
        .serviceAccounts()
        .inNamespace(OperatorAccount.NAMESPACE)
        .withName(ACCOUNT)
        .tokenRequest(request)
        .getStatus()
        .getToken();
  }

  /** As the kubelet does it: whoever reads the file reads one token or the other. */
  private void mount(String text) throws IOException {
    Path next = Files.writeString(folder.resolve("token.next"), text);
    Files.move(next, token, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
  }

  private boolean taken(String text) {
    return Boolean.TRUE.equals(
        world
            .user()
            .resource(new TokenReviewBuilder().withNewSpec().withToken(text).endSpec().build())
            .create()
            .getStatus()
            .getAuthenticated());
  }

  /** The variables by which the client finds what is mounted into a pod. */
  private Map<String, String> inCluster() {
    return Map.of(
        "KUBERNETES_MASTER", "https://127.0.0.1:" + proxy.port(),
        "KUBERNETES_CERTS_CA_FILE", administrator.getCaCertFile(),
        "KUBERNETES_AUTH_SERVICEACCOUNT_TOKEN", token.toString());
  }
}
