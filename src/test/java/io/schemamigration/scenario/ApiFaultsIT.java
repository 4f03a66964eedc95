package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.schemamigration.testing.Conflicts;
import io.schemamigration.testing.CuttingProxy;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.KubeApi;
import io.schemamigration.testing.OperatorProcess;
import io.schemamigration.testing.PostgresMajors;
import io.schemamigration.testing.PostgresServer;
import io.schemamigration.testing.Tiers;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An API server that goes away, comes back, and drops what it was asked for. */
final class ApiFaultsIT {
  private static final Duration SOON = Duration.ofSeconds(60);
  private static final Pattern SERVER = Pattern.compile("(server: *\"?https?://[^:/]+:)(\\d+)");
  private static final int FLAPS = 20;
  private static final Duration BETWEEN_FLAPS = Duration.ofMillis(100);
  private static final String SLEEPING =
      "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname ="
          + " current_database()";

  @TempDir private Path folder;
  private KubeApi api;
  private World world;
  private Db db;
  private CuttingProxy proxy;
  private String throughProxy;

  @BeforeEach
  void begin() {
    api = Tiers.requireRealApi();
    api.applyCrds();
    world = new World(api);
    db = PostgresServer.shared(PostgresMajors.newest()).createDatabase("apifaults");
    world.secret("db", db);
    Matcher server = SERVER.matcher(api.kubeconfigYaml());
    assertThat(server.find()).isTrue();
    proxy = CuttingProxy.to("127.0.0.1", Integer.parseInt(server.group(2)));
    throughProxy = server.replaceAll("$1" + proxy.port());
  }

  @AfterEach
  void end() {
    proxy.close();
    world.close();
  }

  @Test
  void anApiServerThatIsGoneDuringARunTakesNothingWithIt() throws Exception {
    try (OperatorProcess operator = start(Map.of())) {
      world.files("files", "pg_1_a.sql", "CREATE TABLE a(); SELECT pg_sleep(3)");
      world.migration("m");
      await().atMost(SOON).until(() -> db.strings(SLEEPING).size() == 1);
      proxy.refuse();
      proxy.cutNow();
      await()
          .atMost(SOON)
          .until(() -> OperatorProcesses.readiness(operator) == HttpURLConnection.HTTP_UNAVAILABLE);
      await().atMost(SOON).until(this::tracked, List.of("a")::equals);
      world.files(
          "files", "pg_1_a.sql", "CREATE TABLE a(); SELECT pg_sleep(3)", "pg_2_b.sql", "SELECT 1");
      proxy.pass();
      world.awaitUpToDate("m", "a", "b");
      await()
          .atMost(SOON)
          .until(() -> OperatorProcesses.readiness(operator) == HttpURLConnection.HTTP_OK);
      assertThat(ledger()).containsExactly("a", "b");
    }
  }

  @Test
  void watchesThatBreakAllTheTimeMissNothing() throws Exception {
    try (OperatorProcess operator = start(Map.of())) {
      List<String> files = new ArrayList<>();
      String[] hashes = new String[FLAPS];
      world.migration("m");
      for (int i = 1; i <= FLAPS; i++) {
        files.addAll(List.of("pg_%d_f%d.sql".formatted(i, i), "SELECT " + i));
        hashes[i - 1] = "f" + i;
        proxy.cutNow();
        world.files("files", files.toArray(String[]::new));
        Thread.sleep(BETWEEN_FLAPS);
        proxy.cutNow();
      }
      world.awaitUpToDate("m", hashes);
      assertThat(ledger()).containsExactly(hashes);
      assertThat(operator.alive()).isTrue();
    }
  }

  /** To whom the clock of the leader seems to stand still, its lease has run out. */
  @Test
  void aReplicaWhoseClockIsAheadTakesTheLeaseAndEachFileRunsOnce() throws Exception {
    OperatorProcesses replicas = new OperatorProcesses(api.kubeconfigYaml(), world, folder);
    try (OperatorProcess leader = replicas.start(replica("behind"))) {
      world.files(
          "files", "pg_1_a.sql", "CREATE TABLE a(); SELECT pg_sleep(10)", "pg_2_b.sql", "SELECT 1");
      world.migration("m");
      await().atMost(SOON).until(() -> db.strings(SLEEPING).size() == 1);
      try (OperatorProcess next = replicas.launch(replica("ahead"))) {
        await().atMost(SOON).until(this::holderOfAStaleLease, h -> h.startsWith("ahead_"));
        assertThat(leader.awaitEnd(SOON)).isEqualTo(1);
        assertThat(String.join("\n", leader.output())).contains("lost the lease");
        world.awaitUpToDate("m", "a", "b");
        assertThat(ledger()).containsExactly("a", "b");
        assertThat(next.alive()).isTrue();
      }
    }
  }

  /** Makes the lease of the first look an hour old, as long as it is the first's. */
  private String holderOfAStaleLease() {
    Conflicts.retried(
        () ->
            lease()
                .edit(
                    lease -> {
                      if (lease.getSpec().getHolderIdentity().startsWith("behind_")) {
                        lease
                            .getSpec()
                            .setRenewTime(ZonedDateTime.now(ZoneOffset.UTC).minusHours(1));
                      }
                      return lease;
                    }));
    return lease().get().getSpec().getHolderIdentity();
  }

  private Resource<Lease> lease() {
    return world
        .user()
        .resources(Lease.class)
        .inNamespace(world.namespace())
        .withName("schema-migration-operator");
  }

  private static Map<String, String> replica(String name) {
    return Map.of("LEADER_ELECTION", "true", "POD_NAME", name);
  }

  private OperatorProcess start(Map<String, String> settings) throws IOException {
    return new OperatorProcesses(throughProxy, world, folder).start(settings);
  }

  private List<String> tracked() {
    return db.strings("SELECT hash FROM drizzle_migrations ORDER BY id");
  }

  private List<String> ledger() {
    return db.strings(
        "SELECT hash FROM drizzle_migrations_ledger WHERE event = 'applied' ORDER BY id");
  }
}
