package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.testing.CuttingProxy;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.KubeApi;
import io.schemamigration.testing.PostgresMajors;
import io.schemamigration.testing.PostgresServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What users do and what happens to them; the subclasses say on which API server. */
abstract class Scenarios {
  private static final String A = "pg_1_a.sql";
  private static final String B = "pg_2_b.sql";
  private static final String C = "pg_3_c.sql";
  private static final String TABLE_A = "CREATE TABLE a(id int);\n";
  private static final String TABLE_B = "CREATE TABLE b(id int);\n";
  private static final String TABLE_C = "CREATE TABLE c(id int);\n";

  private World world;
  private Db db;

  abstract KubeApi api();

  @BeforeEach
  void begin() {
    world = new World(api());
    db = PostgresServer.shared(PostgresMajors.newest()).createDatabase("scenario");
    world.secret("db", db);
  }

  @AfterEach
  void end() {
    world.close();
  }

  private List<String> tracked() {
    return db.strings("SELECT hash FROM drizzle_migrations ORDER BY id");
  }

  @Test
  void pendingFilesRunInOrderAndTheStatusReportsThem() {
    world.files("files", B, TABLE_B, A, TABLE_A, "pg_10_j.sql", "ALTER TABLE b ADD x int;");
    world.migration("m");
    world.startOperator();
    SchemaMigrationStatus status = world.awaitUpToDate("m", "a", "b", "j");
    assertThat(tracked()).containsExactly("a", "b", "j");
    assertThat(status.current.hash).isEqualTo("j");
    assertThat(status.current.sequence).isEqualTo(10);
    assertThat(status.pendingCount).isZero();
    assertThat(status.lastApplied.checksum).isEqualTo(status.source.checksum);
    assertThat(status.database.name).isEqualTo(db.name());
    assertThat(World.condition(status, "DatabaseReachable").orElseThrow().getStatus())
        .isEqualTo("True");
    assertThat(World.condition(status, "Reconciling")).isEmpty();
    assertThat(World.condition(status, "Stalled")).isEmpty();
  }

  @Test
  void nothingToDoWritesNothing() throws Exception {
    world.files("files", A, TABLE_A);
    try (CuttingProxy proxy = CuttingProxy.to(db.host(), db.port())) {
      world.secret("db", db.via(proxy.port()));
      world.migration("m");
      World.Running operator = world.startOperator();
      SchemaMigrationStatus before = world.awaitUpToDate("m", "a");
      await()
          .during(Duration.ofSeconds(1))
          .atMost(Duration.ofSeconds(10))
          .until(
              () ->
                  World.condition(world.status("m"), "Ready")
                      .orElseThrow()
                      .getStatus()
                      .equals("True"));
      String version = world.get("m").getMetadata().getResourceVersion();
      long connections = proxy.connections();
      int mark = operator.requests().mark();
      world.files("unrelated", "x", "y");
      // A new token is a wish to look, and is answered by one write: that it was handled.
      world.files("files", A, TABLE_A, "README", "not sql: the set is the same");
      await().atMost(World.PATIENCE).until(() -> proxy.connections() > connections);
      await()
          .during(Duration.ofSeconds(1))
          .atMost(Duration.ofSeconds(10))
          .until(() -> proxy.connections() == connections + 1);
      assertThat(operator.requests().since(mark)).noneMatch(r -> !r.method().equals("GET"));
      assertThat(world.get("m").getMetadata().getResourceVersion()).isEqualTo(version);
      assertThat(world.status("m").lastApplied.time).isEqualTo(before.lastApplied.time);
    }
  }

  @Test
  void anAddedFileIsApplied() {
    world.files("files", A, TABLE_A);
    world.migration("m");
    world.startOperator();
    world.awaitUpToDate("m", "a");
    world.files("files", A, TABLE_A, B, TABLE_B);
    world.awaitUpToDate("m", "a", "b");
  }

  @Test
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

  @Test
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

  @Test
  void aSecretThatComesLaterIsUsed() {
    world.user().secrets().inNamespace(world.namespace()).withName("db").delete();
    world.files("files", A, TABLE_A);
    world.migration("m");
    world.startOperator();
    world.await_("m", "False", "SecretNotFound");
    world.secret("db", db);
    world.awaitUpToDate("m", "a");
  }

  @Test
  void aCorrectedPasswordIsUsed() {
    world.secret("db", db.as(db.user(), "wrong-sentinel"));
    world.files("files", A, TABLE_A);
    world.migration("m");
    world.startOperator();
    SchemaMigrationStatus status = world.await_("m", "False", "AuthenticationFailed");
    assertThat(World.message(status)).doesNotContain(db.user()).doesNotContain("sentinel");
    world.secret("db", db);
    world.awaitUpToDate("m", "a");
  }

