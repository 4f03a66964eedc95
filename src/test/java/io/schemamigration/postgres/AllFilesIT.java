package io.schemamigration.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Reason;
import io.schemamigration.plan.Script;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.PostgresServer;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** All pending files in one transaction. */
class AllFilesIT {
  private static final String MAJORS = "io.schemamigration.testing.PostgresMajors#all";

  private static Engine engine(int major) {
    return Engine.on(PostgresServer.shared(major).createDatabase("all")).allFiles();
  }

  private static Db db(Engine engine) {
    return engine.db();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void allAreAppliedAndRecordedInOneTransaction(int major) {
    Engine engine =
        engine(major)
            .file(1, "a", "CREATE TABLE a(id int);")
            .file(2, "b", "INSERT INTO a VALUES (1);\nCOPY a FROM stdin;\n2\n\\.\n")
            .file(3, "c", "-- nothing");
    assertThat(((Outcome.Done) engine.run()).applied()).isEqualTo(3);
    assertThat(engine.tracking()).containsExactly("a", "b", "c");
    assertThat(engine.ledger("content")).containsExactly("a", "b", "c");
    assertThat(engine.ledger("applied")).containsExactly("a", "b", "c");
    assertThat(
            db(engine)
                .strings(
                    "SELECT count(*) FROM drizzle_migrations_ledger WHERE event = 'applied'"
                        + " AND milliseconds BETWEEN 0 AND 60000"))
        .containsExactly("3");
    assertThat(db(engine).strings("SELECT count(DISTINCT created_at) FROM drizzle_migrations"))
        .as("now() is that of the one transaction")
        .containsExactly("1");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void oneFailureKeepsNothingAndNamesItsFile(int major) {
    Engine engine =
        engine(major)
            .file(1, "a", "CREATE TABLE a(id int);")
            .file(2, "b", "SELECT 1;\nSELEC 2;")
            .file(3, "c", "CREATE TABLE c(id int);");
    Outcome.Failed failed = (Outcome.Failed) engine.run();
    assertThat(failed.failure().text()).contains("pg_2_b.sql:2");
    assertThat(failed.applied()).isZero();
    assertThat(engine.tracking()).isEmpty();
    assertThat(engine.exists("a")).isFalse();
    assertThat(engine.ledger("failed")).containsExactly("b");
  }

  /** Half of a file undone and the file recorded would be data lost. */
  @ParameterizedTest
  @MethodSource(MAJORS)
  void noFileCanGoBackIntoAnother(int major) {
    Engine engine =
        engine(major)
            .file(1, "a", "CREATE TABLE a(id int); SAVEPOINT s; INSERT INTO a VALUES (1);")
            .file(2, "b", "ROLLBACK TO s;");
    Outcome.Failed failed = (Outcome.Failed) engine.run();
    assertThat(failed.failure().sqlState()).isEqualTo("3B001");
    assertThat(engine.tracking()).isEmpty();
    assertThat(engine.exists("a")).isFalse();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whatAFileLeavesBehindNeverReachesTheNext(int major) {
    Engine engine =
        engine(major)
            .file(
                1,
                "a",
                "CREATE TABLE t(id int); CREATE TEMP TABLE x(id int); SET search_path = pg_temp;"
                    + " PREPARE p AS SELECT 1; SET TIME ZONE 'Asia/Tokyo';"
                    + " SET standard_conforming_strings = off;")
            .file(
                2,
                "b",
                "PREPARE p AS SELECT 1; CREATE TABLE x(id int); INSERT INTO t SELECT length('\\n');"
                    + " SELECT 1 / (current_setting('TimeZone') = 'UTC')::int;");
    assertThat(engine.run()).isInstanceOf(Outcome.Done.class);
    assertThat(db(engine).strings("SELECT * FROM public.t")).containsExactly("2");
    assertThat(engine.exists("public.x")).isTrue();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aCommitHiddenInALaterFileUndoesAll(int major) {
    Engine engine =
        engine(major)
            .file(1, "a", "CREATE TABLE a(id int);")
            .file(2, "b", "CREATE TABLE b(id int); DO $$ BEGIN COMMIT; END $$;");
    Outcome.Failed failed = (Outcome.Failed) engine.run();
    assertThat(failed.failure().file()).isEqualTo("pg_2_b.sql");
    assertThat(engine.tracking()).isEmpty();
    assertThat(engine.exists("a")).isFalse();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aDeferredConstraintMayBeMetByALaterFile(int major) {
    String tables =
        "CREATE TABLE p(id int PRIMARY KEY);"
            + " CREATE TABLE c(p int REFERENCES p DEFERRABLE INITIALLY DEFERRED);";
    Engine broken =
        engine(major)
            .file(1, "a", tables + "INSERT INTO c VALUES (1);")
            .file(2, "b", "INSERT INTO p VALUES (2);");
    Outcome.Failed failed = (Outcome.Failed) broken.run();
    assertThat(failed.failure().sqlState()).isEqualTo("23503");
    assertThat(failed.failure().hint()).contains("SET CONSTRAINTS ALL IMMEDIATE");
    assertThat(broken.tracking()).isEmpty();
    Engine mended =
        engine(major)
            .file(1, "a", tables + "INSERT INTO c VALUES (1);")
            .file(2, "b", "INSERT INTO p VALUES (1);");
    assertThat(mended.run()).isInstanceOf(Outcome.Done.class);
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void anEnumValueOfAnEarlierFileIsExplained(int major) {
    Engine engine = engine(major);
    db(engine).execute("CREATE TYPE e AS ENUM ('old'); CREATE TABLE t(e e)");
    engine
        .file(1, "a", "ALTER TYPE e ADD VALUE 'new';")
        .file(2, "b", "INSERT INTO t VALUES ('new');");
    Outcome.Failed failed = (Outcome.Failed) engine.run();
    assertThat(failed.failure().sqlState()).isEqualTo("55P04");
    assertThat(failed.failure().hint()).contains("AllFiles");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aFileThatNeedsNoTransactionIsRefusedBeforeAnythingRuns(int major) {
    Engine engine =
        engine(major)
            .file(1, "a", "CREATE TABLE a(id int);")
            .file(2, "b", "\nCREATE INDEX CONCURRENTLY i ON a(id);");
    Plan.Refuse refused = (Plan.Refuse) ((Outcome.Done) engine.run()).plan();
    assertThat(refused.reason()).isEqualTo(Reason.INVALID_SOURCE);
    assertThat(refused.message()).contains("pg_2_b.sql:2").contains("PerFile");
    assertThat(engine.exists("a")).isFalse();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aLockThatIsNotHadIsWaitedForWithAllOfIt(int major) throws Exception {
    Engine engine = engine(major).lockTimeout(Duration.ofMillis(300));
    db(engine).execute("CREATE TABLE held(id int)");
    engine.file(1, "a", "CREATE TABLE a(id int);").file(2, "b", "ALTER TABLE held ADD x int;");
    List<String> announced = new ArrayList<>();
    RunControl control =
        new RunControl() {
          @Override
          protected void sending(Script script, int number, int total) {
            announced.add(script.hash() + number + "/" + total);
          }
        };
    try (Connection holder = db(engine).connect();
        Statement statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      statement.execute("LOCK TABLE held IN ACCESS SHARE MODE");
      Outcome.Failed failed = (Outcome.Failed) engine.run(control);
      assertThat(failed.failure().reason()).isEqualTo(Reason.LOCK_TIMEOUT);
      assertThat(announced).startsWith("a1/2", "b2/2", "a1/2", "b2/2");
      assertThat(engine.exists("a")).isFalse();
      holder.rollback();
    }
    assertThat(((Outcome.Done) engine.run()).applied()).isEqualTo(2);
  }
}
