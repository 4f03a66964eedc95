package io.schemamigration.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.schemamigration.plan.Digest;
import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Reason;
import io.schemamigration.plan.UndoRequest;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Undoing on request, on a real server. */
class UndoIT {
  private static final String MAJORS = "io.schemamigration.testing.PostgresMajors#all";

  private static UndoRequest request(String... undo) {
    return new UndoRequest("shop/" + UUID.randomUUID(), List.of(undo), false);
  }

  private static Db database(int major) {
    return PostgresServer.shared(major).createDatabase("undo");
  }

  /** Three tables, each with the file that drops it. */
  private static Engine three(Db db) {
    Engine engine = Engine.on(db);
    for (int i = 1; i <= 3; i++) {
      String name = "t" + i;
      engine.file(i, name, "CREATE TABLE " + name + "(id int);");
      engine.file("rollback_pg_" + i + "_" + name + ".sql", "DROP TABLE " + name + ";");
    }
    return engine;
  }

  private static void assertUndone(Outcome outcome, int count) {
    assertThat(outcome).isInstanceOf(Outcome.Done.class);
    assertThat(((Outcome.Done) outcome).plan()).isInstanceOf(Plan.UpToDate.class);
    assertThat(((Outcome.Done) outcome).applied()).isEqualTo(count);
  }

