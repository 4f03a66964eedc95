package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.schemamigration.api.SchemaMigrationSpec;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.api.SchemaRollbackStatus;
import io.schemamigration.plan.Digest;
import io.schemamigration.testing.KStatus;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** Undoing on request, from the resource to the database. */
final class RollbackScenariosIT extends RollbackScenario {
  @Waiting
  void theNewestAreUndoneAndHeldUntilSomebodyDecides() {
    start(THREE);
    world.awaitUpToDate("m", "a", "b", "c");
    request("undo", "c", "b");
    SchemaRollbackStatus over = awaitOver("undo", "True", "Complete");
    assertThat(over.undone).containsExactly("c", "b");
    assertThat(over.startTime).isNotNull();
    assertThat(over.completionTime).isNotNull();
    assertThat(tracked()).containsExactly("a");
    assertThat(db.strings("SELECT to_regclass('b'), to_regclass('c')"))
        .containsExactly("null|null");
    SchemaMigrationStatus held = world.await_("m", "False", "RolledBack");
    assertThat(World.message(held)).contains("pg_2_b.sql was rolled back on request");
    assertThat(held.appliedHashes).containsExactly("a");
    // Pruned right afterwards: the ledger remembers, nothing is released.
    delete("undo");
    world.annotate("m", "reconcile.fluxcd.io/requestedAt", "1");
    world.awaitStatus("m", "looked at again", s -> "1".equals(s.lastHandledReconcileAt));
    assertThat(tracked()).containsExactly("a");
    String plan = World.message(held).replaceAll("(?s).*(p-[0-9a-f]{32}).*", "$1");
    world.edit("m", s -> s.approvedPlans = List.of(plan));
    world.awaitUpToDate("m", "a", "b", "c");
  }

  @Waiting
  void theSameRequestOfAClusterThatIsBuiltAnewIsDoneAlready() {
    start(THREE);
    world.awaitUpToDate("m", "a", "b", "c");
    request("undo", "c");
    awaitOver("undo", "True", "Complete");
    delete("undo");
    request("undo", "c");
    SchemaRollbackStatus again = awaitOver("undo", "True", "AlreadyExecuted");
    assertThat(again.undone).containsExactly("c");
    assertThat(tracked()).containsExactly("a", "b");
  }

  @Waiting
  void aRequestThatComesTogetherWithANewFileGoesFirst() {
    start(A, TABLE_A, UNDO_A, "DROP TABLE a;");
    world.awaitUpToDate("m", "a");
    request("undo", "a");
    world.files("files", A, TABLE_A, UNDO_A, "DROP TABLE a;", B, TABLE_B);
    awaitOver("undo", "True", "Complete");
    world.await_("m", "False", "RolledBack");
    assertThat(tracked()).isEmpty();
  }

  @Waiting
  void ofTwoRequestsTheOlderGoesFirst() {
    start(THREE);
    world.awaitUpToDate("m", "a", "b", "c");
    request("one", "c");
    awaitSecondAfter("one");
    request("two", "b");
    awaitOver("one", "True", "Complete");
    awaitOver("two", "True", "Complete");
    assertThat(tracked()).containsExactly("a");
  }

  @Waiting
  void whatIsNotTheNewestIsRefusedForGood() {
    start(THREE);
    world.awaitUpToDate("m", "a", "b", "c");
    request("undo", "b");
    SchemaRollbackStatus refused = awaitOver("undo", "False", "PreconditionFailed");
    assertThat(message("undo")).contains("the newest applied are c");
    assertThat(refused.undone).isNull();
    world.awaitUpToDate("m", "a", "b", "c");
  }

  @Waiting
  void aScriptThatFailsLeavesWhatWasUndoneBefore() {
    start(A, TABLE_A, B, TABLE_B, UNDO_A, "DROP TABLE nothing;", UNDO_B, "DROP TABLE b;");
    world.awaitUpToDate("m", "a", "b");
    request("undo", "b", "a");
    SchemaRollbackStatus failed = awaitOver("undo", "False", "PartiallyRolledBack");
    assertThat(failed.undone).containsExactly("b");
    assertThat(message("undo")).startsWith("undone: b; then rollback_pg_1_a.sql:1: ");
    assertThat(tracked()).containsExactly("a");
  }

  @Waiting
  void whatHasNoUndoIsNamedAndTrackingOnlyTouchesNoSchema() {
    start(A, TABLE_A);
    world.awaitUpToDate("m", "a");
    request("script", "a");
    awaitOver("script", "False", "RollbackImpossible");
    assertThat(message("script")).contains("rollback_pg_1_a.sql");
    request("rows", spec -> spec.method = "TrackingOnly", "a");
    awaitOver("rows", "True", "Complete");
    assertThat(message("rows")).contains("the schema was not touched");
    assertThat(tracked()).isEmpty();
    assertThat(db.strings("SELECT to_regclass('a')")).containsExactly("a");
  }

