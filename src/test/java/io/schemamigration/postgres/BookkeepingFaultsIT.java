package io.schemamigration.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Reason;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.PostgresServer;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Tracking table and ledger as others leave them: carried on, or refused with what to correct. */
class BookkeepingFaultsIT {
  private static final String MAJORS = "io.schemamigration.testing.PostgresMajors#all";
  private static final Duration SOON = Duration.ofSeconds(30);
  private static final String TABLE =
      "CREATE TABLE drizzle_migrations(id SERIAL PRIMARY KEY, hash TEXT NOT NULL UNIQUE, created_at"
          + " TIMESTAMP NOT NULL DEFAULT NOW());";
  private static final String SWALLOW =
      "CREATE FUNCTION swallow() RETURNS trigger LANGUAGE plpgsql AS 'BEGIN RETURN NULL; END';"
          + "CREATE TRIGGER swallow BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION swallow();";
  private static final String ROW_SECURITY = "ALTER TABLE %1$s ENABLE ROW LEVEL SECURITY;";
  private static final String FORCED = ROW_SECURITY + "ALTER TABLE %1$s FORCE ROW LEVEL SECURITY;";

  private static Db database(int major) {
    return PostgresServer.shared(major).createDatabase("books");
  }

  private static Db superuser(int major, Db db) {
    Db admin = PostgresServer.shared(major).admin();
    return db.as(admin.user(), admin.password());
  }

  private static void assertApplied(Outcome outcome, int applied) {
    assertThat(outcome).isInstanceOf(Outcome.Done.class);
    assertThat(((Outcome.Done) outcome).plan()).isInstanceOf(Plan.UpToDate.class);
    assertThat(((Outcome.Done) outcome).applied()).isEqualTo(applied);
  }

