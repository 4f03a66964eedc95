package io.schemamigration.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.schemamigration.plan.Digest;
import io.schemamigration.plan.History;
import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Reason;
import io.schemamigration.plan.UndoRequest;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.PostgresServer;
import java.sql.Connection;
import java.util.List;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A file of which a part ran: nothing of that part runs twice, whatever becomes of the file. */
@Timeout(180)
class HalfAppliedIT {
  private static final String MAJORS = "io.schemamigration.testing.PostgresMajors#all";
  private static final String MARK = "-- migrate: transaction=false\n";
  private static final String ROW = "INSERT INTO probe(what) VALUES ('one');\n";
  private static final String INDEX = "CREATE UNIQUE INDEX CONCURRENTLY u ON twice(a);\n";

  private static Db database(int major) {
    Db db = PostgresServer.shared(major).createDatabase("half_applied");
    db.execute(
        "CREATE TABLE probe(what text); CREATE TABLE twice(a int);"
            + "INSERT INTO twice VALUES (1), (1); CREATE TABLE breaks(state text, dies bool);"
            + "CREATE PROCEDURE fill() LANGUAGE plpgsql AS $$ DECLARE b record; BEGIN"
            + " INSERT INTO probe VALUES ('filled'); COMMIT; SELECT * INTO b FROM breaks;"
            + " IF b.dies THEN PERFORM pg_terminate_backend(pg_backend_pid()); END IF;"
            + " IF b.state IS NOT NULL THEN RAISE EXCEPTION 'broken' USING ERRCODE = b.state;"
            + " END IF; END $$");
    return db;
  }

  private static List<String> probe(Db db) {
    return db.strings("SELECT what FROM probe");
  }

  private static Failure failure(Outcome outcome) {
    return ((Outcome.Failed) outcome).failure();
  }

