package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBindingBuilder;
import io.fabric8.kubernetes.api.model.rbac.RoleBindingBuilder;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.FreePort;
import io.schemamigration.testing.KubeApi;
import io.schemamigration.testing.OperatorAccount;
import io.schemamigration.testing.OperatorProcess;
import io.schemamigration.testing.PostgresMajors;
import io.schemamigration.testing.PostgresServer;
import io.schemamigration.testing.Tiers;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An operator that shall serve two namespaces and has the rights for one. */
final class MissingRightsIT {
  private static final Duration SOON = Duration.ofSeconds(90);
  private static final String ROLE = "schema-migration-system:schema-migration-operator";

  @TempDir private Path folder;
  private KubeApi api;
  private World served;
  private World forbidden;

  @BeforeEach
  void begin() {
    api = Tiers.requireRealApi();
    api.applyCrds();
    served = world();
    forbidden = world();
  }

  private World world() {
    World world = new World(api);
    Db db = PostgresServer.shared(PostgresMajors.newest()).createDatabase("rights");
    world.secret("db", db);
    world.files("files", "pg_1_a.sql", "SELECT 1");
    world.migration("m");
    return world;
  }

  @AfterEach
  void end() {
    served.close();
    forbidden.close();
  }

  @Test
  void theOtherNamespaceGoesOnAndReadinessTells() throws Exception {
    served
        .user()
        .resource(
            new ClusterRoleBindingBuilder()
                .withNewMetadata()
                .withName("stranger-cluster-id")
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", ROLE + ":cluster-id")
                .addNewSubject("rbac.authorization.k8s.io", "User", OperatorAccount.STRANGER, null)
                .build())
        .createOr(r -> r.update());
    grant(served);
    int port = FreePort.find();
    OperatorProcesses processes =
        new OperatorProcesses(OperatorAccount.kubeconfigOfStranger(api), served, folder);
    try (OperatorProcess operator =
        processes.launch(
            Map.of(
                "WATCH_NAMESPACES",
                served.namespace() + "," + forbidden.namespace(),
                "PORT",
                Integer.toString(port)))) {
      await().atMost(SOON).until(() -> upToDate(served));
      assertThat(readiness(port)).isEqualTo(HttpURLConnection.HTTP_UNAVAILABLE);
      assertThat(String.join("\n", operator.output())).contains(forbidden.namespace());
      assertThat(forbidden.status("m").conditions).isNullOrEmpty();
      grant(forbidden);
      await().atMost(SOON).until(() -> readiness(port) == HttpURLConnection.HTTP_OK);
      await().atMost(SOON).until(() -> upToDate(forbidden));
    }
  }

  private static boolean upToDate(World world) {
    return World.condition(world.status("m"), "Ready")
        .filter(c -> c.getReason().equals("UpToDate"))
        .isPresent();
  }

  private static void grant(World world) {
    world
        .user()
        .resource(
            new RoleBindingBuilder()
                .withNewMetadata()
                .withName("stranger")
                .withNamespace(world.namespace())
                .endMetadata()
                .withNewRoleRef("rbac.authorization.k8s.io", "ClusterRole", ROLE)
                .addNewSubject("rbac.authorization.k8s.io", "User", OperatorAccount.STRANGER, null)
                .build())
        .create();
  }

  private static int readiness(int port) throws IOException {
    URI probe = URI.create("http://127.0.0.1:" + port + "/readyz");
    return ((HttpURLConnection) probe.toURL().openConnection()).getResponseCode();
  }
}