  /** By a look and by a run in the same words, and nothing of the file is there. */
  private static void assertRefused(String how, Engine engine, Reason reason, String part) {
    Outcome outcome = engine.run();
    assertThat(outcome).as(how).isInstanceOf(Outcome.Unavailable.class);
    Outcome.Unavailable refused = (Outcome.Unavailable) outcome;
    assertThat(refused.reason()).as(how + ": " + refused.message()).isEqualTo(reason);
    assertThat(refused.message()).as(how).contains(part);
    assertThat(refused.sent()).as(how).isFalse();
    assertThatThrownBy(engine::look).as(how).hasMessage(refused.message());
    assertThat(engine.exists("t")).as(how).isFalse();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aTrackingTableThatMayLoseARecordIsRefused(int major) {
    record Case(String ddl, Reason reason, String part) {}
    List<Case> cases =
        List.of(
            new Case(TABLE.replace("TABLE", "UNLOGGED TABLE"), Reason.INVALID_SPEC, "is unlogged"),
            new Case(
                "CREATE MATERIALIZED VIEW drizzle_migrations AS SELECT 1 AS id, 'x'::text AS hash,"
                    + " now()::timestamp AS created_at",
                Reason.INVALID_SPEC,
                "is no table"),
            new Case(
                "CREATE TABLE drizzle_migrations (id serial, hash text UNIQUE, created_at timestamp"
                    + " DEFAULT now()) PARTITION BY HASH (hash); CREATE TABLE part PARTITION OF"
                    + " drizzle_migrations FOR VALUES WITH (MODULUS 1, REMAINDER 0)",
                Reason.INVALID_SPEC,
                "is partitioned"),
            new Case("CREATE SEQUENCE drizzle_migrations", Reason.INVALID_SPEC, "42809"),
            new Case(TABLE + SWALLOW.formatted(Engine.TABLE), Reason.INVALID_SPEC, "has triggers"),
            new Case(
                TABLE + "CREATE RULE r AS ON INSERT TO drizzle_migrations DO INSTEAD NOTHING",
                Reason.INVALID_SPEC,
                "has rules"),
            new Case(
                TABLE.replace("TEXT NOT NULL UNIQUE", "TEXT NOT NULL")
                    + "CREATE UNIQUE INDEX ON drizzle_migrations(hash) WHERE id > 5;"
                    + "CREATE UNIQUE INDEX ON drizzle_migrations(hash, id)",
                Reason.INVALID_SPEC,
                "has no UNIQUE(hash)"),
            new Case(
                TABLE + FORCED.formatted(Engine.TABLE), Reason.PERMISSION_DENIED, "row security"),
            new Case(
                TABLE + "REVOKE SELECT ON drizzle_migrations FROM CURRENT_USER",
                Reason.PERMISSION_DENIED,
                "GRANT"),
            new Case(
                TABLE + "CREATE TABLE drizzle_migrations_ledger (a int)",
                Reason.INVALID_SPEC,
                "ledger"));
    for (Case c : cases) {
      Db db = database(major);
      db.execute(c.ddl());
      Engine engine = Engine.on(db).file(1, "one", "CREATE TABLE t (a int)");
      assertRefused(c.ddl(), engine, c.reason(), c.part());
    }
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aTrackingTableOfAnotherShapeThatKeepsItsRecordsIsCarriedOn(int major) {
    for (String ddl :
        List.of(
            TABLE + ROW_SECURITY.formatted(Engine.TABLE),
            TABLE.replace("TEXT", "varchar(64)"),
            TABLE.replace("TEXT", "char(64)"),
            TABLE.replace("SERIAL", "bigint GENERATED ALWAYS AS IDENTITY"),
            TABLE.replace("TIMESTAMP", "timestamptz"))) {
      Db db = database(major);
      db.execute(ddl);
      Engine engine =
          Engine.on(db).file(1, "one", "CREATE TABLE t (a int)").file(2, "two", "SELECT 1");
      assertApplied(engine.run(), 2);
      assertApplied(engine.run(), 0);
      assertThat(engine.ledger("applied")).as(ddl).containsExactly("one", "two");
    }
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aTrackingTableThatDoesNotTakeTheRecordIsToBlame(int major) {
    for (String ddl :
        List.of(
            TABLE.replace(" DEFAULT NOW()", ""),
            TABLE.replace("SERIAL", "int"),
            TABLE.replace("SERIAL", "uuid DEFAULT gen_random_uuid()"),
            TABLE.replace("TEXT", "varchar(2)"),
            TABLE + "ALTER TABLE drizzle_migrations ADD CHECK (length(hash) > 5)")) {
      Db db = database(major);
      db.execute(ddl);
      Engine engine = Engine.on(db).file(1, "one", "CREATE TABLE t (a int)");
      Outcome outcome = engine.run();
      assertThat(outcome).as(ddl).isInstanceOf(Outcome.Failed.class);
      assertThat(outcome.text()).as(ddl).contains("give the tracking table the columns");
      assertThat(engine.exists("t")).as(ddl).isFalse();
      assertThat(engine.tracking()).as(ddl).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void namesThatMustBeQuotedAre(int major) {
    Db db = database(major);
    db.execute("CREATE SCHEMA \"My \"\"Schema.\"");
    Engine engine = Engine.on(db).file(1, "one", "SELECT 1").file(2, "two", "VACUUM");
    Target known = engine.target();
    Tables tables = new Tables("My \"Schema.", "My 'Table\" $1");
    Target target =
        new Target(
            known.endpoint(), tables, known.timeouts(), known.application(), known.defaults());
    assertApplied(
        new Runner(target, engine.author(), engine.planning(), new RunControl()).run(), 2);
    assertApplied(
        new Runner(target, engine.author(), engine.planning(), new RunControl()).run(), 0);
    assertThat(db.strings("SELECT hash FROM " + tables.tracking() + " ORDER BY id"))
        .containsExactly("one", "two");
    assertThat(engine.exists(Engine.TABLE)).isFalse();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aLedgerThatWasLostOrThinnedOutIsWrittenOn(int major) {
    for (String edit :
        List.of(
            "DROP TABLE %s",
            "TRUNCATE %s",
            "DELETE FROM %s WHERE event = 'owner'",
            "DELETE FROM %s WHERE event = 'applied'",
            "DELETE FROM %s WHERE event = 'content'",
            "UPDATE %s SET detail = NULL",
            "UPDATE %s SET detail = '[1]'",
            "UPDATE %s SET event = 'nonsense' WHERE event = 'applied'")) {
      Db db = database(major);
      Engine engine = Engine.on(db).file(1, "one", "CREATE TABLE once (a int)");
      assertApplied(engine.run(), 1);
      db.execute(edit.formatted(Engine.LEDGER));
      assertApplied(engine.file(2, "two", "CREATE TABLE t (a int)").run(), 1);
      assertThat(engine.tracking()).as(edit).containsExactly("one", "two");
      assertThat(engine.ledger("applied")).as(edit).contains("two");
      assertApplied(engine.run(), 0);
    }
  }

  private static final String SWALLOWING =
      "CREATE FUNCTION nothing() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RETURN NULL; END $$;"
          + " CREATE TRIGGER t BEFORE INSERT ON %s FOR EACH ROW EXECUTE FUNCTION nothing()";

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aLedgerThatDoesNotAddUpIsRefused(int major) {
    record Case(String edit, Reason reason, String part) {}
    String owner = "UPDATE %s SET detail = detail || '{\"ledger\": \"x\"}' WHERE event = 'owner'";
    for (Case c :
        List.of(
            new Case("UPDATE %s SET format = 2", Reason.UNSUPPORTED_SERVER, "newer operator"),
            new Case(owner, Reason.INVALID_SPEC, "correct its detail"),
            new Case("ALTER TABLE %s DROP detail", Reason.INVALID_SPEC, "ledger"),
            new Case(SWALLOWING, Reason.INVALID_SPEC, "_ledger has a BEFORE trigger"),
            new Case("ALTER TABLE %s SET UNLOGGED", Reason.INVALID_SPEC, "_ledger is unlogged"),
            new Case(FORCED, Reason.PERMISSION_DENIED, "row security"))) {
      Db db = database(major);
      Engine engine = Engine.on(db).file(1, "one", "SELECT 1");
      assertApplied(engine.run(), 1);
      db.execute(c.edit().formatted(Engine.LEDGER));
      engine.file(2, "two", "CREATE TABLE t (a int)");
      assertRefused(c.edit(), engine, c.reason(), c.part());
      assertThat(engine.tracking()).containsExactly("one");
    }
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whoeverRecordsAHashFirstHasRunItsFile(int major) throws Exception {
    for (boolean commits : List.of(true, false)) {
      Db db = database(major);
      Engine engine = Engine.on(db).file(1, "one", "CREATE TABLE probe (n int)");
      assertApplied(engine.run(), 1);
      engine
          .file(2, "two", "INSERT INTO probe VALUES (2)")
          .file(3, "three", "INSERT INTO probe VALUES (3)");
      try (Connection tool = db.connect();
          ExecutorService pool = Executors.newFixedThreadPool(1)) {
        tool.setAutoCommit(false);
        tool.createStatement().execute("INSERT INTO drizzle_migrations(hash) VALUES ('two')");
        Future<Outcome> run = pool.submit(() -> engine.run());
        await().atMost(SOON).until(() -> waits(db));
        if (commits) {
          tool.commit();
        } else {
          tool.rollback();
        }
        assertApplied(run.get(), commits ? 1 : 2);
      }
      assertThat(engine.tracking()).containsExactly("one", "two", "three");
      assertThat(engine.ledger("adopted")).isEqualTo(commits ? List.of("two") : List.of());
      assertThat(db.strings("SELECT n FROM probe ORDER BY n"))
          .isEqualTo(commits ? List.of("3") : List.of("2", "3"));
    }
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aRecordThatSomebodyDoesNotCommitIsWaitedForOnlySoLong(int major) throws Exception {
    Db db = database(major);
    Engine engine = Engine.on(db).file(1, "one", "SELECT 1").lockTimeout(Duration.ofMillis(50));
    assertApplied(engine.run(), 1);
    engine.file(2, "two", "CREATE TABLE t (a int)");
    try (Connection tool = db.connect()) {
      tool.setAutoCommit(false);
      tool.createStatement().execute("INSERT INTO drizzle_migrations(hash) VALUES ('two')");
      Outcome outcome = engine.run();
      assertThat(outcome).isInstanceOf(Outcome.Failed.class);
      Failure failure = ((Outcome.Failed) outcome).failure();
      assertThat(failure.reason()).isEqualTo(Reason.LOCK_TIMEOUT);
      assertThat(failure.transientFault()).isTrue();
      assertThat(failure.statement()).as("of the file").isZero();
      assertThat(engine.exists("t")).isFalse();
      tool.rollback();
    }
    assertApplied(engine.run(), 1);
  }

  private static boolean waits(Db db) {
    String waiting =
        "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'transactionid' AND datname ="
            + " current_database()";
    return db.strings(waiting).size() == 1;
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void anEventTriggerWatchesOrForbidsAndItsWordsAreTold(int major) {
    record Case(String body, boolean forbids) {}
    for (Case c :
        List.of(
            new Case("INSERT INTO public.audit VALUES (tg_tag);", false),
            new Case("RAISE EXCEPTION ''no DDL today'';", true))) {
      Db db = database(major);
      Db superuser = superuser(major, db);
      superuser.execute(
          ("CREATE TABLE public.audit (tag text); GRANT INSERT ON public.audit TO PUBLIC;"
                  + "CREATE FUNCTION audit() RETURNS event_trigger LANGUAGE plpgsql AS 'BEGIN %s"
                  + " END'; CREATE EVENT TRIGGER audit ON ddl_command_end EXECUTE FUNCTION audit()")
              .formatted(c.body()));
      Engine engine = Engine.on(db).file(1, "one", "CREATE TABLE t (a int)");
      if (c.forbids()) {
        Outcome outcome = engine.run();
        assertThat(outcome).isInstanceOf(Outcome.Unavailable.class);
        assertThat(outcome.text()).contains("no DDL today").contains("P0001");
        assertThat(engine.exists(Engine.TABLE)).isFalse();
        superuser.execute("DROP EVENT TRIGGER audit");
      }
      assertApplied(engine.run(), 1);
      assertThat(superuser.strings("SELECT count(*) FROM public.audit"))
          .containsExactly(c.forbids() ? "0" : "4");
    }
  }
}
