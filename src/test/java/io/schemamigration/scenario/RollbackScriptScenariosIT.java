package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.schemamigration.api.SchemaMigrationSpec;
import io.schemamigration.api.SchemaRollbackStatus;
import io.schemamigration.plan.Digest;
import io.schemamigration.testing.KStatus;
import java.util.List;

/** Scripts that undo: edited ones, ones that fail, and ones that need more than a transaction. */
final class RollbackScriptScenariosIT extends RollbackScenario {
  private static final String INDEXED = TABLE_C + "CREATE INDEX ci ON c(id);\n";

  @Waiting
  void anEditedUndoShowsBothTextsDigestsAndRunsOnceItIsRestoredOrAcknowledged() {
    String stored = "DROP TABLE b;";
    String edited = "ALTER TABLE b RENAME TO kept;";
    start(A, TABLE_A, B, TABLE_B, UNDO_A, "DROP TABLE a;", UNDO_B, stored);
    world.awaitUpToDate("m", "a", "b");
    world.files(
        "files", A, TABLE_A, B, TABLE_B, UNDO_A, "ALTER TABLE a RENAME TO x;", UNDO_B, edited);
    request("undo", "b", "a");
    awaitOver("undo", "False", "ContentChanged");
    assertThat(message("undo"))
        .contains(UNDO_B)
        .contains(Digest.sha256(stored).substring(0, 12))
        .contains("{hash: b, sha256: " + Digest.sha256(edited) + "}");
    assertThat(kstatus("undo")).isEqualTo(KStatus.FAILED);
    assertThat(status("undo").undone).isNull();
    assertThat(tables()).containsExactly("a", "b");
    acknowledge("b", edited);
    awaitMessage("undo", UNDO_A);
    assertThat(tables()).as("all are looked at before the first runs").containsExactly("a", "b");
    world.files("files", A, TABLE_A, B, TABLE_B, UNDO_A, "DROP TABLE a;", UNDO_B, edited);
    world.annotate("m", "reconcile.fluxcd.io/requestedAt", "1");
    assertThat(awaitOver("undo", "True", "Complete").undone).containsExactly("b", "a");
    assertThat(kstatus("undo")).isEqualTo(KStatus.CURRENT);
    assertThat(tables()).containsExactly("kept");
    assertThat(
            db.strings(
                "SELECT hash, undo_sha256 FROM drizzle_migrations_ledger"
                    + " WHERE event = 'rolled_back' ORDER BY id"))
        .containsExactly("b|" + Digest.sha256(edited), "a|" + Digest.sha256("DROP TABLE a;"));
    assertThat(world.await_("m", "False", "RolledBack").heldCount).isEqualTo(2);
  }

  @Waiting
  void anUndoThatFailsHalfWayKeepsWhatWasUndoneAndANewRequestDoesTheRest() {
    start(
        A,
        TABLE_A,
        B,
        TABLE_B,
        C,
        TABLE_C,
        UNDO_A,
        "DROP TABLE a;",
        UNDO_B,
        "DROP TABLE b;\nDROP TABLE missing;",
        UNDO_C,
        "DROP TABLE c;");
    world.awaitUpToDate("m", "a", "b", "c");
    request("undo", "c", "b", "a");
    SchemaRollbackStatus failed = awaitOver("undo", "False", "PartiallyRolledBack");
    assertThat(failed.undone).containsExactly("c");
    assertThat(failed.completionTime).isNotNull();
    assertThat(message("undo")).startsWith("undone: c; then " + UNDO_B + ":2: ").contains("42P01");
    assertThat(kstatus("undo")).isEqualTo(KStatus.FAILED);
    assertThat(world.await_("m", "False", "RolledBack").appliedHashes).containsExactly("a", "b");
    assertThat(tracked()).containsExactly("a", "b");
    assertThat(tables()).containsExactly("a", "b");
    assertThat(ledger())
        .containsExactly("applied a", "applied b", "applied c", "rolled_back c", "failed b");
    db.execute("CREATE TABLE missing()");
    request("rest", "b", "a");
    assertThat(awaitOver("rest", "True", "Complete").undone).containsExactly("b", "a");
    assertThat(kstatus("rest")).isEqualTo(KStatus.CURRENT);
    assertThat(status("undo").undone).as("what is over stays as it was").containsExactly("c");
    assertThat(tracked()).isEmpty();
    assertThat(tables()).isEmpty();
    assertThat(ledger()).endsWith("rolled_back c", "failed b", "rolled_back b", "rolled_back a");
    assertThat(world.await_("m", "False", "RolledBack").heldCount).isEqualTo(3);
  }

