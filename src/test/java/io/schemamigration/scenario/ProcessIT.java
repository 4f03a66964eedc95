package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.coordination.v1.Lease;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.KubeApi;
import io.schemamigration.testing.OperatorAccount;
import io.schemamigration.testing.OperatorProcess;
import io.schemamigration.testing.PostgresMajors;
import io.schemamigration.testing.PostgresServer;
import io.schemamigration.testing.Tiers;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.nio.file.Path;
import java.time.Duration;
import java.time.ZoneOffset;
import java.time.ZonedDateTime;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The operator as a process of its own: how it ends, and what it logs until then. */
final class ProcessIT {
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final int SIGTERM_EXIT = 143;

  @TempDir private Path folder;
  private KubeApi api;
  private World world;
  private Db db;

  @BeforeEach
  void begin() {
    api = Tiers.requireRealApi();
    api.applyCrds();
    world = new World(api);
    db = PostgresServer.shared(PostgresMajors.newest()).createDatabase("process");
    world.secret("db", db);
  }

  @AfterEach
  void end() {
    world.close();
  }

  @Test
  void sigtermLetsTheFileInFlightEndAndStartsNoOther() throws Exception {
    try (OperatorProcess operator = start(Map.of("SHUTDOWN_GRACE", "10s"))) {
      world.files("files", "pg_1_a.sql", "SELECT pg_sleep(5)", "pg_2_b.sql", "SELECT 1");
      world.migration("m");
      awaitSleeping();
      assertThat(operator.terminate(SOON)).isEqualTo(SIGTERM_EXIT);
      assertThat(tracked()).containsExactly("a");
    }
    try (OperatorProcess next = start(Map.of())) {
      world.awaitUpToDate("m", "a", "b");
      assertThat(next.alive()).isTrue();
    }
  }

  @Test
  void sigtermCancelsAFileThatOutlastsTheGrace() throws Exception {
    try (OperatorProcess operator = start(Map.of("SHUTDOWN_GRACE", "1s"))) {
      world.files("files", "pg_1_a.sql", "CREATE TABLE a(); SELECT pg_sleep(120)");
      world.migration("m");
      awaitSleeping();
      assertThat(operator.terminate(Duration.ofSeconds(15))).isEqualTo(SIGTERM_EXIT);
      assertThat(tracked()).isEmpty();
      assertThat(db.strings("SELECT to_regclass('a')")).containsExactly("null");
    }
  }

  @Test
  void aLostLeaseEndsItAtOnceEvenInTheMiddleOfAFile() throws Exception {
    try (OperatorProcess operator = start(Map.of("LEADER_ELECTION", "true"))) {
      world.files("files", "pg_1_a.sql", "CREATE TABLE a(); SELECT pg_sleep(120)");
      world.migration("m");
      awaitSleeping();
      takeTheLease();
      // The old holder gives up after the renew deadline, before a new one may begin.
      assertThat(operator.awaitEnd(SOON)).isEqualTo(1);
      assertThat(String.join("\n", operator.output())).contains("lost the lease");
    }
    await()
        .atMost(SOON)
        .until(() -> db.strings(sleeping()).isEmpty()); // the server saw the client go
    assertThat(tracked()).isEmpty();
  }

  /** A Service may lead to any replica. */
  @Test
  void everyReplicaHasTheStatusPageAndNoClientHoldsItUp() throws Exception {
    Map<String, String> settings = Map.of("LEADER_ELECTION", "true", "STATUS_PAGE_PORT", "0");
    world.files("files", "pg_1_a.sql", "SELECT 1");
    world.migration("m");
    try (OperatorProcess one = start(settings);
        OperatorProcess other = start(settings);
        HttpClient client = HttpClient.newHttpClient()) {
      world.awaitUpToDate("m", "a");
      for (OperatorProcess each : List.of(one, other)) {
        URI page =
            URI.create(
                "http://localhost:%s/migrations/%s/m".formatted(pagePort(each), world.namespace()));
        await()
            .atMost(SOON)
            .untilAsserted(
                () ->
                    assertThat(
                            client
                                .send(
                                    HttpRequest.newBuilder(page).build(),
                                    HttpResponse.BodyHandlers.ofString())
                                .body())
                        .contains("Up to date", "1 file is applied"));
      }
      try (Socket half = new Socket("localhost", Integer.parseInt(pagePort(one)))) {
        half.setSoTimeout((int) SOON.toMillis());
        half.getOutputStream().write("GET / HTTP/1.1\r\nHost: x\r\n".getBytes());
        // Cut off by the server, or this read ends by its own time-out, which is an exception.
        assertThat(cutOff(half)).isTrue();
      }
    }
  }

