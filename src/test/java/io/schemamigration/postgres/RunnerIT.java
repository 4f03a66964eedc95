package io.schemamigration.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Reason;
import io.schemamigration.plan.Script;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a run does on a real server. */
class RunnerIT {
  private static final String MAJORS = "io.schemamigration.testing.PostgresMajors#all";

  /** Everything pg_catalog says of a table, names of the serial's sequence included. */
  private static final String DEFINITION =
      """
      SELECT a.attname, format_type(a.atttypid, a.atttypmod), a.attnotnull,
             pg_get_expr(d.adbin, d.adrelid), a.attidentity, a.attgenerated
      FROM pg_attribute a LEFT JOIN pg_attrdef d ON d.adrelid = a.attrelid AND d.adnum = a.attnum
      WHERE a.attrelid = '%1$s'::regclass AND a.attnum > 0 ORDER BY a.attnum
      """;

  private static final String CONSTRAINTS =
      """
      SELECT conname, contype, pg_get_constraintdef(oid) FROM pg_constraint
      WHERE conrelid = '%1$s'::regclass AND contype <> 'n' ORDER BY conname
      """;

  private static final String INDEXES =
      "SELECT pg_get_indexdef(indexrelid) FROM pg_index WHERE indrelid = '%1$s'::regclass"
          + " ORDER BY 1";

  /** The definition as the convention has it. */
  private static final String CONVENTION =
      "CREATE TABLE drizzle_migrations(id SERIAL PRIMARY KEY, hash TEXT NOT NULL UNIQUE,"
          + " created_at TIMESTAMP NOT NULL DEFAULT NOW())";

  private static List<List<String>> definition(Db db) {
    return List.of(
        db.strings(DEFINITION.formatted(Engine.TABLE)),
        db.strings(CONSTRAINTS.formatted(Engine.TABLE)),
        db.strings(INDEXES.formatted(Engine.TABLE)));
  }

