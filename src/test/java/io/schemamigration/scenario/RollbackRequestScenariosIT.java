package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.api.SchemaRollback;
import io.schemamigration.testing.KStatus;
import io.schemamigration.testing.MovableClock;
import java.time.Duration;
import java.util.List;

/** Requests that meet others or new files, go away, or name what is not theirs. */
final class RollbackRequestScenariosIT extends RollbackScenario {
  @Waiting
  void aRequestThatIsPrunedRightAfterItIsDoneReleasesNothing() {
    start(THREE);
    world.awaitUpToDate("m", "a", "b", "c");
    request("undo", "c");
    awaitOver("undo", "True", "Complete");
    assertThat(kstatus("undo")).isEqualTo(KStatus.CURRENT);
    delete("undo");
    SchemaMigrationStatus held = world.await_("m", "False", "RolledBack");
    look("m", "1");
    assertThat(World.message(world.await_("m", "False", "RolledBack")))
        .isEqualTo(World.message(held));
    assertThat(kstatusOfMigration("m")).isEqualTo(KStatus.FAILED);
    assertThat(held.heldCount).isEqualTo(1);
    assertThat(tracked()).containsExactly("a", "b");
    assertThat(tables()).containsExactly("a", "b");
    assertThat(ledger()).containsExactly("applied a", "applied b", "applied c", "rolled_back c");
  }

