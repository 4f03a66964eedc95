package io.schemamigration.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Reason;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files of which a part cannot run in a transaction. */
@Timeout(120)
class StepsIT {
  private static final String MAJORS = "io.schemamigration.testing.PostgresMajors#all";
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String INDEX = "CREATE INDEX CONCURRENTLY IF NOT EXISTS t_a ON t (a);\n";

  private static void assertApplied(Outcome outcome, int applied) {
    assertThat(outcome).isInstanceOf(Outcome.Done.class);
    assertThat(((Outcome.Done) outcome).plan()).isInstanceOf(Plan.UpToDate.class);
    assertThat(((Outcome.Done) outcome).applied()).isEqualTo(applied);
  }

  private static Failure failure(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Failed.class);
    return ((Outcome.Failed) outcome).failure();
  }

  private static Db database(int major) {
    Db db = PostgresServer.shared(major).createDatabase("steps");
    db.execute(
        "CREATE TABLE t (a int, b text); INSERT INTO t SELECT g, 'x' FROM generate_series(1, 1000)"
            + " g");
    return db;
  }

  /** An application in the middle of a transaction, for which CONCURRENTLY has to wait. */
  private static Connection writerOf(Db db) throws SQLException {
    Connection writer = db.connect();
    writer.setAutoCommit(false);
    writer.createStatement().execute("LOCK TABLE t IN ROW EXCLUSIVE MODE");
    return writer;
  }

  private static List<String> invalid(Db db) {
    return db.strings("SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whatCannotRunInATransactionRunsAndIsRecordedLast(int major) {
    Db db = database(major);
    Engine engine =
        Engine.on(db)
            .file(
                1,
                "one",
                INDEX
                    + "CREATE TABLE u (x int);\n"
                    + "REINDEX INDEX CONCURRENTLY t_a;\nVACUUM t;\n"
                    + "SET search_path = public;\nINSERT INTO u VALUES (1);\n"
                    + "DROP INDEX CONCURRENTLY t_a;\n")
            .file(2, "two", "CREATE TABLE v (x int)");
    assertApplied(engine.run(), 2);
    assertThat(engine.tracking()).containsExactly("one", "two");
    assertThat(engine.ledger("applied")).containsExactly("one", "two");
    assertThat(engine.ledger("content")).containsExactly("one", "two");
    assertThat(db.strings("SELECT count(*) FROM u")).containsExactly("1");
    assertThat(db.strings("SELECT to_regclass('t_a')")).containsExactly("null");
    assertThat(
            db.strings(
                "SELECT up_text LIKE 'CREATE INDEX%' FROM "
                    + Engine.LEDGER
                    + " WHERE event = 'content' AND hash = 'one'"))
        .containsExactly("t");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aFailedStatementKeepsThoseBeforeItAndTheCorrectedFileGoesOn(int major) {
    Db db = database(major);
    String first = INDEX + "INSERT INTO t VALUES (0, 'once');\n";
    Failure failure = failure(Engine.on(db).file(1, "one", first + "SELECT nothing;\n").run());
    assertThat(failure.line()).isEqualTo(3);
    assertThat(failure.statement()).isEqualTo(3);
    assertThat(failure.text()).contains("2 of 3 statements ran and stay");
    Engine corrected = Engine.on(db).file(1, "one", first + "SELECT 1;\n");
    assertThat(corrected.tracking()).isEmpty();
    assertApplied(corrected.run(), 1);
    assertThat(db.strings("SELECT count(*) FROM t WHERE b = 'once'")).containsExactly("1");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whatRanBeforeAStatementThatFailsAloneRunsOnce(int major) {
    Db db = database(major);
    db.execute("INSERT INTO t VALUES (1, 'twice')");
    Engine engine =
        Engine.on(db)
            .file(
                1,
                "one",
                "INSERT INTO t VALUES (-2, 'once');\n"
                    + "CREATE UNIQUE INDEX CONCURRENTLY t_u ON t (a);\n");
    for (int i = 0; i < 3; i++) {
      assertThat(failure(engine.run()).text()).contains("1 of 2 statements ran and stay");
    }
    db.execute("DELETE FROM t WHERE b = 'twice'");
    assertApplied(engine.run(), 1);
    assertThat(db.strings("SELECT count(*) FROM t WHERE b = 'once'")).containsExactly("1");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aFileWhoseBeginningChangedIsNotResumed(int major) {
    Db db = database(major);
    failure(Engine.on(db).file(1, "one", INDEX + "SELECT nothing;").run());
    Engine changed = Engine.on(db).file(1, "one", "-- other\nVACUUM t;\nSELECT 1;");
    Failure failure = failure(changed.run());
    assertThat(failure.text()).contains("first 1 statements ran already").contains("new hash");
    assertThat(changed.tracking()).isEmpty();
    Engine other = Engine.on(db).file(1, "other", "VACUUM t;\nSELECT 1;");
    Plan.Refuse shown = (Plan.Refuse) ((Outcome.Done) other.run()).plan();
    assertThat(shown.reason()).isEqualTo(Reason.PARTIALLY_APPLIED);
    assertApplied(other.approve(shown.id().orElseThrow()).run(), 1);
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void settingsOfStatementsThatRanHoldForTheRest(int major) {
    Db db = database(major);
    db.execute("CREATE SCHEMA app");
    String first = "SET search_path = app;\nVACUUM public.t;\n";
    failure(Engine.on(db).file(1, "one", first + "SELECT nothing;").run());
    Engine corrected =
        Engine.on(db)
            .file(1, "one", first + "CREATE TABLE here (x int);")
            .file(2, "two", "CREATE TABLE there (x int);");
    assertApplied(corrected.run(), 2);
    assertThat(corrected.exists("app.here")).isTrue();
    assertThat(corrected.exists("public.there")).isTrue();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void anIndexThatCannotBeBuiltLeavesNoneBehind(int major) {
    Db db = database(major);
    db.execute("INSERT INTO t VALUES (1, 'twice')");
    Engine engine = Engine.on(db).file(1, "one", "CREATE UNIQUE INDEX CONCURRENTLY t_u ON t (a)");
    Failure failure = failure(engine.run());
    assertThat(failure.sqlState()).isEqualTo("23505");
    assertThat(invalid(db)).isEmpty();
    assertThat(engine.tracking()).isEmpty();
    db.execute("DELETE FROM t WHERE b = 'twice'");
    assertApplied(engine.run(), 1);
    assertThat(db.strings("SELECT indisvalid FROM pg_index WHERE indexrelid = 't_u'::regclass"))
        .containsExactly("t");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void anInvalidIndexIsBuiltAgainAlsoWhereTheFileSaysIfNotExists(int major) throws Exception {
    Db db = database(major);
    leaveAnInvalidIndex(db);
    assertThat(invalid(db)).hasSize(1);
    assertApplied(Engine.on(db).file(1, "one", INDEX).run(), 1);
    assertThat(invalid(db)).isEmpty();
    assertThat(db.strings("SELECT indisvalid FROM pg_index WHERE indexrelid = 't_a'::regclass"))
        .containsExactly("t");
  }

  /** Another tool's: its lock timeout ends the wait for a reader. */
  private static void leaveAnInvalidIndex(Db db) throws SQLException {
    try (Connection reader = writerOf(db);
        Connection tool = db.connect()) {
      tool.createStatement().execute("SET lock_timeout = '100ms'");
      try {
        tool.createStatement().execute("CREATE INDEX CONCURRENTLY t_a ON t (a)");
        throw new AssertionError("it was to fail");
      } catch (SQLException e) {
        assertThat(e.getSQLState()).isEqualTo("55P03");
      }
      reader.rollback();
    }
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aLockTimeoutNeverEndsAConcurrentBuild(int major) throws Exception {
    Db db = database(major);
    Engine engine = Engine.on(db).lockTimeout(Duration.ofMillis(50)).file(1, "one", INDEX);
    try (ExecutorService pool = Executors.newFixedThreadPool(1);
        Connection reader = writerOf(db)) {
      Future<Outcome> run = pool.submit(() -> engine.run());
      await().atMost(SOON).until(() -> invalid(db).size() == 1);
      await().during(Duration.ofMillis(500)).atMost(SOON).until(() -> !run.isDone());
      reader.rollback();
      assertApplied(run.get(), 1);
    }
    assertThat(invalid(db)).isEmpty();
    assertThat(
            db.strings(
                "SELECT detail->>'state' FROM "
                    + Engine.LEDGER
                    + " WHERE event = 'progress' ORDER BY id"))
        .containsExactly("attempt", "done");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aCancelledRunLetsAConcurrentBuildEnd(int major) throws Exception {
    Db db = database(major);
    Engine engine = Engine.on(db).file(1, "one", INDEX + "INSERT INTO t VALUES (-1)");
    RunControl control = new RunControl();
    try (ExecutorService pool = Executors.newFixedThreadPool(1);
        Connection reader = writerOf(db)) {
      Future<Outcome> run = pool.submit(() -> engine.run(control));
      await().atMost(SOON).until(() -> invalid(db).size() == 1);
      control.cancel();
      await().during(Duration.ofMillis(200)).atMost(SOON).until(() -> !run.isDone());
      reader.rollback();
      assertThat(run.get()).isInstanceOf(Outcome.Stopped.class);
    }
    assertThat(invalid(db)).isEmpty();
    assertThat(engine.exists("t_a")).as("the index that was being built").isTrue();
    assertThat(db.strings("SELECT count(*) FROM t WHERE a = -1")).containsExactly("0");
    assertApplied(engine.run(), 1);
    assertThat(db.strings("SELECT count(*) FROM t WHERE a = -1")).containsExactly("1");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aBackendThatIsKilledInABuildIsGoneOnFrom(int major) throws Exception {
    Db db = database(major);
    db.execute("CREATE TABLE probe (n int)");
    Engine engine =
        Engine.on(db)
            .file(
                1,
                "one",
                "INSERT INTO probe VALUES (1);\n" + INDEX + "INSERT INTO probe VALUES (2);");
    try (ExecutorService pool = Executors.newFixedThreadPool(1);
        Connection reader = writerOf(db)) {
      Future<Outcome> run = pool.submit(() -> engine.run());
      await().atMost(SOON).until(() -> invalid(db).size() == 1);
      kill(major, db, "CREATE INDEX");
      reader.rollback();
      assertApplied(run.get(), 1);
    }
    assertThat(invalid(db)).isEmpty();
    assertThat(db.strings("SELECT n FROM probe ORDER BY n")).containsExactly("1", "2");
  }

  private static void kill(int major, Db db, String query) {
    Db admin = PostgresServer.shared(major).admin();
    String running =
        " FROM pg_stat_activity WHERE query LIKE '%s%%' AND datname = '%s'"
            .formatted(query, db.name());
    List<String> pids = admin.strings("SELECT pid, pg_terminate_backend(pid)" + running);
    assertThat(pids).hasSize(1);
    String pid = pids.getFirst().split("\\|")[0];
    await()
        .atMost(SOON)
        .until(() -> admin.strings("SELECT 1" + running + " AND pid = " + pid).isEmpty());
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void theCopyOfAnIndexThatAKilledReindexLeftIsDropped(int major) throws Exception {
    List<String> kinds =
        new ArrayList<>(List.of("INDEX CONCURRENTLY t_b", "(CONCURRENTLY) TABLE public.t"));
    if (major > 14) {
      kinds.add("SCHEMA CONCURRENTLY public"); // before, this schema was the superuser's
    }
    for (String what : kinds) {
      Db db = database(major);
      db.execute("CREATE INDEX t_b ON t (b)");
      Engine engine = Engine.on(db).file(1, "one", "REINDEX " + what + ";");
      try (ExecutorService pool = Executors.newFixedThreadPool(1);
          Connection reader = writerOf(db)) {
        Future<Outcome> run = pool.submit(() -> engine.run());
        await()
            .atMost(SOON)
            .until(() -> invalid(db).stream().anyMatch(i -> i.matches("[^.]*_ccnew")));
        kill(major, db, "REINDEX");
        reader.rollback();
        assertApplied(run.get(), 1);
      }
      // Of the table for long values only a superuser may drop one, and this user is none.
      assertThat(invalid(db)).allMatch(index -> index.startsWith("pg_toast."));
      assertThat(
              db.strings(
                  "SELECT indexrelid::regclass FROM pg_index WHERE indrelid = 't'::regclass"))
          .containsExactly("t_b");
    }
  }

  /** As if the connection had been lost behind the attempt, with the statement done or not. */
  private static void attempted(Db db, Engine engine) {
    engine.run();
    db.execute(
        "DELETE FROM drizzle_migrations; DELETE FROM drizzle_migrations_ledger WHERE event IN"
            + " ('content', 'applied') OR detail->>'state' = 'done'");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aDropThatWasDoneNeverMeetsAnotherIndexOfThatName(int major) {
    Db db = database(major);
    db.execute(
        "CREATE SCHEMA app; CREATE TABLE app.u (a int); CREATE INDEX i ON app.u (a);"
            + " CREATE INDEX i ON t (a)");
    Engine engine =
        Engine.on(db)
            .defaults(new Target.SessionDefaults(Optional.empty(), List.of("app", "public")))
            .file(1, "one", "DROP INDEX CONCURRENTLY i;");
    attempted(db, engine);
    assertThat(engine.exists("app.i")).isFalse();
    assertApplied(engine.run(), 1);
    assertThat(engine.exists("public.i")).isTrue();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void anIndexOfThatNameOnAnotherTableIsNeitherTakenForOursNorDropped(int major) {
    Db db = database(major);
    db.execute("CREATE TABLE u (a int)");
    Engine engine = Engine.on(db).file(1, "one", "CREATE INDEX CONCURRENTLY i ON t (a);");
    attempted(db, engine);
    db.execute("DROP INDEX i; CREATE INDEX i ON u (a)");
    assertThat(failure(engine.run()).sqlState()).isEqualTo("42P07");
    assertThat(engine.exists("i")).isTrue();
    assertThat(engine.tracking()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aLongNameIsFoundAsTheServerCutsIt(int major) throws Exception {
    Db db = database(major);
    String name = "Ä" + "x".repeat(70);
    db.execute("CREATE INDEX " + name + " ON t (a)");
    PostgresServer.shared(major)
        .admin()
        .connectTo(db.name())
        .execute("UPDATE pg_index SET indisvalid = false WHERE indrelid = 't'::regclass");
    assertApplied(
        Engine.on(db)
            .file(1, "one", "CREATE INDEX CONCURRENTLY IF NOT EXISTS " + name + " ON t (a);")
            .run(),
        1);
    assertThat(invalid(db)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aPartitionThatAKilledStatementDetachedByHalfIsDetached(int major) throws Exception {
    Db db = database(major);
    db.execute(
        "CREATE TABLE p (a int) PARTITION BY LIST (a); CREATE TABLE p1 PARTITION OF p FOR VALUES IN"
            + " (1); INSERT INTO p VALUES (1)");
    String detach = "ALTER TABLE p DETACH PARTITION public.p1 CONCURRENTLY;";
    Engine engine = Engine.on(db).file(1, "one", detach + "\nINSERT INTO p1 VALUES (1);");
    try (ExecutorService pool = Executors.newFixedThreadPool(1);
        Connection reader = db.connect()) {
      reader.setAutoCommit(false);
      reader.createStatement().execute("SELECT * FROM p");
      Future<Outcome> run = pool.submit(() -> engine.run());
      await()
          .atMost(SOON)
          .until(() -> db.strings("SELECT 1 FROM pg_inherits WHERE inhdetachpending").size() == 1);
      kill(major, db, "ALTER TABLE p DETACH");
      reader.rollback();
      assertApplied(run.get(), 1);
    }
    assertThat(db.strings("SELECT count(*) FROM pg_inherits")).containsExactly("0");
    assertThat(db.strings("SELECT a FROM p1")).containsExactly("1", "1");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void onlyTheServerKnowsAndTheMarkHelps(int major) {
    Db db = database(major);
    db.execute(
        "CREATE TABLE p (a int) PARTITION BY RANGE (a); CREATE TABLE p1 PARTITION OF p FOR VALUES"
            + " FROM (0) TO (10); CREATE INDEX ON p (a); CREATE PROCEDURE twice() LANGUAGE plpgsql"
            + " AS $$ BEGIN INSERT INTO p VALUES (1); COMMIT; INSERT INTO p VALUES (2); END $$");
    String text = "REINDEX TABLE p;\nCALL twice();\n";
    Failure failure = failure(Engine.on(db).file(1, "one", text).run());
    assertThat(failure.sqlState()).isEqualTo("25001");
    assertThat(failure.text()).contains("-- migrate: transaction=false");
    Engine marked = Engine.on(db).file(1, "one", "-- migrate: transaction=false\n" + text);
    assertApplied(marked.run(), 1);
    assertThat(db.strings("SELECT count(*) FROM p")).containsExactly("2");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whatTheFileLeavesInTheSessionDoesNotReachTheNext(int major) {
    Db db = database(major);
    db.execute("CREATE SCHEMA app");
    Engine engine =
        Engine.on(db)
            .file(
                1,
                "one",
                "VACUUM t; SET search_path = app; SET TimeZone = 'Asia/Tokyo'; PREPARE x AS SELECT"
                    + " 1; CREATE TEMP TABLE left_over (x int); LISTEN me;")
            .file(
                2,
                "two",
                "CREATE TABLE seen AS SELECT current_setting('search_path') p,"
                    + " current_setting('TimeZone') z, to_regclass('left_over') l,"
                    + " current_setting('default_transaction_read_only') r,"
                    + " current_setting('lock_timeout') k,"
                    + " (SELECT count(*) FROM pg_prepared_statements) s,"
                    + " (SELECT count(*) FROM pg_listening_channels()) c");
    assertApplied(engine.run(), 2);
    assertThat(db.strings("SELECT * FROM public.seen"))
        .containsExactly("\"$user\", public|UTC|null|on|3s|0|0");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void theRecordIsOursWhateverRoleTheFileTookOn(int major) {
    Db db = database(major);
    String role = db.name() + "_powerless";
    PostgresServer.shared(major)
        .admin()
        .execute("CREATE ROLE %1$s; GRANT %1$s TO \"%2$s\"".formatted(role, db.user()));
    Engine engine =
        Engine.on(db).file(1, "one", "VACUUM t; SET ROLE " + role + "; SELECT 1; SELECT 2;");
    assertApplied(engine.run(), 1);
    assertThat(engine.ledger("progress")).hasSize(5);
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void waitingForALockIsRetriedFromTheStatementThatWaited(int major) throws Exception {
    Db db = database(major);
    Engine engine =
        Engine.on(db)
            .lockTimeout(Duration.ofMillis(50))
            .file(1, "one", "INSERT INTO t VALUES (7, 'once'); VACUUM t; ALTER TABLE t ADD c int;");
    try (Connection reader = db.connect()) {
      reader.setAutoCommit(false);
      reader.createStatement().execute("SELECT * FROM t LIMIT 1");
      Failure failure = failure(engine.run());
      assertThat(failure.reason()).isEqualTo(Reason.LOCK_TIMEOUT);
      reader.rollback();
    }
    assertApplied(engine.run(), 1);
    assertThat(db.strings("SELECT count(*) FROM t WHERE b = 'once'")).containsExactly("1");
  }
}
