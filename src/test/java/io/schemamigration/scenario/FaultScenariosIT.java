package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.schemamigration.api.DatabaseSpec;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.api.Timeouts;
import io.schemamigration.testing.Certificates;
import io.schemamigration.testing.CuttingProxy;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.PostgresMajors;
import io.schemamigration.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;

/** What goes wrong, what the status says of it, and how it goes on. */
final class FaultScenariosIT extends Scenario {
  @Waiting
  void brokenSqlIsToldWithFileAndLineAndItsCorrectionRuns() {
    world.files(
        "files", A, TABLE_A, B, "-- first\n\nCREATE TABLE b(id int);\nSELEC 1;\n", C, TABLE_C);
    world.migration("m");
    world.startOperator();
    SchemaMigrationStatus failed = world.await_("m", "False", "MigrationFailed");
    assertThat(World.message(failed)).contains("pg_2_b.sql:4").contains("42601");
    assertThat(World.condition(failed, "Stalled").orElseThrow().getStatus()).isEqualTo("True");
    assertThat(failed.lastRun.file).isEqualTo(B);
    assertThat(failed.lastRun.line).isEqualTo(4);
    assertThat(tracked()).containsExactly("a");
    assertThat(failed.appliedHashes).containsExactly("a");
    world.files("files", A, TABLE_A, B, TABLE_B, C, TABLE_C);
    world.awaitUpToDate("m", "a", "b", "c");
  }

  @Waiting
  void failedSqlIsNotSentAgainUntilSomebodyAsks() {
    world.files("files", A, "SELECT * FROM not_yet;");
    world.migration("m");
    world.startOperator();
    SchemaMigrationStatus failed = world.await_("m", "False", "MigrationFailed");
    db.execute("CREATE TABLE not_yet(id int)");
    world.files("unrelated", "x", "y");
    String start = failed.lastRun.startTime;
    await()
        .during(Duration.ofSeconds(2))
        .atMost(Duration.ofSeconds(10))
        .until(() -> start.equals(world.status("m").lastRun.startTime));
    world.annotate("m", "schemamigration.io/retry-requested-at", "now");
    SchemaMigrationStatus status = world.awaitUpToDate("m", "a");
    assertThat(status.lastHandledRetryAt).isEqualTo("now");
  }

  @Waiting
  void whoHoldsTheLockThatAFileWaitsForIsTold() throws SQLException {
    db.execute("CREATE TABLE held(id int)");
    world.files("files", A, "ALTER TABLE held ADD x int;");
    try (Connection holder = db.connect();
        Statement statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      statement.execute("LOCK TABLE held IN ACCESS SHARE MODE");
      world.migration("m");
      world.startOperator();
      world.awaitStatus(
          "m",
          "waiting",
          s ->
              World.condition(s, "Ready")
                  .filter(c -> c.getReason().equals("Migrating"))
                  .filter(c -> c.getMessage().contains("pg_1_a.sql (1 of 1): waits for pid "))
                  .filter(c -> c.getMessage().contains("(test, in a transaction for "))
                  .isPresent());
      holder.rollback();
    }
    world.awaitUpToDate("m", "a");
  }

  @Waiting
  void aSecretThatComesLaterIsUsed() {
    world.user().secrets().inNamespace(world.namespace()).withName("db").delete();
    world.files("files", A, TABLE_A);
    world.migration("m");
    world.startOperator();
    world.await_("m", "False", "SecretNotFound");
    world.secret("db", db);
    world.awaitUpToDate("m", "a");
  }

  @Waiting
  void aCorrectedPasswordIsUsed() {
    world.secret("db", db.as(db.user(), "wrong-sentinel"));
    world.files("files", A, TABLE_A);
    world.migration("m");
    world.startOperator();
    SchemaMigrationStatus status = world.await_("m", "False", "AuthenticationFailed");
    assertThat(World.message(status))
        .contains("Secret db")
        .doesNotContain(db.user())
        .doesNotContain("sentinel");
    world.secret("db", db);
    world.awaitUpToDate("m", "a");
  }

  @Waiting
  void aConfigMapThatComesLaterIsUsed() {
    world.migration("m");
    world.startOperator();
    world.await_("m", "False", "SourceNotFound");
    world.files("files", A, TABLE_A);
    world.awaitUpToDate("m", "a");
  }

  @Waiting
  void readyDoesNotFlapWhileTheDatabaseIsDownAndNothingIsNew() throws Exception {
    try (CuttingProxy proxy = CuttingProxy.to(db.host(), db.port())) {
      world.secret("db", db.via(proxy.port()));
      world.files("files", A, TABLE_A);
      world.migration("m");
      world.startOperator();
      world.awaitUpToDate("m", "a");
      proxy.refuse();
      world.annotate("m", "reconcile.fluxcd.io/requestedAt", "1");
      SchemaMigrationStatus down =
          world.awaitStatus(
              "m",
              "unreachable",
              s ->
                  World.condition(s, "DatabaseReachable")
                      .filter(c -> c.getStatus().equals("False"))
                      .isPresent());
      assertThat(World.condition(down, "Ready").orElseThrow().getStatus()).isEqualTo("True");
      proxy.pass();
      world.awaitStatus(
          "m",
          "reachable",
          s ->
              World.condition(s, "DatabaseReachable")
                  .filter(c -> c.getStatus().equals("True"))
                  .isPresent());
    }
  }