  @Test
  void aConfigMapThatComesLaterIsUsed() {
    world.migration("m");
    world.startOperator();
    world.await_("m", "False", "SourceNotFound");
    world.files("files", A, TABLE_A);
    world.awaitUpToDate("m", "a");
  }

  @Test
  void aConfigMapReplacedUnderAHashedNameIsFollowed() {
    world.files("files-1", A, TABLE_A);
    world.migration("m", s -> s.source.configMapRefs = List.of(World.ref("files-1")));
    world.startOperator();
    world.awaitUpToDate("m", "a");
    world.files("files-2", A, TABLE_A, B, TABLE_B);
    world.edit("m", s -> s.source.configMapRefs = List.of(World.ref("files-2")));
    world.deleteFiles("files-1");
    world.awaitUpToDate("m", "a", "b");
  }

  @Test
  void twoConfigMapsThatArriveOneByOneAreWaitedFor() {
    world.files("one", A, TABLE_A, "rollback_pg_2_b.sql", "DROP TABLE b;");
    world.files("two", C, TABLE_C);
    world.migration("m", s -> s.source.configMapRefs = List.of(World.ref("one"), World.ref("two")));
    world.startOperator();
    // The undo file's migration is not there yet: that alone would be an invalid source.
    world.await_("m", "Unknown", "SourceSettling");
    world.files("two", B, TABLE_B, C, TABLE_C);
    world.awaitUpToDate("m", "a", "b", "c");
  }

  @Test
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

  @Test
  void aConfigMapReplacedDuringARunIsFollowedAfterIt() {
    world.files("files", A, "SELECT pg_sleep(3);", B, TABLE_B);
    world.migration("m");
    world.startOperator();
    world.await_("m", "Unknown", "Migrating");
    world.files("files", A, "SELECT pg_sleep(3);", B, TABLE_B, C, TABLE_C);
    world.awaitUpToDate("m", "a", "b", "c");
    assertThat(tracked()).containsExactly("a", "b", "c");
  }

  @Test
  void deletingTheResourceDuringARunCancelsTheFile() {
    world.files("files", A, TABLE_A + "SELECT pg_sleep(60);");
    world.migration("m");
    world.startOperator();
    awaitSleeping(1);
    world.delete("m");
    awaitSleeping(0);
    assertThat(tracked()).isEmpty();
    assertThat(db.strings("SELECT to_regclass('a')")).containsExactly("null");
  }

  private void awaitSleeping(int count) {
    await()
        .atMost(World.PATIENCE)
        .until(
            () ->
                db.strings(
                            "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'"
                                + " AND datname = current_database()")
                        .size()
                    == count);
  }

  @Test
  void deletedAndCreatedAgainWhileTheOperatorIsDownGoesOn() {
    world.files("files", A, TABLE_A);
    world.migration("m");
    World.Running first = world.startOperator();
    world.awaitUpToDate("m", "a");
    world.stop(first);
    world.delete("m");
    await().atMost(World.PATIENCE).until(() -> world.get("m") == null);
    world.files("files", A, TABLE_A, B, TABLE_B);
    world.migration("m");
    world.startOperator();
    world.awaitUpToDate("m", "a", "b");
  }

  @Test
  void suspendedNothingRunsAndResumedItDoes() {
    world.files("files", A, TABLE_A);
    world.migration("m");
    world.startOperator();
    world.awaitUpToDate("m", "a");
    world.edit("m", s -> s.suspend = true);
    world.await_("m", "True", "Suspended");
    world.files("files", A, TABLE_A, B, TABLE_B);
    world.await_("m", "False", "Suspended");
    assertThat(tracked()).containsExactly("a");
    world.edit("m", s -> s.suspend = false);
    world.awaitUpToDate("m", "a", "b");
  }

  @Test
  void planOnlyShowsThePlanAndApplyRunsIt() {
    world.files("files", A, TABLE_A);
    world.migration("m", s -> s.mode = "PlanOnly");
    world.startOperator();
    SchemaMigrationStatus planned = world.await_("m", "True", "PlanOnly");
    assertThat(planned.plan.id).matches("p-[0-9a-f]{32}");
    assertThat(planned.pendingCount).isEqualTo(1);
    assertThat(db.strings("SELECT to_regclass('drizzle_migrations')")).containsExactly("null");
    world.edit("m", s -> s.mode = "Apply");
    world.awaitUpToDate("m", "a");
  }