  private static Plan.Refuse refused(Outcome outcome) {
    return (Plan.Refuse) ((Outcome.Done) outcome).plan();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void theNewestAreUndoneByTheTextThatWasStoredAndHeldAfterwards(int major) {
    Db db = database(major);
    Engine engine = three(db);
    engine.run();
    // A git revert takes the files away: what they undo is stored.
    Engine reverted = Engine.on(db).file(1, "t1", "CREATE TABLE t1(id int);");
    assertUndone(reverted.undo(request("t3", "t2")), 2);
    assertThat(engine.tracking()).containsExactly("t1");
    assertThat(engine.exists("t2")).isFalse();
    assertThat(engine.exists("t3")).isFalse();
    assertThat(engine.ledger("rolled_back")).containsExactly("t3", "t2");
    Plan.Refuse held = refused(engine.run());
    assertThat(held.reason()).isEqualTo(Reason.ROLLED_BACK);
    assertThat(held.message()).contains("pg_2_t2.sql");
    assertThat(engine.tracking()).containsExactly("t1");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aRequestIsCarriedOutOnceForEver(int major) {
    Engine engine = three(database(major));
    engine.run();
    UndoRequest request = request("t3");
    assertUndone(engine.undo(request), 1);
    assertUndone(engine.undo(request), 0);
    assertThat(engine.tracking()).containsExactly("t1", "t2");
    Engine mended =
        Engine.on(engine.db())
            .file(1, "t1", "CREATE TABLE t1(id int);")
            .file(2, "t2", "CREATE TABLE t2(id int);")
            .file(3, "t3", "CREATE TABLE t3(id bigint);");
    assertUndone(mended.run(), 1);
    assertUndone(mended.undo(request), 0);
    assertThat(engine.tracking()).containsExactly("t1", "t2", "t3");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void onlyTheNewestInTheirOrderAreUndone(int major) {
    Engine engine = three(database(major));
    engine.run();
    for (List<String> wrong :
        List.of(List.of("t2"), List.of("t2", "t3"), List.of("t3", "t1"), List.of("t9"))) {
      Plan.Refuse refused = refused(engine.undo(new UndoRequest("shop/x", wrong, false)));
      assertThat(refused.reason()).isEqualTo(Reason.PRECONDITION_FAILED);
      assertThat(refused.message()).contains("the newest applied are t3");
    }
    assertThat(engine.tracking()).containsExactly("t1", "t2", "t3");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void allScriptsAreLookedAtBeforeTheFirstRuns(int major) {
    Db db = database(major);
    Engine engine =
        Engine.on(db)
            .file(1, "a", "CREATE TABLE a(id int);")
            .file(2, "b", "CREATE TABLE b(id int);")
            .file("rollback_pg_2_b.sql", "DROP TABLE b;");
    engine.run();
    Plan.Refuse missing = refused(engine.undo(request("b", "a")));
    assertThat(missing.reason()).isEqualTo(Reason.ROLLBACK_IMPOSSIBLE);
    assertThat(missing.message()).contains("rollback_pg_1_a.sql").contains("TrackingOnly");
    engine.file("rollback_pg_1_a.sql", "DROP TABLE a;\nCOMMIT;");
    Plan.Refuse hostile = refused(engine.undo(request("b", "a")));
    assertThat(hostile.message()).contains("rollback_pg_1_a.sql:2: COMMIT");
    assertThat(engine.tracking()).containsExactly("a", "b");
    assertThat(engine.exists("b")).isTrue();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void anEditedUndoIsTakenOnlyWhenItIsAcknowledged(int major) {
    Db db = database(major);
    Engine.on(db)
        .file(1, "a", "CREATE TABLE a(id int);")
        .file("rollback_pg_1_a.sql", "DROP TABLE a;")
        .run();
    String edited = "ALTER TABLE a RENAME TO kept;";
    Engine engine =
        Engine.on(db).file(1, "a", "CREATE TABLE a(id int);").file("rollback_pg_1_a.sql", edited);
    Plan.Refuse refused = refused(engine.undo(request("a")));
    assertThat(refused.reason()).isEqualTo(Reason.CONTENT_CHANGED);
    assertThat(refused.message())
        .contains(Digest.sha256("DROP TABLE a;").substring(0, 12))
        .contains("[{hash: a, sha256: " + Digest.sha256(edited) + "}]");
    assertUndone(engine.acknowledge("a", Digest.sha256(edited)).undo(request("a")), 1);
    assertThat(engine.exists("kept")).isTrue();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aFailureKeepsWhatWasUndoneBeforeItAndNothingOfItself(int major) {
    Db db = database(major);
    Engine engine =
        three(db)
            .file(4, "t4", "CREATE TABLE t4(id int);")
            .file("rollback_pg_4_t4.sql", "DROP TABLE t4;\nDROP TABLE nothing;\n");
    engine.run();
    db.execute("CREATE VIEW v AS SELECT * FROM t2");
    UndoRequest request = request("t4");
    Outcome.Failed first = (Outcome.Failed) engine.undo(request);
    assertThat(first.failure().text()).contains("rollback_pg_4_t4.sql:2");
    assertThat(engine.exists("t4")).isTrue();
    db.execute("CREATE TABLE nothing(id int)");
    assertUndone(engine.undo(request), 1);
    Outcome.Failed second = (Outcome.Failed) engine.undo(request("t3", "t2"));
    assertThat(second.applied()).isEqualTo(1);
    assertThat(second.failure().file()).isEqualTo("rollback_pg_2_t2.sql");
    assertThat(engine.tracking()).containsExactly("t1", "t2");
    assertThat(engine.exists("t2")).isTrue();
    assertThat(engine.exists("t3")).isFalse();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whatIsHeldIsTheTextThatTheSourceHasNow(int major) {
    Db db = database(major);
    Engine.on(db).file(1, "a", "CREATE TABLE a(id int);").run();
    Engine commented =
        Engine.on(db)
            .file(1, "a", "-- why\nCREATE TABLE a(id int);")
            .file("rollback_pg_1_a.sql", "DROP TABLE a;");
    assertUndone(commented.undo(request("a")), 1);
    assertThat(refused(commented.run()).reason()).isEqualTo(Reason.ROLLED_BACK);
    assertThat(commented.tracking()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aDatabaseWithoutALedgerGetsOneFirst(int major) {
    Db db = database(major);
    db.execute(
        "CREATE TABLE drizzle_migrations(id SERIAL PRIMARY KEY, hash TEXT NOT NULL UNIQUE,"
            + " created_at TIMESTAMP NOT NULL DEFAULT NOW());"
            + "INSERT INTO drizzle_migrations(hash) VALUES ('t1'), ('t2'), ('t3');"
            + "CREATE TABLE t1(id int); CREATE TABLE t2(id int); CREATE TABLE t3(id int)");
    Engine engine = three(db);
    assertUndone(engine.undo(request("t3")), 1);
    assertThat(engine.exists("t3")).isFalse();
    assertThat(engine.ledger("adopted")).containsExactly("t1", "t2", "t3");
    assertThat(refused(engine.run()).reason()).isEqualTo(Reason.ROLLED_BACK);
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aTextThatCouldNotBeReadAsItIsUndoesNothing(int major) {
    Db db = database(major);
    Engine.on(db).file(1, "a", "CREATE TABLE a(id int);").run();
    byte[] latin = "UPDATE a SET id = 1; -- Müller".getBytes(StandardCharsets.ISO_8859_1);
    Engine engine =
        Engine.on(db).file(1, "a", "CREATE TABLE a(id int);").file("rollback_pg_1_a.sql", latin);
    Plan.Refuse refused = refused(engine.undo(request("a")));
    assertThat(refused.reason()).isEqualTo(Reason.ROLLBACK_IMPOSSIBLE);
    assertThat(refused.message()).contains("rollback_pg_1_a.sql:1: is not valid UTF-8");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void trackingOnlyRemovesRowsAndTouchesNothingElse(int major) {
    Engine engine = three(database(major));
    engine.run();
    assertUndone(engine.undo(new UndoRequest("shop/t", List.of("t3", "t2"), true)), 2);
    assertThat(engine.tracking()).containsExactly("t1");
    assertThat(engine.exists("t3")).isTrue();
    assertThat(engine.ledger("rolled_back")).containsExactly("t3", "t2");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void anUndoThatCannotRunInATransactionRunsInSteps(int major) {
    Db db = database(major);
    db.execute("CREATE TABLE t(id int)");
    Engine engine =
        Engine.on(db)
            .file(1, "i", "CREATE INDEX CONCURRENTLY i ON t(id);")
            .file("rollback_pg_1_i.sql", "DROP INDEX CONCURRENTLY i;\nINSERT INTO t VALUES (1);");
    engine.run();
    assertUndone(engine.undo(request("i")), 1);
    assertThat(engine.exists("i")).isFalse();
    assertThat(engine.tracking()).isEmpty();
    assertThat(db.strings("SELECT id FROM t")).containsExactly("1");
  }

  /** Its undo fails after the first statement has dropped the index. */
  private static Engine halfUndone(Db db) {
    Engine engine =
        Engine.on(db)
            .file(1, "t1", "CREATE TABLE t1(id int);\nCREATE INDEX i1 ON t1(id);\n")
            .file("rollback_pg_1_t1.sql", "DROP INDEX CONCURRENTLY i1;\nDROP TABLE t1, lost;\n");
    assertUndone(engine.run(), 1);
    assertThat(engine.undo(request("t1"))).isInstanceOf(Outcome.Failed.class);
    return engine;
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void nothingRunsOnWhatIsUndoneInPartUntilTheRestIsUndone(int major) {
    Db db = database(major);
    Engine engine = halfUndone(db);
    assertThat(refused(engine.run()).reason()).isEqualTo(Reason.PARTIALLY_ROLLED_BACK);
    engine.file(2, "t2", "CREATE TABLE t2(id int);");
    assertThat(refused(engine.run()).reason()).isEqualTo(Reason.PARTIALLY_ROLLED_BACK);
    assertThat(engine.exists("t2")).isFalse();
    db.execute("CREATE TABLE lost()");
    assertUndone(engine.undo(request("t1")), 1);
    assertThat(refused(engine.run()).reason()).isEqualTo(Reason.ROLLED_BACK);
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whatIsUndoneInPartCountsAsAppliedOnceThatIsApproved(int major) {
    Db db = database(major);
    Engine engine = halfUndone(db);
    engine.file(2, "t2", "CREATE TABLE t2(id int);");
    String id = refused(engine.run()).id().orElseThrow();
    db.execute("CREATE INDEX i1 ON t1(id)");
    assertUndone(engine.approve(id).run(), 1);
    assertUndone(engine.run(), 0);
    assertThat(engine.tracking()).containsExactly("t1", "t2");
    assertThat(engine.ledger("adopted")).isEmpty();
    db.execute("CREATE TABLE lost()");
    db.execute("DELETE FROM drizzle_migrations WHERE hash = 't2'; DROP TABLE t2");
    assertUndone(engine.undo(request("t1")), 1);
    assertThat(engine.exists("i1")).as("the next undo begins at its beginning").isFalse();
  }

  private static Outcome.Failed failedUndo(Engine engine, String undo) {
    engine.file(1, "t1", "CREATE TABLE t1(id int);").file("rollback_pg_1_t1.sql", undo);
    assertUndone(engine.run(), 1);
    return (Outcome.Failed) engine.undo(request("t1"));
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void anUndoThatFailedBeforeAnythingOfItRanLeavesTheFileApplied(int major) {
    Db db = database(major);
    String undo = "SET lock_timeout='5s';\nDROP INDEX CONCURRENTLY lost;\nDROP TABLE t1;\n";
    Engine engine = Engine.on(db);
    assertThat(failedUndo(engine, undo).failure().kept()).isZero();
    assertUndone(engine.run(), 0);
    String corrected = "SET lock_timeout='6s';\nVACUUM;\nDROP TABLE t1;\n";
    engine =
        Engine.on(db)
            .file(1, "t1", "CREATE TABLE t1(id int);")
            .file("rollback_pg_1_t1.sql", corrected)
            .acknowledge("t1", Digest.sha256(corrected));
    assertUndone(engine.undo(request("t1")), 1);
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whatAProcedureCommittedBeforeItFailedIsHalfAnUndo(int major) {
    Db db = database(major);
    db.execute(
        "CREATE TABLE done(); CREATE PROCEDURE purge() LANGUAGE plpgsql AS $$ BEGIN"
            + " DROP TABLE done; COMMIT; PERFORM 1/0; END $$");
    Engine engine = Engine.on(db);
    Outcome.Failed failed = failedUndo(engine, "-- migrate: transaction=false\nCALL purge();\n");
    assertThat(failed.failure().kept()).isEqualTo(1);
    assertThat(failed.failure().hint()).startsWith("what this one had done by then may stay");
    assertThat(engine.exists("done")).isFalse();
    assertThat(refused(engine.run()).reason()).isEqualTo(Reason.PARTIALLY_ROLLED_BACK);
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void anUndoThatGoesOnElsewhereHasNotStopped(int major) throws Exception {
    Db db = database(major);
    Target target = halfUndone(db).target();
    assertThat(Runner.look(target).history().applied().getFirst().undoing()).isPresent();
    try (Connection other = db.connect()) {
      other
          .createStatement()
          .execute(
              "SELECT pg_advisory_lock(hashtextextended('%s', 0))"
                  .formatted(target.tables().lockKey()));
      assertThatThrownBy(() -> Runner.look(target))
          .isInstanceOfSatisfying(
              DatabaseUnavailable.class, e -> assertThat(e.reason()).isEqualTo(Reason.LOCK_HELD));
    }
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aScriptMayDeleteTheRowButNotPutItBack(int major) {
    Db db = database(major);
    Engine engine =
        Engine.on(db)
            .file(1, "a", "SELECT 1;")
            .file("rollback_pg_1_a.sql", "DELETE FROM drizzle_migrations WHERE hash = 'a';")
            .file(2, "b", "SELECT 1;")
            .file("rollback_pg_2_b.sql", "INSERT INTO drizzle_migrations(hash) VALUES ('b');");
    engine.run();
    Outcome.Failed failed = (Outcome.Failed) engine.undo(request("b"));
    assertThat(failed.failure().message()).contains("put the row of b back");
    assertThat(engine.tracking()).containsExactly("a", "b");
    db.execute("DELETE FROM drizzle_migrations WHERE hash = 'b'");
    assertUndone(engine.undo(request("a")), 1);
    assertThat(engine.tracking()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aLoweredTargetUndoesWhatIsAboveAndARaisedOneAppliesItAgain(int major) throws Exception {
    Db db = database(major);
    Engine engine = three(db);
    engine.run();
    // What was stored undoes it, though the file is gone.
    Engine lowered =
        Engine.on(db)
            .file(1, "t1", "CREATE TABLE t1(id int);")
            .file(2, "t2", "CREATE TABLE t2(id int);")
            .targetHash("t1");
    assertUndone(lowered.run(), 2);
    assertThat(engine.tracking()).containsExactly("t1");
    assertThat(engine.ledger("rolled_back")).containsExactly("t3", "t2");
    assertThat(engine.exists("t2")).isFalse();
    assertUndone(engine.targetHash("t2").run(), 1);
    assertThat(engine.tracking()).containsExactly("t1", "t2");
    assertThat(engine.exists("t2")).isTrue();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whatWasUndoneByRequestIsHeldWhateverATargetDidBefore(int major) {
    Db db = database(major);
    Engine engine = three(db);
    engine.run();
    assertUndone(engine.targetHash("t2").run(), 1);
    assertUndone(engine.targetHash("t3").run(), 1);
    assertUndone(engine.undo(request("t3")), 1);
    assertThat(refused(engine.run()).reason()).isEqualTo(Reason.ROLLED_BACK);
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aLoweredTargetOfADatabaseFromAnotherToolWritesTheBooksFirst(int major) {
    Db db = database(major);
    Engine engine = three(db);
    db.execute(
        "CREATE TABLE drizzle_migrations(id SERIAL PRIMARY KEY, hash TEXT NOT NULL UNIQUE,"
            + " created_at TIMESTAMP NOT NULL DEFAULT NOW());"
            + "INSERT INTO drizzle_migrations(hash) VALUES ('t1'), ('t2');"
            + "CREATE TABLE t1(id int);"
            + "CREATE TABLE t2(id int)");
    Plan.Refuse refuse = refused(engine.targetHash("t1").run());
    assertThat(refuse.reason()).isEqualTo(Reason.ROLLBACK_DENIED);
    assertThat(engine.exists("t2")).isTrue();
    assertUndone(engine.approve(refuse.id().orElseThrow()).run(), 1);
    assertThat(engine.ledger("adopted")).containsExactly("t1", "t2");
    assertThat(engine.ledger("rolled_back")).containsExactly("t2");
    assertThat(engine.exists("t2")).isFalse();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whatIsPendingBelowALoweredTargetFollows(int major) {
    Db db = database(major);
    Engine engine = three(db);
    Engine first =
        Engine.on(db)
            .file(1, "t1", "CREATE TABLE t1(id int);")
            .file(3, "t3", "CREATE TABLE t3(id int);")
            .file("rollback_pg_3_t3.sql", "DROP TABLE t3;");
    first.run();
    assertUndone(engine.targetHash("t2").run(), 2);
    assertThat(engine.tracking()).containsExactly("t1", "t2");
    assertThat(engine.exists("t3")).isFalse();
  }

  /** Whoever wrote the row did something that a pin must not undo by itself. */
  @ParameterizedTest
  @MethodSource(MAJORS)
  void whatAnotherToolDoesUnderAPinStays(int major) {
    Db db = database(major);
    Engine engine = three(db).targetHash("t1");
    assertUndone(engine.run(), 1);
    db.execute("CREATE TABLE t2(id int)");
    db.execute("INSERT INTO drizzle_migrations(hash) VALUES ('t2')");
    assertThat(refused(engine.run()).reason()).isEqualTo(Reason.ROLLBACK_DENIED);
    assertThat(refused(engine.run()).reason()).isEqualTo(Reason.ROLLBACK_DENIED);
    assertThat(engine.exists("t2")).isTrue();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aCommentReleasesNothing(int major) {
    Db db = database(major);
    String undo = "DROP TABLE t1;";
    Engine first = Engine.on(db).file(1, "t1", "CREATE TABLE t1(id int);");
    first.file("rollback_pg_1_t1.sql", undo).run();
    Engine commented = Engine.on(db).file(1, "t1", "-- why\nCREATE TABLE t1(id int);");
    commented.file("rollback_pg_1_t1.sql", undo);
    assertUndone(commented.run(), 0);
    assertUndone(Engine.on(db).undo(request("t1")), 1); // the files are away for a moment
    assertThat(refused(commented.run()).reason()).isEqualTo(Reason.ROLLED_BACK);
    assertThat(refused(first.run()).reason()).isEqualTo(Reason.ROLLED_BACK);
    Engine changed = Engine.on(db).file(1, "t1", "CREATE TABLE t1(id bigint);");
    assertUndone(changed.run(), 1);
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whatWasUndoneIsKnownWhateverEndsTheRequest(int major) throws Exception {
    Db db = database(major);
    Engine engine = three(db).lockTimeout(Duration.ofMillis(50));
    engine.run();
    UndoRequest request = request("t3", "t2");
    try (Connection other = db.connect()) {
      other.setAutoCommit(false);
      other.createStatement().execute("LOCK TABLE t2");
      Runner blocked = engine.undoing(request, new RunControl());
      assertThat(blocked.run()).isInstanceOf(Outcome.Failed.class);
      assertThat(blocked.undone()).containsExactly("t3");
    }
    db.execute("INSERT INTO drizzle_migrations(hash) VALUES ('t9')");
    Runner refused = engine.undoing(request, new RunControl());
    assertThat(refused(refused.run()).reason()).isEqualTo(Reason.PRECONDITION_FAILED);
    assertThat(refused.undone()).containsExactly("t3");
    assertThat(refused.sent()).isFalse();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aFileAndItsUndoDoNotShareTheirProgress(int major) {
    Db db = database(major);
    String up = "CREATE TABLE t1(id int);\nCREATE INDEX CONCURRENTLY i1 ON t1(id);\n";
    Engine engine =
        Engine.on(db)
            .file(1, "t1", up)
            .file("rollback_pg_1_t1.sql", "DROP INDEX CONCURRENTLY i1;\nSELECT 1/0;\n");
    engine.run();
    Outcome.Failed failed = (Outcome.Failed) engine.undo(request("t1"));
    assertThat(failed.failure().kept()).isEqualTo(1);
    db.execute("DELETE FROM drizzle_migrations; DROP TABLE t1");
    String id = refused(engine.run()).id().orElseThrow();
    assertUndone(engine.approve(id).run(), 1);
    assertThat(engine.exists("i1")).isTrue();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aRequestThatIsLateUndoesNothingUnlessItWasBegun(int major) {
    Db db = database(major);
    Engine engine = three(db);
    engine.run();
    UndoRequest request = request("t3", "t2");
    assertThat(refused(engine.undo(request.expired(true))).reason()).isEqualTo(Reason.EXPIRED);
    assertUndone(engine.undo(request), 2);
    assertUndone(engine.undo(request.expired(true)), 0);
  }
}