  @Waiting
  void aRequestThatIsDeletedInTheMiddleEndsWithTheScriptInFlightAndAskedAnewGoesOn() {
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
        "DROP TABLE b;" + AT_THE_GATE,
        UNDO_C,
        "DROP TABLE c;");
    world.awaitUpToDate("m", "a", "b", "c");
    closeGate();
    request("undo", "c", "b", "a");
    awaitSleeping(1);
    assertThat(kstatus("undo")).isEqualTo(KStatus.IN_PROGRESS);
    delete("undo");
    awaitNobodyConnected();
    openGate();
    SchemaMigrationStatus held = world.await_("m", "False", "RolledBack");
    assertThat(held.appliedHashes).containsExactly("a", "b");
    assertThat(kstatusOfMigration("m")).isEqualTo(KStatus.FAILED);
    assertThat(tracked()).containsExactly("a", "b");
    assertThat(tables()).as("the script in flight was rolled back").containsExactly("a", "b");
    assertThat(ledger()).containsExactly("applied a", "applied b", "applied c", "rolled_back c");
    request("undo", "c", "b", "a");
    assertThat(awaitOver("undo", "True", "Complete").undone).containsExactly("c", "b", "a");
    assertThat(kstatus("undo")).isEqualTo(KStatus.CURRENT);
    assertThat(tracked()).isEmpty();
    assertThat(tables()).isEmpty();
    assertThat(ledger()).endsWith("rolled_back c", "rolled_back b", "rolled_back a");
    assertThat(world.await_("m", "False", "RolledBack").heldCount).isEqualTo(3);
  }

  @Waiting
  void aNewerFileThatComesTogetherWithARequestIsHeldWithWhatWasUndone() {
    runOnce(A, TABLE_A, B, TABLE_B, UNDO_B, "DROP TABLE b;");
    world.files("files", A, TABLE_A, B, TABLE_B, UNDO_B, "DROP TABLE b;", C, TABLE_C);
    request("undo", "b");
    world.startOperator();
    assertThat(awaitOver("undo", "True", "Complete").undone).containsExactly("b");
    assertThat(kstatus("undo")).isEqualTo(KStatus.CURRENT);
    SchemaMigrationStatus held = world.await_("m", "False", "RolledBack");
    assertThat(held.heldCount).isEqualTo(2);
    assertThat(World.message(held)).startsWith(B).contains("everything above it");
    assertThat(kstatusOfMigration("m")).isEqualTo(KStatus.FAILED);
    assertThat(tracked()).containsExactly("a");
    assertThat(tables()).containsExactly("a");
    assertThat(ledger()).containsExactly("applied a", "applied b", "rolled_back b");
  }

  @Waiting
  void aNewerFileThatReplacesTheOneToBeUndoneRunsAfterIt() {
    runOnce(A, TABLE_A, B, TABLE_B, UNDO_B, "DROP TABLE b;");
    // One commit: the bad file and its undo are gone, a better one is there, and the request.
    world.files("files", A, TABLE_A, C, "CREATE TABLE b(id bigint);");
    request("undo", "b");
    world.startOperator();
    assertThat(awaitOver("undo", "True", "Complete").undone).containsExactly("b");
    world.awaitUpToDate("m", "a", "c");
    assertThat(kstatusOfMigration("m")).isEqualTo(KStatus.CURRENT);
    assertThat(tables()).containsExactly("a", "b");
    assertThat(ledger()).containsExactly("applied a", "applied b", "rolled_back b", "applied c");
  }

  @Waiting
  void ofSeveralRequestsOneRunsAtATimeAndWhatIsNoLongerTheNewestIsRefused() {
    start(
        A,
        TABLE_A,
        B,
        TABLE_B,
        C,
        TABLE_C,
        UNDO_B,
        "DROP TABLE b;",
        UNDO_C,
        "DROP TABLE c;" + AT_THE_GATE);
    world.awaitUpToDate("m", "a", "b", "c");
    closeGate();
    // Of requests of the same second the name decides.
    request("r1", "c");
    request("r2", "c");
    request("r3", "b");
    awaitSleeping(1);
    awaitOver("r2", "False", "EarlierRequest");
    awaitOver("r3", "False", "EarlierRequest");
    assertThat(message("r3")).contains("SchemaRollback r1 goes first");
    assertThat(kstatus("r3")).isEqualTo(KStatus.IN_PROGRESS);
    world.await_("m", "Unknown", "RollingBack");
    openGate();
    assertThat(awaitOver("r1", "True", "Complete").undone).containsExactly("c");
    assertThat(awaitOver("r2", "False", "PreconditionFailed").undone).isNull();
    assertThat(message("r2")).contains("the newest applied are b");
    assertThat(awaitOver("r3", "True", "Complete").undone).containsExactly("b");
    assertThat(List.of(kstatus("r1"), kstatus("r2"), kstatus("r3")))
        .containsExactly(KStatus.CURRENT, KStatus.FAILED, KStatus.CURRENT);
    assertThat(world.await_("m", "False", "RolledBack").heldCount).isEqualTo(2);
    assertThat(tracked()).containsExactly("a");
    assertThat(tables()).containsExactly("a");
    assertThat(ledger()).endsWith("applied c", "rolled_back c", "rolled_back b");
  }

  @Waiting
  void aRequestForAMigrationOfAnotherNamespaceFindsNoneUntilItIsInItsOwn() {
    String elsewhere = world.anotherNamespace();
    start(THREE);
    world.awaitUpToDate("m", "a", "b", "c");
    GenericKubernetesResource foreign =
        Serialization.unmarshal(
            """
            apiVersion: schemamigration.io/v1
            kind: SchemaRollback
            metadata: {name: undo, namespace: %s}
            spec:
              migrationRef: {name: m, namespace: %s}
              undo: [c]
            """
                .formatted(elsewhere, world.namespace()),
            GenericKubernetesResource.class);
    world.user().resource(foreign).create();
    var created = world.user().resources(SchemaRollback.class).inNamespace(elsewhere);
    await()
        .atMost(World.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(Serialization.asJson(created.withName("undo").get().getStatus()))
                    .contains("MigrationNotFound")
                    .containsPattern("SchemaMigration (\\S+/)?m is not there"));
    SchemaRollback seen = created.withName("undo").get();
    assertThat(KStatus.of(1, seen.getStatus().observedGeneration, seen.getStatus().conditions))
        .isEqualTo(KStatus.IN_PROGRESS);
    if (apiServer == ApiServer.REAL) {
      assertThat(
              Serialization.asJson(
                  world.user().resource(foreign).get().getAdditionalProperties().get("spec")))
          .as("the API server leaves out what is no field")
          .doesNotContain("namespace");
    }
    look("m", "1");
    world.awaitUpToDate("m", "a", "b", "c");
    assertThat(ledger()).containsExactly("applied a", "applied b", "applied c");
    request("undo", "c");
    awaitOver("undo", "True", "Complete");
    assertThat(tracked()).containsExactly("a", "b");
  }

  @Waiting
  void aMigrationOfAnotherNameUndoesOnlyWhatItOwns() {
    MovableClock clock = new MovableClock();
    start(clock, THREE);
    world.awaitUpToDate("m", "a", "b", "c");
    request("undo", "c");
    awaitOver("undo", "True", "Complete");
    delete("undo");
    world.migration("renamed");
    request("undo", spec -> spec.migrationRef.name = "renamed", "c");
    awaitOver("undo", "False", "OwnedByOther");
    assertThat(message("undo")).contains("belongs to SchemaMigration " + world.namespace() + "/m");
    world.delete("m");
    awaitMessage("undo", "which is gone; it is taken over if it stays so for spec.interval");
    assertThat(kstatus("undo")).isEqualTo(KStatus.IN_PROGRESS);
    assertThat(tracked()).containsExactly("a", "b");
    clock.forward(Duration.ofMinutes(11));
    world.annotate("renamed", "reconcile.fluxcd.io/requestedAt", "1");
    // Another name is another request, but what it names was undone for the one before.
    awaitOver("undo", "False", "PreconditionFailed");
    assertThat(message("undo")).contains("the newest applied are b");
    assertThat(kstatus("undo")).isEqualTo(KStatus.FAILED);
    SchemaMigrationStatus held = world.await_("renamed", "False", "RolledBack");
    assertThat(held.heldCount).isEqualTo(1);
    assertThat(tables()).containsExactly("a", "b");
    assertThat(ledger()).endsWith("applied c", "rolled_back c");
    approve("renamed", World.message(held));
    world.awaitUpToDate("renamed", "a", "b", "c");
    assertThat(owners()).containsExactly("m", "renamed");
  }

  @Waiting
  void aMigrationOfAnotherNameUndoesItselfOnceTheDatabaseIsTakenOver() {
    MovableClock clock = new MovableClock();
    start(clock, THREE);
    world.awaitUpToDate("m", "a", "b", "c");
    world.delete("m");
    await().atMost(World.PATIENCE).until(() -> world.get("m") == null);
    world.migration("renamed");
    request("undo", spec -> spec.migrationRef.name = "renamed", "c");
    awaitOver("undo", "False", "OwnedByOther");
    assertThat(tracked()).containsExactly("a", "b", "c");
    clock.forward(Duration.ofMinutes(11));
    world.annotate("renamed", "reconcile.fluxcd.io/requestedAt", "1");
    assertThat(awaitOver("undo", "True", "Complete").undone).containsExactly("c");
    SchemaMigrationStatus held = world.await_("renamed", "False", "RolledBack");
    assertThat(tables()).containsExactly("a", "b");
    assertThat(ledger()).endsWith("applied c", "rolled_back c");
    approve("renamed", World.message(held));
    world.awaitUpToDate("renamed", "a", "b", "c");
    assertThat(owners()).containsExactly("m", "renamed");
  }

  /** Applies a and b, and leaves no operator behind: what is changed next arrives at once. */
  private void runOnce(String... files) {
    world.files("files", files);
    world.migration("m");
    World.Running operator = world.startOperator();
    world.awaitUpToDate("m", "a", "b");
    world.stop(operator);
  }
}
