package io.schemamigration.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Reason;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.PostgresServer;
import java.sql.Connection;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a DBA, a file or an application does to the sessions that files run in. */
class DatabaseSettingsIT {
  private static final String MAJORS = "io.schemamigration.testing.PostgresMajors#all";
  private static final Duration SOON = Duration.ofSeconds(30);

  private static Db superuser(int major, Db db) {
    Db admin = PostgresServer.shared(major).admin();
    return db.as(admin.user(), admin.password());
  }

  private static void assertApplied(Outcome outcome, int applied) {
    assertThat(outcome).as(outcome.text()).isInstanceOf(Outcome.Done.class);
    assertThat(((Outcome.Done) outcome).plan()).isInstanceOf(Plan.UpToDate.class);
    assertThat(((Outcome.Done) outcome).applied()).isEqualTo(applied);
  }

  private static Failure failure(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Failed.class);
    return ((Outcome.Failed) outcome).failure();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whatADbaHasSetForOthersDoesNotEndAFile(int major) {
    List<String> settings =
        new ArrayList<>(
            List.of(
                "statement_timeout = '100ms'",
                "lock_timeout = '1ms'",
                "idle_in_transaction_session_timeout = '1ms'",
                "idle_session_timeout = '1ms'",
                "standard_conforming_strings = off",
                "default_transaction_isolation = 'serializable'",
                "search_path = nowhere",
                "client_encoding = 'LATIN1'",
                "DateStyle = 'German'",
                "row_security = off"));
    if (major >= 17) {
      settings.add("transaction_timeout = '100ms'");
    }
    Db admin = PostgresServer.shared(major).admin();
    for (String setting : settings) {
      Db db = PostgresServer.shared(major).createDatabase("settings");
      db.execute(
          "CREATE PROCEDURE public.slowly() LANGUAGE plpgsql AS $$BEGIN COMMIT; PERFORM"
              + " pg_sleep(0.2); END$$");
      admin.execute("ALTER ROLE %s SET %s".formatted(db.user(), setting));
      admin.execute("ALTER DATABASE %s SET %s".formatted(db.name(), setting));
      Engine engine =
          Engine.on(db)
              .file(1, "one", "CREATE TABLE public.t AS SELECT 'ü\\'::text AS a")
              .file(2, "two", "SELECT pg_sleep(0.2)")
              .file(3, "three", "VACUUM public.t; SELECT pg_sleep(0.2)")
              .file(4, "four", "-- migrate: transaction=false\nCALL public.slowly()");
      assertApplied(engine.run(), 4);
      admin.execute("ALTER ROLE %s RESET ALL".formatted(db.user()));
      admin.execute("ALTER DATABASE %s RESET ALL".formatted(db.name()));
      assertThat(db.strings("SELECT a FROM public.t")).as(setting).containsExactly("ü\\");
    }
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whatAFilePutsInFrontOfTheCatalogueDoesNotDeceiveUs(int major) {
    Db db = PostgresServer.shared(major).createDatabase("shadows");
    String never =
        "CREATE FUNCTION public.never(%1$s, %1$s) RETURNS bool LANGUAGE sql AS 'SELECT false';"
            + "CREATE OPERATOR public.= (LEFTARG = %1$s, RIGHTARG = %1$s, FUNCTION ="
            + " public.never);";
    StringBuilder shadows = new StringBuilder();
    for (String type : List.of("text", "int", "bigint", "oid", "name")) {
      shadows.append(never.formatted(type));
    }
    shadows.append(
        """
        CREATE FUNCTION public.pg_backend_pid() RETURNS int LANGUAGE sql AS 'SELECT 1';
        CREATE FUNCTION public.current_setting(text) RETURNS text LANGUAGE sql AS 'SELECT ''x''';
        CREATE FUNCTION public.pg_try_advisory_lock(bigint) RETURNS bool LANGUAGE sql
          AS 'SELECT false';
        CREATE FUNCTION public.clock_timestamp() RETURNS timestamptz LANGUAGE sql
          AS 'SELECT NULL::timestamptz';
        CREATE FUNCTION public.to_regclass(text) RETURNS regclass LANGUAGE sql
          AS 'SELECT NULL::regclass';
        CREATE TABLE public.pg_class (x int);
        CREATE TABLE public.pg_locks (x int);
        CREATE TEMP TABLE pg_database (x int);
        CREATE TEMP TABLE drizzle_migrations (x int);
        CREATE TEMP TABLE drizzle_migrations_ledger (x int);
        CREATE DOMAIN public.jsonb AS text CHECK (false);
        SET search_path = public, pg_temp, pg_catalog;
        """);
    Engine engine =
        Engine.on(db)
            .file(1, "one", shadows.toString())
            .file(2, "two", "SELECT 1; VACUUM public.pg_class");
    assertApplied(engine.run(), 2);
    // From now on for every session.
    db.execute("ALTER DATABASE " + db.name() + " SET search_path = public, pg_catalog");
    assertApplied(engine.run(), 0);
    assertApplied(engine.file(3, "three", "SELECT 1; VACUUM public.pg_class").run(), 1);
    db.execute("ALTER DATABASE " + db.name() + " RESET search_path");
    assertThat(engine.tracking()).containsExactly("one", "two", "three");
    assertThat(engine.ledger("applied")).containsExactly("one", "two", "three");
  }

  private static Db encoded(int major, String encoding) {
    PostgresServer server = PostgresServer.shared(major);
    Db db = server.createDatabase("encoded");
    server.admin().execute("DROP DATABASE " + db.name());
    server
        .admin()
        .execute(
            "CREATE DATABASE %s OWNER %s TEMPLATE template0 ENCODING '%s' LOCALE 'C'"
                .formatted(db.name(), db.user(), encoding));
    return db;
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void theLineOfAnErrorIsRightInEveryEncoding(int major) {
    String umlauts = "-- " + "ü".repeat(50) + "\nSELECT 1;\n";
    for (String encoding : List.of("UTF8", "LATIN1", "SQL_ASCII")) {
      Db db = encoded(major, encoding);
      for (String wrong : List.of("SELEC 1", "SELECT x")) {
        String text = umlauts + wrong + ";\n" + "SELECT 2;\n".repeat(30);
        Failure failure = failure(Engine.on(db).file(1, "one", text).run());
        assertThat(failure.line()).as(encoding + " " + failure.text()).isEqualTo(3);
        assertThat(failure.statement()).as(encoding + " " + failure.text()).isEqualTo(2);
      }
      Engine right = Engine.on(db).file(1, "one", umlauts + "CREATE TABLE t AS SELECT 'ü'::text a");
      assertApplied(right.run(), 1);
      assertThat(db.strings("SELECT a FROM t")).as(encoding).containsExactly("ü");
    }
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aCharacterThatTheDatabaseCannotHoldIsToldOf(int major) {
    Engine engine = Engine.on(encoded(major, "LATIN1")).file(1, "one", "SELECT 1; -- 😀");
    Failure failure = failure(engine.run());
    assertThat(failure.sqlState()).isEqualTo("22P05");
    assertThat(failure.text()).contains("the database's encoding lacks a character of the file");
    assertThat(engine.tracking()).isEmpty();
  }

  /** What a sequence counts is not rolled back: it tells one attempt from the next. */
  @ParameterizedTest
  @MethodSource(MAJORS)
  void aVictimIsTriedAgainAndKeepsNothingOfEarlierAttempts(int major) {
    for (String state : List.of("40001", "40P01", "55P03")) {
      for (int failing : List.of(2, 1_000)) {
        Db db = PostgresServer.shared(major).createDatabase("victim");
        db.execute("CREATE SEQUENCE attempts; CREATE TABLE probe (n int)");
        String text =
            "INSERT INTO probe VALUES (1);\nDO $$BEGIN IF nextval('attempts') <= %d THEN RAISE"
                + " USING ERRCODE = '%s'; END IF; END$$;";
        Engine engine = Engine.on(db).file(1, "one", text.formatted(failing, state));
        Outcome outcome = engine.run();
        if (failing == 2) {
          assertApplied(outcome, 1);
          assertThat(db.strings("SELECT n FROM probe")).containsExactly("1");
          assertThat(engine.ledger("content")).containsExactly("one");
          continue;
        }
        assertThat(failure(outcome).reason()).isEqualTo(Reason.LOCK_TIMEOUT);
        assertThat(failure(outcome).transientFault()).isTrue();
        assertThat(failure(outcome).line()).isEqualTo(2);
        assertThat(engine.tracking()).isEmpty();
        assertThat(db.strings("SELECT n FROM probe")).isEmpty();
      }
    }
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aDeadlockWithAnApplicationIsLostAndThenTheFileApplies(int major) throws Exception {
    Db db = PostgresServer.shared(major).createDatabase("deadlock");
    db.execute("CREATE TABLE a (x int); CREATE TABLE b (x int)");
    Engine engine =
        Engine.on(db)
            .lockTimeout(Duration.ofSeconds(20))
            .file(1, "one", "ALTER TABLE a ADD y int;\nALTER TABLE b ADD y int;");
    try (Connection application = superuser(major, db).connect();
        ExecutorService pool = Executors.newFixedThreadPool(2)) {
      // The one that looks for deadlocks first is the victim: never the application. Who waits
      // looks
      // once, and by then there must be one.
      superuser(major, db).execute("ALTER DATABASE " + db.name() + " SET deadlock_timeout = '4s'");
      application.createStatement().execute("SET deadlock_timeout = '1min'");
      application.setAutoCommit(false);
      application.createStatement().execute("INSERT INTO b VALUES (1)");
      Future<Outcome> run = pool.submit(() -> engine.run());
      await().atMost(SOON).until(() -> waitsForTable(db) == 1);
      application.createStatement().execute("INSERT INTO a VALUES (1)");
      application.commit();
      assertApplied(run.get(), 1);
    }
    await().atMost(SOON).until(() -> deadlocks(db) == 1);
    assertThat(db.strings("SELECT x, y FROM a UNION ALL SELECT x, y FROM b"))
        .containsExactly("1|null", "1|null");
    assertThat(engine.ledger("applied")).containsExactly("one");
  }

  private static int waitsForTable(Db db) {
    String waiting =
        "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'relation' AND datname ="
            + " current_database()";
    return db.strings(waiting).size();
  }

  private static long deadlocks(Db db) {
    String count = "SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()";
    return Long.parseLong(db.strings(count).getFirst());
  }
}