  @Waiting
  void aSuspendedMigrationIsUndoneAllTheSame() {
    start(THREE);
    world.awaitUpToDate("m", "a", "b", "c");
    world.edit("m", spec -> spec.suspend = true);
    world.await_("m", "True", "Suspended");
    request("wrong", "a");
    awaitOver("wrong", "False", "PreconditionFailed");
    world.await_("m", "True", "Suspended");
    request("undo", "c");
    awaitOver("undo", "True", "Complete");
    assertThat(tracked()).containsExactly("a", "b");
    SchemaMigrationStatus behind = world.await_("m", "False", "Suspended");
    assertThat(behind.lastApplied).isNull();
    assertThat(behind.appliedHashes).containsExactly("a", "b");
    assertThat(behind.current.hash).isEqualTo("b");
    request("more", "b");
    awaitOver("more", "True", "Complete");
    world.awaitStatus("m", "back at a", s -> List.of("a").equals(s.appliedHashes));
    world.edit("m", spec -> spec.suspend = false);
    assertThat(world.await_("m", "False", "RolledBack").heldCount).isEqualTo(2);
  }

  @Waiting
  void whatIsTooLateOrHasNoMigrationUndoesNothing() {
    start(THREE);
    world.awaitUpToDate("m", "a", "b", "c");
    request("late", spec -> spec.notAfter = "2020-01-01T00:00:00Z", "c");
    awaitOver("late", "False", "Expired");
    request("lost", spec -> spec.migrationRef.name = "elsewhere", "c");
    awaitOver("lost", "False", "MigrationNotFound");
    assertThat(tracked()).containsExactly("a", "b", "c");
    world.awaitUpToDate("m", "a", "b", "c");
  }

  @Waiting
  void anEditedUndoWaitsUntilItsTextIsAcknowledged() {
    start(A, TABLE_A, UNDO_A, "DROP TABLE a;");
    world.awaitUpToDate("m", "a");
    String edited = "ALTER TABLE a RENAME TO kept;";
    world.files("files", A, TABLE_A, UNDO_A, edited);
    request("undo", "a");
    awaitOver("undo", "False", "ContentChanged");
    // Nothing is pending, but who waits for the migration waits for what was asked of it, too.
    SchemaMigrationStatus waiting = world.await_("m", "False", "ContentChanged");
    assertThat(World.message(waiting))
        .startsWith("SchemaRollback undo goes first; rollback_pg_1_a.sql is not");
    assertThat(kstatusOfMigration("m")).isEqualTo(KStatus.FAILED);
    SchemaMigrationSpec.Acknowledgement accepted = new SchemaMigrationSpec.Acknowledgement();
    accepted.hash = "a";
    accepted.sha256 = Digest.sha256(edited);
    assertThat(message("undo")).contains(accepted.sha256);
    world.edit("m", spec -> spec.acknowledge = List.of(accepted));
    awaitOver("undo", "True", "Complete");
    assertThat(db.strings("SELECT to_regclass('kept')")).containsExactly("kept");
  }

  @Waiting
  void anOperatorStoppedInTheMiddleIsFollowedByTheNext() {
    world.files(
        "files",
        A,
        TABLE_A,
        B,
        TABLE_B,
        C,
        TABLE_C,
        UNDO_A,
        "DROP TABLE a;",
        UNDO_B,
        "DROP TABLE b;",
        UNDO_C,
        "SELECT pg_sleep(4); DROP TABLE c;");
    world.migration("m");
    World.Running first = world.startOperator();
    world.awaitUpToDate("m", "a", "b", "c");
    String soon = Instant.now().plusSeconds(15).truncatedTo(ChronoUnit.SECONDS).toString();
    request("undo", spec -> spec.notAfter = soon, "c", "b", "a");
    awaitSleeping(1);
    world.stop(first);
    assertThat(tracked()).as("the script in flight ended").containsExactly("a", "b");
    await().atMost(World.PATIENCE).until(() -> Instant.now().isAfter(Instant.parse(soon)));
    world.startOperator();
    assertThat(awaitOver("undo", "True", "Complete").undone)
        .as("what was begun does not expire")
        .containsExactly("c", "b", "a");
    assertThat(tracked()).isEmpty();
    assertThat(
            db.strings(
                "SELECT hash FROM drizzle_migrations_ledger WHERE event = 'rolled_back'"
                    + " ORDER BY id"))
        .containsExactly("c", "b", "a");
  }
}
