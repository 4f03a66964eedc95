package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.testing.KStatus;
import io.schemamigration.testing.MovableClock;
import java.time.Duration;

/** What a request does, and does not, to what is around it. */
final class RollbackSideEffectsIT extends RollbackScenario {
  @Waiting
  void aRefusedRequestDoesNotMakeUpForALedgerThatIsLost() {
    start(THREE);
    world.awaitUpToDate("m", "a", "b", "c");
    request("undo", "c");
    awaitOver("undo", "True", "Complete");
    world.await_("m", "False", "RolledBack");
    db.execute("DROP TABLE drizzle_migrations_ledger");
    look("m", "1");
    SchemaMigrationStatus lost = world.await_("m", "False", "LedgerMissing");
    delete("undo");
    request("undo", "c");
    awaitOver("undo", "False", "PreconditionFailed");
    // Nobody has decided yet whether c, of which no ledger tells any more, shall be applied.
    assertThat(World.message(world.await_("m", "False", "LedgerMissing")))
        .isEqualTo(World.message(lost));
    assertThat(tracked()).containsExactly("a", "b");
    approve("m", World.message(lost));
    world.awaitUpToDate("m", "a", "b", "c");
  }

  @Waiting
  void aRequestWithoutAnUndoDoesNotMakeUpForALedgerThatIsLost() {
    start(A, TABLE_A);
    world.awaitUpToDate("m", "a");
    // Whoever looks in between finds nothing pending, and begins a ledger anew.
    world.edit("m", spec -> spec.suspend = true);
    world.await_("m", "True", "Suspended");
    db.execute("DROP TABLE drizzle_migrations_ledger");
    world.files("files", A, TABLE_A, B, TABLE_B);
    world.edit("m", spec -> spec.suspend = false);
    SchemaMigrationStatus lost = world.await_("m", "False", "LedgerMissing");
    request("undo", "a");
    awaitOver("undo", "False", "RollbackImpossible");
    assertThat(World.message(world.await_("m", "False", "LedgerMissing")))
        .isEqualTo(World.message(lost));
    assertThat(tracked()).containsExactly("a");
  }

  @Waiting
  void inAnotherClusterAnOpenRequestDoesNotHideThePlanThatTakesTheDatabaseOver() {
    world.files("files", THREE);
    world.migration("m");
    World.Running first = world.startOperator();
    world.awaitUpToDate("m", "a", "b", "c");
    request("undo", "c");
    awaitOver("undo", "True", "Complete");
    delete("undo");
    world.stop(first);
    world.delete("m");
    await().atMost(World.PATIENCE).until(() -> world.get("m") == null);
    db.execute(
        "INSERT INTO drizzle_migrations_ledger(event, detail) SELECT 'owner', detail ||"
            + " '{\"cluster\": \"another\"}' FROM drizzle_migrations_ledger WHERE event = 'owner'");
    world.migration("m");
    request("undo", "c");
    world.startOperator();
    // What was undone for it is known, whoever owns the database now.
    awaitOver("undo", "True", "AlreadyExecuted");
    approve("m", World.message(world.await_("m", "False", "OwnedByOther")));
    world.await_("m", "False", "RolledBack");
    assertThat(tracked()).containsExactly("a", "b");
  }

  @Waiting
  void ofAnUndoInStepsThatStoppedItIsNotToldThatNothingWasUndone() {
    String undo = "DROP INDEX CONCURRENTLY ci;\nDROP TABLE missing;\n";
    start(C, TABLE_C + "CREATE INDEX ci ON c(id);", UNDO_C, undo);
    world.awaitUpToDate("m", "c");
    request("undo", "c");
    awaitOver("undo", "False", "PartiallyRolledBack");
    assertThat(message("undo"))
        .contains("1 of 2 statements ran and stay; correct and acknowledge it and ask anew");
    approve("m", World.message(world.await_("m", "False", "PartiallyRolledBack")));
    world.awaitUpToDate("m", "c");
    assertThat(ledger()).as("it is not adopted again").containsExactly("applied c", "failed c");
  }

  @Waiting
  void suspendedAMigrationIsNotReadyOnceAnUndoStoppedOnTheWay() {
    String undo = "DROP INDEX CONCURRENTLY ci;\nDROP TABLE missing;\n";
    start(C, TABLE_C + "CREATE INDEX ci ON c(id);", UNDO_C, undo);
    world.awaitUpToDate("m", "c");
    world.edit("m", spec -> spec.suspend = true);
    world.await_("m", "True", "Suspended");
    request("undo", "c");
    awaitOver("undo", "False", "PartiallyRolledBack");
    assertThat(world.await_("m", "False", "Suspended").appliedHashes).containsExactly("c");
  }

  @Waiting
  void whoUndoesWhatAMigrationLeftHasTheDatabaseFromThenOn() {
    MovableClock clock = new MovableClock();
    world.files("files", THREE);
    world.migration("m");
    World.Running first = world.startOperator(clock);
    world.awaitUpToDate("m", "a", "b", "c");
    world.delete("m");
    await().atMost(World.PATIENCE).until(() -> world.get("m") == null);
    world.migration("renamed");
    request("undo", spec -> spec.migrationRef.name = "renamed", "c");
    awaitOver("undo", "False", "OwnedByOther");
    clock.forward(Duration.ofMinutes(11));
    world.annotate("renamed", "reconcile.fluxcd.io/requestedAt", "1");
    awaitOver("undo", "True", "Complete");
    world.await_("renamed", "False", "RolledBack");
    world.stop(first);
    world.startOperator(clock);
    look("renamed", "2");
    assertThat(World.message(world.await_("renamed", "False", "RolledBack"))).contains(C);
    assertThat(owners()).containsExactly("m", "renamed");
  }

  @Waiting
  void aRequestThatWaitsForADecisionDoesNotLetItsMigrationSeemToWork() {
    start(A, TABLE_A, UNDO_A, "DROP TABLE a;");
    world.awaitUpToDate("m", "a");
    world.files("files", A, TABLE_A, UNDO_A, "ALTER TABLE a RENAME TO kept;");
    request("undo", "a");
    awaitOver("undo", "False", "ContentChanged");
    SchemaMigrationStatus waits = world.await_("m", "False", "ContentChanged");
    assertThat(World.message(waits)).startsWith("SchemaRollback undo goes first; " + UNDO_A);
    assertThat(kstatusOfMigration("m")).isEqualTo(KStatus.FAILED);
  }
}