  @Test
  void anExistingHistoryIsAdoptedUntouched() {
    db.execute(
        "CREATE TABLE drizzle_migrations(id SERIAL PRIMARY KEY, hash TEXT NOT NULL UNIQUE,"
            + " created_at TIMESTAMP NOT NULL DEFAULT NOW());INSERT INTO drizzle_migrations(hash,"
            + " created_at) VALUES ('a', '2020-01-02 03:04:05');"
            + TABLE_A);
    String rows = "SELECT id, hash, created_at FROM drizzle_migrations WHERE hash = 'a'";
    List<String> before = db.strings(rows);
    world.files("files", A, TABLE_A, B, TABLE_B);
    world.migration("m");
    world.startOperator();
    world.awaitUpToDate("m", "a", "b");
    assertThat(db.strings(rows)).isEqualTo(before);
    assertThat(db.strings("SELECT event FROM drizzle_migrations_ledger WHERE hash = 'a'"))
        .containsExactly("adopted");
  }

  @Test
  void twoResourcesOnOneDatabaseAtOnceApplyEachFileOnce() {
    world.files("files", A, TABLE_A, B, TABLE_B, C, TABLE_C);
    world.migration("m1");
    world.migration("m2");
    world.startOperator();
    await()
        .atMost(World.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(List.of(reason("m1"), reason("m2")))
                    .containsExactlyInAnyOrder("UpToDate", "OwnedByOther"));
    assertThat(tracked()).containsExactly("a", "b", "c");
  }

  private String reason(String name) {
    return World.condition(world.status(name), "Ready").map(c -> c.getReason()).orElse("");
  }

  @Test
  void twoOperatorsAtOnceApplyEachFileOnce() {
    List<String> files = new ArrayList<>();
    List<String> hashes = new ArrayList<>();
    for (int i = 1; i <= 12; i++) {
      files.addAll(List.of("pg_" + i + "_h" + i + ".sql", "CREATE TABLE t" + i + "(id int);"));
      hashes.add("h" + i);
    }
    world.files("files", files.toArray(String[]::new));
    world.startOperator();
    world.startOperator();
    world.migration("m");
    world.awaitUpToDate("m", hashes.toArray(String[]::new));
    assertThat(
            db.strings(
                "SELECT hash FROM drizzle_migrations_ledger WHERE event = 'applied' ORDER BY id"))
        .isEqualTo(hashes);
  }

  @Test
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

  @Test
  void aRestoredDatabaseIsRefusedUntilThePlanIsApproved() {
    world.files("files", A, TABLE_A, B, "CREATE TABLE IF NOT EXISTS b(id int);");
    world.migration("m");
    world.startOperator();
    world.awaitUpToDate("m", "a", "b");
    db.execute("DELETE FROM drizzle_migrations WHERE hash = 'b'");
    world.annotate("m", "reconcile.fluxcd.io/requestedAt", "1");
    SchemaMigrationStatus back = world.await_("m", "False", "HistoryWentBack");
    assertThat(World.message(back)).contains(back.plan.id);
    world.edit("m", s -> s.approvedPlans = List.of(back.plan.id));
    world.awaitUpToDate("m", "a", "b");
  }

  @Test
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

  @Test
  void anEndpointIsOverriddenOnlyIfTheSecretAllowsIt() {
    world.files("files", A, TABLE_A);
    world.migration("m", s -> s.database.port = 1);
    world.startOperator();
    SchemaMigrationStatus refused = world.await_("m", "False", "SecretInvalid");
    assertThat(World.message(refused)).contains("allow-endpoint-override");
  }

  @Test
  void aChecksumPinWaitsForExactlyTheseFiles() {
    world.files("files", A, TABLE_A);
    world.migration("m", s -> s.source.checksum = "sha256:" + "0".repeat(64));
    world.startOperator();
    SchemaMigrationStatus status = world.await_("m", "False", "SourceChecksumMismatch");
    world.edit("m", s -> s.source.checksum = status.source.checksum);
    world.awaitUpToDate("m", "a");
  }

  @Test
  void discreteSecretKeysAreRead() {
    world.secret(
        "db",
        Map.of(
            "host",
            db.host(),
            "port",
            "" + db.port(),
            "dbname",
            db.name(),
            "username",
            db.user(),
            "password",
            db.password()));
    world.files("files", A, TABLE_A);
    world.migration("m");
    world.startOperator();
    assertThat(world.awaitUpToDate("m", "a").database.secretLayout).contains("username");
  }
}