  private static Failure failure(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Failed.class);
    return ((Outcome.Failed) outcome).failure();
  }

  private static void assertUpToDate(Outcome outcome, int applied) {
    assertThat(outcome).isInstanceOf(Outcome.Done.class);
    Outcome.Done done = (Outcome.Done) outcome;
    assertThat(done.plan()).isInstanceOf(Plan.UpToDate.class);
    assertThat(done.applied()).isEqualTo(applied);
  }

  private static void assertUnavailable(Outcome outcome, Reason reason) {
    assertThat(outcome).isInstanceOf(Outcome.Unavailable.class);
    assertThat(((Outcome.Unavailable) outcome).reason()).isEqualTo(reason);
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void firstRunCreatesTheTableOfTheConventionAndAppliesInOrder(int major) {
    Db reference = PostgresServer.shared(major).createDatabase("reference");
    reference.execute(CONVENTION);
    Db db = PostgresServer.shared(major).createDatabase("first");
    Engine engine =
        Engine.on(db)
            .file(10, "ten", "INSERT INTO t VALUES (2, 'ü')")
            .file(2, "two", "CREATE TABLE t (a int, b text);\nINSERT INTO t VALUES (1, 'x');\n");
    assertUpToDate(engine.run(), 2);
    assertThat(definition(db)).isEqualTo(definition(reference));
    assertThat(engine.tracking()).containsExactly("two", "ten");
    assertThat(engine.ledger("content")).containsExactly("two", "ten");
    assertThat(engine.ledger("applied")).containsExactly("two", "ten");
    assertThat(db.strings("SELECT a, b FROM t ORDER BY a")).containsExactly("1|x", "2|ü");
    String rows =
        "SELECT l.file, l.sequence, l.up_text, l.undo_text, l.resource, l.version FROM "
            + Engine.LEDGER
            + " l JOIN drizzle_migrations m ON m.id = l.tracking_id AND m.hash = l.hash"
            + " WHERE event = 'content' ORDER BY l.id";
    assertThat(db.strings(rows))
        .containsExactly(
            "pg_2_two.sql|2|CREATE TABLE t (a int, b text);\nINSERT INTO t VALUES (1, 'x');\n"
                + "|null|shop/orders|0.1.0",
            "pg_10_ten.sql|10|INSERT INTO t VALUES (2, 'ü')|null|shop/orders|0.1.0");
    assertThat(
            db.strings(
                "SELECT milliseconds >= 0 AND run_id IS NOT NULL FROM "
                    + Engine.LEDGER
                    + " WHERE event = 'applied'"))
        .containsExactly("t", "t");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void nothingToDoIsUpToDate(int major) {
    Db db = PostgresServer.shared(major).createDatabase("again");
    Engine engine = Engine.on(db).file(1, "one", "CREATE TABLE t (a int)");
    assertUpToDate(engine.run(), 1);
    String all = "SELECT * FROM " + Engine.LEDGER + " ORDER BY id";
    List<String> before = db.strings(all);
    assertUpToDate(engine.run(), 0);
    assertThat(db.strings(all)).isEqualTo(before);
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void anExistingTableIsCarriedOnUntouched(int major) {
    Db db = PostgresServer.shared(major).createDatabase("legacy");
    db.execute(
        CONVENTION
            + ";INSERT INTO drizzle_migrations(hash, created_at) VALUES ('one', '2020-01-01')");
    List<List<String>> definition = definition(db);
    String row = "SELECT id, hash, created_at FROM drizzle_migrations WHERE hash = 'one'";
    List<String> before = db.strings(row);
    Engine engine =
        Engine.on(db).file(1, "one", "SELECT 1/0").file(2, "two", "CREATE TABLE t (a int)");
    assertUpToDate(engine.run(), 1);
    assertThat(db.strings(row)).isEqualTo(before);
    assertThat(definition(db)).isEqualTo(definition);
    assertThat(engine.ledger("adopted")).containsExactly("one");
    assertThat(engine.ledger("applied")).containsExactly("two");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void failuresNameTheLineAndKeepNothing(int major) {
    Db db = PostgresServer.shared(major).createDatabase("lines");
    db.execute("CREATE TABLE u (mail text UNIQUE); INSERT INTO u VALUES ('alice@example.com')");
    record Case(String text, int line, int statement, String state) {}
    List<Case> cases =
        List.of(
            new Case("CREATE TABLE t (a int);\n\nSELEC 1;\n", 3, 2, "42601"),
            new Case("CREATE TABLE t (a int);\nSELECT 1;\nSELECT x FROM t;\n", 3, 3, "42703"),
            new Case("CREATE TABLE t (a int);\r\nSELECT 1;\r\nSELECT x FROM t;\r\n", 3, 3, "42703"),
            new Case("-- äöü 😀😀\nSELECT 'ß😀', x;\n", 2, 1, "42703"),
            new Case("CREATE TABLE t (a int);\nSELECT 1 / 0;\n", 2, 2, "22012"),
            new Case("ALTER ROLE CURRENT_USER IN DATABASE no RESET ALL;\n", 1, 1, "3D000"),
            new Case(
                "CREATE TABLE t (a int);\n\n\nINSERT INTO u VALUES ('alice@example.com');\n",
                4,
                2,
                "23505"),
            new Case("SELECT\n'alice@example.com'::int;\n", 2, 1, "22P02"));
    for (Case c : cases) {
      Engine engine = Engine.on(db).file(1, "one", c.text());
      Failure failure = failure(engine.run());
      assertThat(failure.sqlState()).as(c.text()).isEqualTo(c.state());
      assertThat(failure.line()).as(c.text()).isEqualTo(c.line());
      assertThat(failure.statement()).as(c.text()).isEqualTo(c.statement());
      assertThat(failure.transientFault()).isFalse();
      assertThat(failure.text()).doesNotContain("alice").contains("pg_1_one.sql:" + c.line());
      assertThat(engine.tracking()).isEmpty();
      assertThat(engine.ledger("content")).isEmpty();
      assertThat(engine.exists("t")).isFalse();
    }
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aLargeFileGoesInChunksAndFailsAsAWhole(int major) {
    Db db = PostgresServer.shared(major).createDatabase("large");
    StringBuilder text = new StringBuilder("CREATE TABLE t (a int, b text);\n");
    for (int i = 0; i < 8_000; i++) {
      text.append("INSERT INTO t VALUES (")
          .append(i)
          .append(", '")
          .append("x".repeat(60))
          .append("');\n");
    }
    Engine broken = Engine.on(db).file(1, "one", text + "SELECT nothing;\n");
    Failure failure = failure(broken.run());
    assertThat(failure.line()).isEqualTo(8_002);
    assertThat(failure.statement()).isEqualTo(8_002);
    assertThat(broken.exists("t")).isFalse();
    Engine good = Engine.on(db).file(1, "one", text.toString());
    assertUpToDate(good.run(), 1);
    assertThat(db.strings("SELECT count(*) FROM t")).containsExactly("8000");
    assertThat(
            db.strings("SELECT length(up_text) FROM " + Engine.LEDGER + " WHERE event = 'content'"))
        .containsExactly("" + text.length());
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whatCannotBeWorkedOnHasAReason(int major) {
    PostgresServer server = PostgresServer.shared(major);
    Db db = server.createDatabase("reasons");
    Engine engine = Engine.on(db).file(1, "one", "SELECT 1");
    assertUnavailable(
        engine.through(db.as(db.user(), "wrong")).run(), Reason.AUTHENTICATION_FAILED);
    Db absent = new Db("not_there", db.user(), db.password(), db.host(), db.port());
    assertUnavailable(engine.through(absent).run(), Reason.DATABASE_NOT_FOUND);
    assertUnavailable(engine.through(db.via(1)).run(), Reason.DATABASE_UNREACHABLE);
    db.execute(
        "CREATE VIEW drizzle_migrations AS SELECT 1 AS id, 'x'::text AS hash, now()::timestamp AS"
            + " created_at");
    assertUnavailable(engine.run(), Reason.INVALID_SPEC);
    db.execute(
        "DROP VIEW drizzle_migrations; CREATE TABLE drizzle_migrations(id SERIAL PRIMARY KEY, hash"
            + " TEXT NOT NULL, created_at TIMESTAMP NOT NULL DEFAULT NOW())");
    assertUnavailable(engine.run(), Reason.INVALID_SPEC);
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aTableOfAnotherShapeIsNamed(int major) {
    for (String columns :
        List.of(
            "id SERIAL PRIMARY KEY, hash TEXT NOT NULL UNIQUE, created_at bigint",
            "id SERIAL PRIMARY KEY, hash TEXT NOT NULL UNIQUE",
            "version TEXT PRIMARY KEY")) {
      Db db = PostgresServer.shared(major).createDatabase("shape");
      db.execute("CREATE TABLE drizzle_migrations(" + columns + ")");
      assertThatThrownBy(() -> Engine.on(db).file(1, "one", "SELECT 1").look())
          .isInstanceOfSatisfying(
              DatabaseUnavailable.class,
              e -> {
                assertThat(e.reason()).isEqualTo(Reason.INVALID_SPEC);
                assertThat(e.getMessage()).contains("created_at timestamp");
              });
    }
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aHashThatARowStandsInTheWayOfIsNotTriedForEver(int major) {
    Db db = PostgresServer.shared(major).createDatabase("twin");
    db.execute(
        CONVENTION
            + ";CREATE UNIQUE INDEX no_twins ON drizzle_migrations(lower(hash));"
            + "INSERT INTO drizzle_migrations(hash) VALUES ('ONE')");
    Failure failure =
        failure(Engine.on(db).file(1, "ONE", "SELECT 1").file(2, "one", "SELECT 1").run());
    assertThat(failure.sqlState()).isEqualTo("23505");
    assertThat(failure.text()).contains("no_twins").contains("stands in the way");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aFrozenDatabaseIsLeftAlone(int major) throws Exception {
    Db db = PostgresServer.shared(major).createDatabase("frozen");
    db.execute("ALTER DATABASE " + db.name() + " SET default_transaction_read_only = on");
    Engine engine = Engine.on(db).file(1, "one", "SELECT 1");
    assertThatThrownBy(engine::look)
        .isInstanceOfSatisfying(
            DatabaseUnavailable.class,
            e -> assertThat(e.reason()).isEqualTo(Reason.DATABASE_READ_ONLY));
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aLockThatOthersHoldIsWaitedForAndThenTold(int major) throws Exception {
    Db db = PostgresServer.shared(major).createDatabase("locked");
    db.execute("CREATE TABLE t (a int)");
    Engine engine =
        Engine.on(db).lockTimeout(Duration.ofMillis(50)).file(1, "one", "ALTER TABLE t ADD b int");
    try (Connection other = db.connect()) {
      other.setAutoCommit(false);
      other.createStatement().execute("SELECT * FROM t");
      Failure failure = failure(engine.run());
      assertThat(failure.reason()).isEqualTo(Reason.LOCK_TIMEOUT);
      assertThat(failure.transientFault()).isTrue();
      assertThat(engine.tracking()).isEmpty();
      other.rollback();
    }
    assertUpToDate(engine.run(), 1);
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void twoRunnersAtOnceApplyEachFileOnce(int major) throws Exception {
    Db db = PostgresServer.shared(major).createDatabase("two");
    db.execute("CREATE TABLE probe (n int)");
    Engine engine = Engine.on(db);
    for (int i = 1; i <= 20; i++) {
      engine.file(i, "h" + i, "INSERT INTO probe VALUES (" + i + "); SELECT pg_sleep(0.01)");
    }
    try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
      List<Future<Outcome>> both =
          pool.invokeAll(List.<Callable<Outcome>>of(engine::run, engine::run));
      int applied = 0;
      for (Future<Outcome> each : both) {
        assertThat(each.get()).isInstanceOf(Outcome.Done.class);
        applied += ((Outcome.Done) each.get()).applied();
      }
      assertThat(applied).isEqualTo(20);
    }
    assertThat(db.strings("SELECT count(*), count(DISTINCT n) FROM probe"))
        .containsExactly("20|20");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aCancelledRunKeepsNothingOfItsFile(int major) {
    Db db = PostgresServer.shared(major).createDatabase("cancel");
    Engine engine =
        Engine.on(db)
            .file(1, "one", "CREATE TABLE a (x int)")
            .file(2, "two", "CREATE TABLE b (x int); SELECT pg_sleep(60)");
    RunControl control =
        new RunControl() {
          @Override
          protected void sending(Script script, int number, int total) {
            if (number == 2) {
              Thread.ofVirtual()
                  .start(
                      () -> {
                        await()
                            .until(
                                () ->
                                    db.strings(
                                                "SELECT 1 FROM pg_stat_activity WHERE wait_event ="
                                                    + " 'PgSleep' AND datname = current_database()")
                                            .size()
                                        == 1);
                        cancel();
                      });
            }
          }
        };
    assertThat(engine.run(control)).isInstanceOf(Outcome.Stopped.class);
    assertThat(engine.tracking()).containsExactly("one");
    assertThat(engine.exists("b")).isFalse();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void theLongestTableNameHasItsLedgerAndIndex(int major) {
    Db db = PostgresServer.shared(major).createDatabase("long");
    Engine engine = Engine.on(db).file(1, "one", "SELECT 1");
    Target known = engine.target();
    Tables tables = new Tables("public", "t".repeat(Tables.MAX_TABLE_BYTES));
    Target target =
        new Target(
            known.endpoint(), tables, known.timeouts(), known.application(), known.defaults());
    assertUpToDate(
        new Runner(target, engine.author(), engine.planning(), new RunControl()).run(), 1);
    assertThat(
            db.strings(
                "SELECT count(*) FROM pg_index WHERE NOT indisprimary AND indrelid = '"
                    + tables.ledgerName()
                    + "'::regclass"))
        .containsExactly("1");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aLockThatAFileLetGoOfIsTakenAgainOrWaitedFor(int major) throws Exception {
    Db db = PostgresServer.shared(major).createDatabase("unlock");
    String unlock = "DO $$ BEGIN PERFORM pg_advisory_unlock_all(); END $$; SELECT pg_sleep(%d)";
    Engine engine =
        Engine.on(db)
            .file(1, "one", unlock.formatted(3))
            .file(2, "two", unlock.formatted(0))
            .file(3, "three", "SELECT 1");
    String key = "hashtextextended('schemamigration:public." + Engine.TABLE + "', 0)";
    String isFree = "SELECT pg_try_advisory_lock(" + key + ")";
    try (Connection other = db.connect();
        ExecutorService pool = Executors.newFixedThreadPool(1)) {
      Future<Outcome> run = pool.submit(() -> engine.run());
      await().until(() -> engine.exists(Engine.LEDGER));
      await().pollInterval(Duration.ofMillis(20)).until(() -> first(other, isFree).equals("t"));
      Outcome outcome = run.get();
      assertThat(outcome).isInstanceOf(Outcome.Busy.class);
      assertThat(((Outcome.Busy) outcome).message())
          .contains(first(other, "SELECT pg_backend_pid()"));
      assertThat(engine.tracking()).containsExactly("one");
    }
    assertUpToDate(engine.run(), 2);
    assertThat(engine.ledger("applied")).containsExactly("one", "two", "three");
  }

  private static String first(Connection connection, String sql) throws SQLException {
    try (Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      rows.next();
      return rows.getString(1);
    }
  }

  /** What the engine needs where somebody else owns the tables; as documented. */
  @ParameterizedTest
  @MethodSource(MAJORS)
  void grantsAloneAreEnoughOnceTheTablesAreThere(int major) {
    Db db = PostgresServer.shared(major).createDatabase("grants");
    Engine engine = Engine.on(db).file(1, "one", "SELECT 1");
    assertUpToDate(engine.run(), 1);
    String role = db.name() + "_role";
    Db admin = PostgresServer.shared(major).admin();
    Db superuser = new Db(db.name(), admin.user(), admin.password(), db.host(), db.port());
    superuser.execute(
        "REVOKE CREATE ON SCHEMA public FROM PUBLIC; CREATE ROLE %1$s LOGIN PASSWORD 'secret';"
                .formatted(role)
            + "GRANT SELECT ON drizzle_migrations, drizzle_migrations_ledger TO "
            + role);
    Engine granted = engine.file(2, "two", "SELECT 1").through(db.as(role, "secret"));
    Outcome refused = granted.run();
    assertUnavailable(refused, Reason.PERMISSION_DENIED);
    assertThat(((Outcome.Unavailable) refused).message()).contains("GRANT").contains("42501");
    db.execute(
        ("GRANT INSERT, DELETE ON drizzle_migrations TO %1$s;"
                + "GRANT USAGE ON SEQUENCE drizzle_migrations_id_seq TO %1$s;"
                + "GRANT INSERT ON drizzle_migrations_ledger TO %1$s")
            .formatted(role));
    assertUpToDate(granted.run(), 1);
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void filesRunAsTheRoleAndInTheSearchPathWhateverTheOneBeforeDid(int major) {
    Db db = PostgresServer.shared(major).createDatabase("role");
    Db admin = PostgresServer.shared(major).admin();
    String owner = db.name() + " \\ owner";
    admin.execute("CREATE ROLE \"" + owner + "\"");
    Db superuser = new Db(db.name(), admin.user(), admin.password(), db.host(), db.port());
    superuser.execute(
        "CREATE SCHEMA \"app s\" AUTHORIZATION \"%1$s\"; GRANT CREATE ON SCHEMA public TO \"%1$s\""
            .formatted(owner));
    Target.SessionDefaults defaults =
        new Target.SessionDefaults(Optional.of(owner), List.of("app s", "public"));
    String left = "CREATE TABLE %s (x int); RESET ROLE; SET search_path = public; SET ROLE NONE";
    Engine engine =
        Engine.on(db)
            .defaults(defaults)
            .file(1, "one", left.formatted("a"))
            .file(2, "two", left.formatted("b"));
    Outcome refused = engine.run();
    assertUnavailable(refused, Reason.PERMISSION_DENIED);
    assertThat(((Outcome.Unavailable) refused).message()).contains("spec.database.role");
    admin.execute("GRANT \"" + owner + "\" TO \"" + db.user() + "\"");
    assertUpToDate(engine.run(), 2);
    assertThat(
            db.strings(
                "SELECT schemaname, tablename, tableowner FROM pg_tables WHERE tableowner <>"
                    + " 'postgres' AND schemaname <> 'pg_catalog' ORDER BY 1, 2"))
        .containsExactly(
            "app s|a|" + owner,
            "app s|b|" + owner,
            "public|drizzle_migrations|" + owner,
            "public|drizzle_migrations_ledger|" + owner);
  }
}
