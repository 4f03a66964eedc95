package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.api.SchemaRollback;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.KStatus;
import io.schemamigration.testing.PostgresMajors;
import io.schemamigration.testing.PostgresServer;

/** Requests after a cluster, a ledger or a database was lost and came back in some way. */
final class RollbackRecoveryScenariosIT extends RollbackScenario {
  @Waiting
  void aClusterThatIsBuiltAnewFromGitFindsItsRequestDoneAndTheHoldThere() {
    World.Running first = startAndUndo();
    world.stop(first);
    deleteEverything();
    world.secret("db", db);
    world.files("files", THREE);
    world.migration("m");
    request("undo", "c");
    world.startOperator();
    assertThat(awaitOver("undo", "True", "AlreadyExecuted").undone).containsExactly("c");
    assertThat(kstatus("undo")).isEqualTo(KStatus.CURRENT);
    SchemaMigrationStatus held = world.await_("m", "False", "RolledBack");
    assertThat(held.heldCount).isEqualTo(1);
    assertThat(held.appliedHashes).containsExactly("a", "b");
    assertThat(kstatusOfMigration("m")).isEqualTo(KStatus.FAILED);
    assertNothingMoreHappened();
    approve("m", World.message(held));
    world.awaitUpToDate("m", "a", "b", "c");
    assertThat(status("undo").undone).as("released, it is not undone again").containsExactly("c");
  }

  @Waiting
  void anotherClusterLeavesAloneWhatTheFirstOneHasUndone() {
    World.Running first = startAndUndo();
    world.stop(first);
    deleteEverything();
    anotherClusterOwnsIt();
    world.secret("db", db);
    world.files("files", THREE);
    world.migration("m");
    request("undo", "c");
    world.startOperator();
    assertThat(awaitOver("undo", "True", "AlreadyExecuted").undone).containsExactly("c");
    assertNothingMoreHappened();
    approve("m", World.message(world.await_("m", "False", "OwnedByOther")));
    // Taken over, but nobody has said that what is held may run.
    assertThat(world.await_("m", "False", "RolledBack").heldCount).isEqualTo(1);
    assertNothingMoreHappened();
  }

  @Waiting
  void withoutALedgerTheFilesOfTheSourceUndo() {
    World.Running first = start3();
    world.stop(first);
    db.execute("DROP TABLE drizzle_migrations_ledger");
    request("undo", "c");
    world.startOperator();
    assertThat(awaitOver("undo", "True", "Complete").undone).containsExactly("c");
    assertThat(kstatus("undo")).isEqualTo(KStatus.CURRENT);
    SchemaMigrationStatus held = world.await_("m", "False", "RolledBack");
    assertThat(held.heldCount).isEqualTo(1);
    assertThat(kstatusOfMigration("m")).isEqualTo(KStatus.FAILED);
    assertThat(tracked()).containsExactly("a", "b");
    assertThat(tables()).containsExactly("a", "b");
    assertThat(ledger()).containsExactly("adopted a", "adopted b", "adopted c", "rolled_back c");
  }

  @Waiting
  void aRequestOfALedgerThatIsLostIsNotDoneAgain() {
    startAndUndo();
    world.edit("m", spec -> spec.suspend = true);
    world.await_("m", "False", "Suspended");
    db.execute("DROP TABLE drizzle_migrations_ledger");
    delete("undo");
    request("undo", "c");
    assertThat(awaitOver("undo", "False", "PreconditionFailed").undone).isNull();
    assertThat(message("undo")).contains("the newest applied are b");
    assertThat(kstatus("undo")).isEqualTo(KStatus.FAILED);
    assertThat(tracked()).containsExactly("a", "b");
    assertThat(tables()).containsExactly("a", "b");
  }

  @Waiting
  void restoredToBeforeTheRollbackTheSameRequestUndoesOnceMore() {
    World.Running first = start3();
    Db before = copy();
    request("undo", "c");
    awaitOver("undo", "True", "Complete");
    world.await_("m", "False", "RolledBack");
    restore(before);
    look("m", "1");
    // What is over is over; the database has its file again.
    world.awaitUpToDate("m", "a", "b", "c");
    assertThat(kstatusOfMigration("m")).isEqualTo(KStatus.CURRENT);
    assertThat(kstatus("undo")).isEqualTo(KStatus.CURRENT);
    assertThat(ledger()).containsExactly("applied a", "applied b", "applied c");
    world.stop(first);
    world.startOperator();
    look("m", "2");
    world.awaitUpToDate("m", "a", "b", "c");
    delete("undo");
    request("undo", "c");
    assertThat(awaitOver("undo", "True", "Complete").undone).containsExactly("c");
    world.await_("m", "False", "RolledBack");
    assertNothingMoreHappened();
  }