  @Waiting
  void anUndoThatCannotRunInATransactionRunsInSteps() {
    String undo = "DROP INDEX CONCURRENTLY ci;\nDROP TABLE c;\n";
    start(A, TABLE_A, C, INDEXED, UNDO_C, undo);
    world.awaitUpToDate("m", "a", "c");
    request("undo", "c");
    assertThat(awaitOver("undo", "True", "Complete").undone).containsExactly("c");
    assertThat(kstatus("undo")).isEqualTo(KStatus.CURRENT);
    assertThat(world.await_("m", "False", "RolledBack").heldCount).isEqualTo(1);
    assertThat(kstatusOfMigration("m")).isEqualTo(KStatus.FAILED);
    assertThat(tracked()).containsExactly("a");
    assertThat(tables()).containsExactly("a");
    assertThat(db.strings("SELECT to_regclass('ci')")).containsExactly("null");
    assertThat(ledger()).containsExactly("applied a", "applied c", "rolled_back c");
    assertThat(steps()).containsExactly("1 attempt", "1 done", "2 done");
  }

  @Waiting
  void anUndoInStepsThatFailsIsResumedByANewRequestAtTheStatementThatFailed() {
    start(A, TABLE_A, C, INDEXED, UNDO_C, steps("DROP TABLE missing;\nDROP TABLE old;\n"));
    world.awaitUpToDate("m", "a", "c");
    assertStopsAtTheThirdStatement();
    db.execute("CREATE TABLE missing()");
    request("rest", "c");
    assertThat(awaitOver("rest", "True", "Complete").undone).containsExactly("c");
    assertResumed();
  }

  @Waiting
  void anUndoInStepsMayBeCorrectedFromTheStatementThatFailedOn() {
    start(A, TABLE_A, C, INDEXED, UNDO_C, steps("DROP TABLE missing;\n"));
    world.awaitUpToDate("m", "a", "c");
    assertStopsAtTheThirdStatement();
    String other = steps("DROP TABLE old;\n").replace("old", "older");
    world.files("files", A, TABLE_A, C, INDEXED, UNDO_C, other);
    request("other", "c");
    awaitOver("other", "False", "ContentChanged");
    acknowledge("c", other);
    awaitOver("other", "False", "PartiallyRolledBack");
    assertThat(message("other"))
        .contains("its first 2 statements ran already, with another text")
        .contains("restore them and change only what follows")
        .contains("TrackingOnly")
        .doesNotContain("new hash");
    assertThat(tables()).as("nothing more ran").containsExactly("a", "old");
    String corrected = steps("DROP TABLE old;\n");
    world.files("files", A, TABLE_A, C, INDEXED, UNDO_C, corrected);
    acknowledge("c", corrected);
    request("rest", "c");
    assertThat(awaitOver("rest", "True", "Complete").undone).containsExactly("c");
    assertResumed();
  }

  private static String steps(String rest) {
    return "DROP INDEX CONCURRENTLY ci;\nALTER TABLE c RENAME TO old;\n" + rest;
  }

  private void assertStopsAtTheThirdStatement() {
    request("undo", "c");
    assertThat(awaitOver("undo", "False", "PartiallyRolledBack").undone).isNull();
    assertThat(message("undo"))
        .startsWith(UNDO_C + ":3: ")
        .contains("42P01")
        .containsPattern("2 of [34] statements ran and stay")
        .contains("it goes on with that one");
    assertThat(kstatus("undo")).isEqualTo(KStatus.FAILED);
    assertThat(World.message(world.await_("m", "False", "PartiallyRolledBack")))
        .startsWith("the undo of c stopped on the way, so it is neither applied nor undone");
    assertThat(kstatusOfMigration("m")).isEqualTo(KStatus.FAILED);
    assertThat(tables()).containsExactly("a", "old");
    assertThat(ledger()).containsExactly("applied a", "applied c", "failed c");
  }

  private void assertResumed() {
    assertThat(kstatus("rest")).isEqualTo(KStatus.CURRENT);
    assertThat(tracked()).containsExactly("a");
    assertThat(tables()).containsExactly("a");
    assertThat(ledger()).endsWith("rolled_back c");
    assertThat(steps()).as("each ran once").startsWith("1 attempt", "1 done", "2 done", "3 done");
    assertThat(world.await_("m", "False", "RolledBack").heldCount).isEqualTo(1);
  }

  private List<String> steps() {
    return db.strings(
        "SELECT statement || ' ' || (detail->>'state') FROM drizzle_migrations_ledger"
            + " WHERE event = 'progress' ORDER BY id");
  }

  private void acknowledge(String hash, String text) {
    SchemaMigrationSpec.Acknowledgement accepted = new SchemaMigrationSpec.Acknowledgement();
    accepted.hash = hash;
    accepted.sha256 = Digest.sha256(text);
    world.edit("m", spec -> spec.acknowledge = List.of(accepted));
  }
}