  @Waiting
  void anOperatorStoppedInTheMiddleOfFilesIsTakenOverByTheNext() {
    world.files("files", A, TABLE_A + "SELECT pg_sleep(2);", B, TABLE_B, C, TABLE_C);
    world.migration("m");
    World.Running first = world.startOperator();
    world.await_("m", "Unknown", "Migrating");
    world.stop(first);
    world.startOperator();
    world.awaitUpToDate("m", "a", "b", "c");
    assertThat(
            db.strings(
                "SELECT hash FROM drizzle_migrations_ledger WHERE event = 'applied' ORDER BY id"))
        .containsExactly("a", "b", "c");
  }

  @Waiting
  void noPasswordAndNoRowValueReachesAStatusAnEventOrAMetric() {
    world.files(
        "files",
        A,
        "CREATE TABLE a(mail text UNIQUE); INSERT INTO a VALUES ('sentinel@row');",
        B,
        "INSERT INTO a VALUES ('sentinel@row');");
    world.migration("m");
    World.Running operator = world.startOperator();
    SchemaMigrationStatus failed = world.await_("m", "False", "MigrationFailed");
    world.files(
        "files",
        A,
        "CREATE TABLE a(mail text UNIQUE); INSERT INTO a VALUES ('sentinel@row');",
        B,
        "SELECT 'sentinel@row'::int;");
    world.awaitStatus("m", "22P02", s -> s.lastRun != null && "22P02".equals(s.lastRun.sqlState));
    await().atMost(World.PATIENCE).until(() -> !world.events().isEmpty());
    String seen =
        io.fabric8.kubernetes.client.utils.Serialization.asJson(failed)
            + io.fabric8.kubernetes.client.utils.Serialization.asJson(world.status("m"))
            + io.fabric8.kubernetes.client.utils.Serialization.asJson(world.events())
            + operator.metrics().scrape();
    assertThat(seen).doesNotContain("sentinel@row").doesNotContain(db.password());
    assertThat(operator.metrics().scrape()).contains("schema_migration_status_condition");
  }

  @Waiting
  void anEndpointIsOverriddenOnlyIfTheSecretAllowsIt() {
    world.files("files", A, TABLE_A);
    world.migration("m", s -> s.database.port = 1);
    world.startOperator();
    SchemaMigrationStatus refused = world.await_("m", "False", "SecretInvalid");
    assertThat(World.message(refused)).contains("allow-endpoint-override");
  }

  @Waiting
  void aLockThatIsNeverHadUsesUpTheRetriesAndSomebodyMayAskForMore() throws Exception {
    db.execute(TABLE_A);
    world.files("files", B, "ALTER TABLE a ADD b int;");
    try (Connection application = db.connect()) {
      application.setAutoCommit(false);
      application.createStatement().execute("SELECT * FROM a");
      world.migration(
          "m",
          s -> {
            s.timeouts = new Timeouts();
            s.timeouts.lock = "50ms";
            s.backoffLimit = 1;
            s.interval = "1m";
          });
      world.startOperator();
      SchemaMigrationStatus waiting = world.await_("m", "False", "LockTimeout");
      assertThat(World.message(waiting)).contains("pg_2_b.sql:1").contains("55P03");
      assertThat(waiting.retries).isEqualTo(1);
      assertThat(Instant.parse(waiting.nextRetryTime)).isAfter(Instant.now());
      assertThat(World.condition(waiting, "Reconciling")).isPresent();
      SchemaMigrationStatus exhausted = world.await_("m", "False", "RetriesExhausted");
      assertThat(World.condition(exhausted, "Stalled")).isPresent();
      assertThat(exhausted.nextRetryTime).isNull();
      application.rollback();
    }
    world.annotate("m", "schemamigration.io/retry-requested-at", "now");
    SchemaMigrationStatus status = world.awaitUpToDate("m", "b");
    assertThat(status.retries).isNull();
  }

  @Waiting
  void aServerThatIsStoppedAndStartedIsGoneOnWith() {
    try (PostgresServer server = PostgresServer.start(PostgresMajors.newest())) {
      Db own = server.createDatabase("own");
      world.secret("db", own);
      world.files("files", A, TABLE_A);
      world.migration("m");
      world.startOperator();
      world.awaitUpToDate("m", "a");
      server.stop();
      world.files("files", A, TABLE_A, B, TABLE_B);
      SchemaMigrationStatus down = world.await_("m", "False", "DatabaseUnreachable");
      assertThat(World.condition(down, "Reconciling")).isPresent();
      assertThat(down.appliedHashes).containsExactly("a");
      server.restart();
      world.awaitUpToDate("m", "a", "b");
    }
  }

  @Waiting
  void certificatesComeFromTheSecretsThatTheSpecNames() {
    world.files("files", A, TABLE_A);
    world.migration(
        "m",
        s -> {
          s.database.tls = new DatabaseSpec.Tls();
          s.database.tls.caSecretRef = new DatabaseSpec.CaSecretRef();
          s.database.tls.caSecretRef.name = "ca";
        });
    world.startOperator();
    assertThat(World.message(world.await_("m", "False", "SecretNotFound"))).contains("Secret ca");
    world.secret("ca", Map.of("other", "x"));
    assertThat(World.message(world.await_("m", "False", "SecretInvalid")))
        .contains("Secret ca has no key ca.crt");
    world.secret("ca", Map.of("ca.crt", new Certificates("authority").ca()));
    // The server speaks no TLS, and with a CA nothing less will do.
    assertThat(World.message(world.await_("m", "False", "TLSFailed"))).contains("do not agree");
    world.edit("m", s -> s.database.tls = null);
    world.awaitUpToDate("m", "a");
  }
}