  private static void assertApplied(Outcome outcome) {
    assertThat(outcome)
        .isInstanceOfSatisfying(Outcome.Done.class, d -> assertThat(d.applied()).isEqualTo(1));
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whatRanIsNotSentAgainThoughTheFileNeedsNoStepsAnyMore(int major) {
    Db db = database(major);
    Engine.on(db).file(1, "one", ROW + INDEX).run();
    db.execute("TRUNCATE twice");
    assertApplied(Engine.on(db).file(1, "one", ROW + "CREATE UNIQUE INDEX u ON twice(a);").run());
    assertThat(probe(db)).containsExactly("one");
    assertThat(db.strings("SELECT to_regclass('u') IS NOT NULL")).containsExactly("t");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void anotherBeginningIsRefusedAlsoThen(int major) {
    Db db = database(major);
    Engine.on(db).file(1, "one", ROW + INDEX).run();
    Failure failure = failure(Engine.on(db).file(1, "one", "SELECT 1;\n" + ROW).run());
    assertThat(failure.text())
        .contains("its first 1 statements ran already, with another text; restore them");
    assertThat(probe(db)).containsExactly("one");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whatRanIsNoPartOfOneTransaction(int major) {
    Db db = database(major);
    Engine.on(db).file(1, "one", ROW + INDEX).run();
    db.execute("TRUNCATE twice");
    Engine all = Engine.on(db).file(1, "one", ROW + "SELECT 1;").file(2, "two", ROW).allFiles();
    assertThat(failure(all.run()).text()).contains("pg_1_one.sql").contains("PerFile");
    assertThat(probe(db)).containsExactly("one");
    assertThat(all.tracking()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whatCommitsOnItsWayIsNotSentAgainByItselfWhateverTheFault(int major) {
    Db db = database(major);
    db.execute("INSERT INTO breaks VALUES ('40P01', false)");
    Engine engine = Engine.on(db).file(1, "one", MARK + "CALL fill();\n");
    Failure failure = failure(engine.run());
    assertThat(failure.reason()).isEqualTo(Reason.MIGRATION_FAILED);
    assertThat(failure.transientFault()).isFalse();
    assertThat(failure.text()).contains("what this one had done by then may stay");
    assertThat(probe(db)).containsExactly("filled");
    // As an operator would that could not write the status.
    assertThat(failure(engine.run()).text()).contains("pg_1_one.sql:2: this was sent before");
    assertThat(failure(engine.unasked().run()).text()).contains("this was sent before");
    assertThat(probe(db)).containsExactly("filled");
    db.execute("TRUNCATE breaks");
    assertApplied(engine.askAgain().run());
    assertThat(probe(db)).containsExactly("filled", "filled");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whatCommitsOnItsWayIsToldWhereItsAnswerNeverCame(int major) {
    Db db = database(major);
    db.execute("INSERT INTO breaks VALUES (NULL, true)");
    Engine engine = Engine.on(db).file(1, "one", MARK + ROW + "CALL fill();\n");
    Failure failure = failure(engine.run());
    assertThat(failure.text())
        .contains("pg_1_one.sql:3: this was sent before and may have committed a part")
        .contains("ask for another try");
    assertThat(failure.kept()).isEqualTo(2);
    assertThat(probe(db)).containsExactly("one", "filled");
    assertThat(failure(engine.run()).text()).contains("this was sent before");
    // Somebody looked, and takes out what is done.
    assertApplied(Engine.on(db).file(1, "one", MARK + ROW + "SELECT 1;\n").run());
    assertThat(probe(db)).containsExactly("one", "filled");
  }

  /** As if the connection had been lost behind the attempt, which was done. */
  private static void attempted(Db db, Engine engine) {
    assertApplied(engine.run());
    db.execute(
        "DELETE FROM drizzle_migrations; DELETE FROM drizzle_migrations_ledger WHERE event IN"
            + " ('content', 'applied') OR detail->>'state' = 'done'");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void anAttemptIsKnownBehindSettings(int major) {
    Db db = database(major);
    Engine engine =
        Engine.on(db)
            .file(
                1,
                "one",
                "SET maintenance_work_mem = '8MB';\nCREATE INDEX CONCURRENTLY i ON probe(what);\n");
    attempted(db, engine);
    assertApplied(engine.run());
  }

  /** As where the resumption was broken off between the setting and what it is for. */
  @ParameterizedTest
  @MethodSource(MAJORS)
  void anAttemptIsAPartAlsoWhereItsSettingWasSentAgain(int major) throws DatabaseUnavailable {
    Db db = database(major);
    String text =
        "SET maintenance_work_mem = '8MB';\nCREATE INDEX CONCURRENTLY i ON probe(what);\n";
    Engine engine = Engine.on(db).file(1, "one", text);
    attempted(db, engine);
    db.execute(
        "INSERT INTO drizzle_migrations_ledger(event, hash, file, statement, run_id, resource,"
            + " version, detail) SELECT event, hash, file, 1, run_id, resource, version,"
            + " '{\"state\": \"done\", \"sets\": true}' FROM drizzle_migrations_ledger"
            + " WHERE detail->>'state' = 'attempt'");
    assertThat(engine.look().history().begun()).hasSize(1);
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whatAFunctionDidForASettingIsNotDoneTwice(int major) {
    Db db = database(major);
    db.execute(
        "CREATE FUNCTION start() RETURNS text LANGUAGE sql AS"
            + " $$ INSERT INTO probe VALUES ('one'); SELECT 'x' $$");
    String text = "SELECT set_config('app.batch', start(), false);\n" + INDEX;
    Engine.on(db).file(1, "one", text).run();
    assertThat(probe(db)).containsExactly("one");
    assertThat(Engine.on(db).file(1, "one", text).run()).isInstanceOf(Outcome.Failed.class);
    assertThat(probe(db)).containsExactly("one");
    assertThat(refused(Engine.on(db).run()).reason()).isEqualTo(Reason.PARTIALLY_APPLIED);
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void anAttemptIsThatOfItsOwnStatement(int major) {
    Db db = database(major);
    db.execute("CREATE INDEX i ON probe(what); CREATE INDEX j ON probe(what)");
    attempted(db, Engine.on(db).file(1, "one", "DROP INDEX CONCURRENTLY i;\n"));
    Engine engine = Engine.on(db).file(1, "one", "DROP INDEX CONCURRENTLY j;\n");
    assertApplied(engine.run());
    assertThat(engine.exists("j")).isFalse();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whatWasSetByTheFunctionHoldsForTheRest(int major) {
    Db db = database(major);
    db.execute("CREATE SCHEMA other; CREATE TABLE other.probe(what text)");
    String begin =
        "SELECT pg_catalog.set_config('search_path', 'other', false);\nVACUUM public.twice;\n";
    Engine.on(db).file(1, "one", begin + "INSERT INTO probe VALUES (1/0);\n").run();
    assertApplied(Engine.on(db).file(1, "one", begin + ROW).run());
    assertThat(probe(db)).isEmpty();
    assertThat(db.strings("SELECT what FROM other.probe")).containsExactly("one");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void nothingRunsWhereASettingIsRefusedAfterwards(int major) {
    Db db = database(major);
    db.execute("CREATE SCHEMA gone; CREATE FUNCTION gone.f() RETURNS text RETURN 'public'");
    String begin = "SELECT set_config('search_path', gone.f(), false);\nVACUUM twice;\n";
    Engine.on(db).file(1, "one", begin + "SELECT 1/0;\n").run();
    db.execute("DROP SCHEMA gone CASCADE");
    Failure failure = failure(Engine.on(db).file(1, "one", begin + ROW).run());
    assertThat(failure.text())
        .contains("pg_1_one.sql:1: what follows needs this setting, and it is refused now")
        .contains("2 of 3 statements ran and stay; make it possible again, or ");
    assertThat(failure.kept()).isEqualTo(2); // nobody knows what the function did
    assertThat(probe(db)).isEmpty();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void anUndoThatNeedsNoStepsAnyMoreGoesOnToo(int major) {
    Db db = database(major);
    Engine engine =
        Engine.on(db).file(1, "one", "SELECT 1;").file("rollback_pg_1_one.sql", ROW + INDEX);
    assertApplied(engine.run());
    UndoRequest first = new UndoRequest("shop/first", List.of("one"), false);
    assertThat(engine.undo(first)).isInstanceOf(Outcome.Failed.class);
    String mended = ROW + "SELECT 1;\n";
    Engine again =
        Engine.on(db)
            .file(1, "one", "SELECT 1;")
            .file("rollback_pg_1_one.sql", mended)
            .acknowledge("one", Digest.sha256(mended));
    assertThat(again.undo(new UndoRequest("shop/second", List.of("one"), false)))
        .isInstanceOf(Outcome.Done.class);
    assertThat(probe(db)).containsExactly("one");
    assertThat(again.tracking()).isEmpty();
    assertThat(again.ledger("rolled_back")).containsExactly("one");
  }

  private static Plan.Refuse refused(Outcome outcome) {
    return (Plan.Refuse) ((Outcome.Done) outcome).plan();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void nothingRunsOnAPartOfAFileThatIsTakenOut(int major) {
    Db db = database(major);
    Engine.on(db).file(1, "one", ROW + INDEX).run();
    Engine reverted = Engine.on(db).file(2, "two", "CREATE TABLE two();");
    Plan.Refuse refuse = refused(reverted.run());
    assertThat(refuse.reason()).isEqualTo(Reason.PARTIALLY_APPLIED);
    assertThat(refuse.message()).startsWith("a part of one ran and stays");
    assertThat(reverted.exists("two")).isFalse();
    // Undone by hand, and approved: if it ever comes again it begins at its beginning.
    db.execute("TRUNCATE probe, twice");
    assertApplied(reverted.approve(refuse.id().orElseThrow()).run());
    assertThat(reverted.run()).isInstanceOf(Outcome.Done.class);
    assertApplied(
        Engine.on(db).file(2, "two", "CREATE TABLE two();").file(3, "one", ROW + INDEX).run());
    assertThat(probe(db)).containsExactly("one");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whatFailedWithoutATraceIsNoPart(int major) {
    Db db = database(major);
    Engine.on(db).file(1, "one", INDEX + ROW).run();
    assertThat(((Outcome.Done) Engine.on(db).run()).plan()).isInstanceOf(Plan.UpToDate.class);
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whatAnOlderVersionLeftOfACallIsToldToo(int major) {
    Db db = database(major);
    db.execute("INSERT INTO breaks VALUES (NULL, true)");
    Engine engine = Engine.on(db).file(1, "one", MARK + "CALL fill();\n").unasked();
    engine.run();
    db.execute(
        "DELETE FROM drizzle_migrations_ledger WHERE detail->>'state' = 'failed';"
            + "UPDATE drizzle_migrations_ledger SET detail = detail - 'once' - 'request'");
    assertThat(failure(engine.run()).text()).contains("this was sent before");
    assertThat(probe(db)).containsExactly("filled");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whatGoesOnElsewhereIsNoPartThatStays(int major) throws Exception {
    Db db = database(major);
    Engine.on(db).file(1, "one", ROW + INDEX).run();
    Engine reverted = Engine.on(db);
    try (Connection elsewhere = db.connect()) {
      elsewhere
          .createStatement()
          .execute(
              "SELECT pg_advisory_lock(hashtextextended('%s', 0))"
                  .formatted(reverted.tables().lockKey()));
      assertThat(reverted.look().history().begun())
          .extracting(History.Begun::underWay)
          .containsExactly(true);
    }
    assertThat(reverted.look().history().begun())
        .extracting(History.Begun::underWay)
        .containsExactly(false);
  }
}