  @Waiting
  void restoredToBeforeTheFileThereIsNothingToUndoUntilItIsApplied() {
    start(A, TABLE_A, B, TABLE_B);
    world.awaitUpToDate("m", "a", "b");
    Db before = copy();
    world.files("files", THREE);
    world.awaitUpToDate("m", "a", "b", "c");
    restore(before);
    request("undo", "c");
    awaitOver("undo", "False", "PreconditionFailed");
    assertThat(message("undo")).contains("the newest applied are b");
    assertThat(kstatus("undo")).isEqualTo(KStatus.FAILED);
    SchemaMigrationStatus lost = world.await_("m", "False", "HistoryWentBack");
    assertThat(kstatusOfMigration("m")).isEqualTo(KStatus.FAILED);
    assertThat(tables()).containsExactly("a", "b");
    approve("m", World.message(lost));
    world.awaitUpToDate("m", "a", "b", "c");
    request("again", "c");
    assertThat(awaitOver("again", "True", "Complete").undone).containsExactly("c");
    assertThat(tracked()).containsExactly("a", "b");
    assertThat(ledger()).containsExactly("applied a", "applied b", "applied c", "rolled_back c");
  }

  @Waiting
  void restoredToBeforeTheFileThatWasUndoneLaterItIsNewAgain() {
    start(A, TABLE_A, B, TABLE_B);
    world.awaitUpToDate("m", "a", "b");
    Db before = copy();
    world.files("files", THREE);
    world.awaitUpToDate("m", "a", "b", "c");
    request("undo", "c");
    awaitOver("undo", "True", "Complete");
    world.await_("m", "False", "RolledBack");
    restore(before);
    world.annotate("m", "reconcile.fluxcd.io/requestedAt", "1");
    // The database knows neither the file nor that it was undone.
    world.awaitUpToDate("m", "a", "b", "c");
    assertThat(status("undo").undone).containsExactly("c");
    assertThat(ledger()).containsExactly("applied a", "applied b", "applied c");
    delete("undo");
    request("undo", "c");
    awaitOver("undo", "True", "Complete");
    world.await_("m", "False", "RolledBack");
    assertNothingMoreHappened();
  }

  private World.Running start3() {
    world.files("files", THREE);
    world.migration("m");
    World.Running running = world.startOperator();
    world.awaitUpToDate("m", "a", "b", "c");
    return running;
  }

  private World.Running startAndUndo() {
    World.Running running = start3();
    request("undo", "c");
    awaitOver("undo", "True", "Complete");
    assertNothingMoreHappened();
    return running;
  }

  private void assertNothingMoreHappened() {
    assertThat(tracked()).containsExactly("a", "b");
    assertThat(tables()).containsExactly("a", "b");
    assertThat(ledger()).containsExactly("applied a", "applied b", "applied c", "rolled_back c");
  }

  private void anotherClusterOwnsIt() {
    db.execute(
        "INSERT INTO drizzle_migrations_ledger(event, detail) SELECT 'owner', detail ||"
            + " '{\"cluster\": \"another\"}' FROM drizzle_migrations_ledger WHERE event = 'owner'");
  }

  /**
   * All that a cluster has of a database, statuses with it. The namespace stays: here is no
   * controller that ends one, and nobody asks for more than its name. So do the CRDs: other
   * scenarios are going on.
   */
  private void deleteEverything() {
    KubernetesClient user = world.user();
    user.resources(SchemaRollback.class).inNamespace(world.namespace()).delete();
    user.resources(SchemaMigration.class).inNamespace(world.namespace()).delete();
    user.configMaps().inNamespace(world.namespace()).withName("files").delete();
    user.secrets().inNamespace(world.namespace()).withName("db").delete();
    await().atMost(World.PATIENCE).until(() -> world.get("m") == null);
  }

  /** A backup of the database as it is now. */
  private Db copy() {
    Db copy = db.connectTo(db.name() + "_copy");
    awaitNobodyConnected();
    admin(
        "CREATE DATABASE \"%s\" TEMPLATE \"%s\" OWNER \"%s\""
            .formatted(copy.name(), db.name(), db.user()));
    return copy;
  }

  /** Puts a backup in the place of the database. */
  private void restore(Db copy) {
    admin("DROP DATABASE \"%s\" WITH (FORCE)".formatted(db.name()));
    admin("ALTER DATABASE \"%s\" RENAME TO \"%s\"".formatted(copy.name(), db.name()));
  }

  private static void admin(String sql) {
    PostgresServer.shared(PostgresMajors.newest()).admin().execute(sql);
  }
}