  private static boolean cutOff(Socket socket) throws IOException {
    try {
      return socket.getInputStream().read() < 0;
    } catch (SocketException e) {
      return true; // a reset is an end, too
    }
  }

  private static String pagePort(OperatorProcess process) {
    String line = process.awaitLine("the status page is on port", SOON);
    return line.substring(line.lastIndexOf(' ') + 1);
  }

  @Test
  void itElectsAndWorksWithTheRightsOfTheChart() throws Exception {
    Map<String, String> installed =
        Map.of("LEADER_ELECTION", "true", "POD_NAMESPACE", OperatorAccount.NAMESPACE);
    try (OperatorProcess operator =
        operators(OperatorAccount.kubeconfigYaml(api)).start(installed)) {
      world.files("files", "pg_1_a.sql", "SELECT pg_sleep(5)"); // longer than it takes to renew
      world.migration("m");
      world.awaitUpToDate("m", "a");
      assertThat(String.join("\n", operator.output())).contains("leading");
      assertThat(operator.terminate(SOON)).isEqualTo(SIGTERM_EXIT);
    }
  }

  @Test
  void noPasswordAndNoRowValueIsLogged() throws Exception {
    try (OperatorProcess operator = start(Map.of("LOG_LEVEL", "DEBUG"))) {
      String first = "CREATE TABLE t(mail text UNIQUE); INSERT INTO t VALUES ('sentinel@row')";
      world.files("files", "pg_1_a.sql", first, "pg_2_b.sql", "INSERT INTO t SELECT mail FROM t");
      world.migration("m");
      world.await_("m", "False", "MigrationFailed");
      world.files("files", "pg_1_a.sql", first, "pg_2_b.sql", "SELECT mail::int FROM t");
      world.awaitStatus("m", "22P02", s -> "22P02".equals(s.lastRun.sqlState));
      world.secret("db", db.as(db.user(), "sentinel-of-a-wrong-password"));
      world.annotate("m", "schemamigration.io/retry-requested-at", "now");
      world.await_("m", "False", "AuthenticationFailed");
      world.secret("db", Map.of("uri", "postgresql://u:sentinel-in-a-bad-uri@host:port:port/x"));
      world.await_("m", "False", "SecretInvalid");
      String log = String.join("\n", operator.output());
      assertThat(log)
          .contains("MigrationFailed")
          .contains("22P02")
          .contains("AuthenticationFailed");
      assertThat(log).doesNotContain("sentinel").doesNotContain(db.password());
    }
  }

  @Test
  void aStartThatFailsEndsTheProcessSoThatItIsStartedAgain() throws Exception {
    String nobody = api.kubeconfigYaml().replaceAll("(?m)^.*(client-|token|tokenFile).*$", "");
    try (OperatorProcess operator = operators(nobody).launch(Map.of())) {
      assertThat(operator.awaitEnd(SOON)).isEqualTo(1);
      assertThat(String.join("\n", operator.output())).contains("cannot start");
    }
  }

  private void takeTheLease() {
    world
        .user()
        .resources(Lease.class)
        .inNamespace(world.namespace())
        .withName("schema-migration-operator")
        .edit(
            lease -> {
              lease.getSpec().setHolderIdentity("another");
              lease.getSpec().setRenewTime(ZonedDateTime.now(ZoneOffset.UTC).plusMinutes(5));
              return lease;
            });
  }

  private void awaitSleeping() {
    await().atMost(SOON).until(() -> db.strings(sleeping()).size() == 1);
  }

  private static String sleeping() {
    return "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname ="
        + " current_database()";
  }

  private List<String> tracked() {
    return db.strings("SELECT hash FROM drizzle_migrations ORDER BY id");
  }

  private OperatorProcess start(Map<String, String> settings) throws IOException {
    return operators(api.kubeconfigYaml()).start(settings);
  }

  private OperatorProcesses operators(String access) throws IOException {
    return new OperatorProcesses(access, world, folder);
  }
}
