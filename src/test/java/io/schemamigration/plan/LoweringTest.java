package io.schemamigration.plan;

import static io.schemamigration.plan.Situations.start;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.OptionalLong;
import org.junit.jupiter.api.Test;

/** A target hash below the present. */
final class LoweringTest {
  private static final String DROP_2 = "DROP TABLE h2;";
  private static final String DROP_3 = "DROP TABLE h3;";

  /** Three files applied, the target is the first, and the ledger has what undoes the others. */
  private static Situations lowered() {
    return start()
        .files(1, 2, 3)
        .applied(1, 2, 3)
        .stored(2, DROP_2)
        .stored(3, DROP_3)
        .target("h1")
        .rollbackAllowed();
  }

  private static Plan.Undo undone(Situations situations) {
    return (Plan.Undo) situations.plan();
  }

  private static Plan.Refuse refused(Situations situations) {
    return (Plan.Refuse) situations.plan();
  }

  private static List<String> hashes(Plan.Undo undo) {
    return undo.scripts().stream().map(Script::hash).toList();
  }

  @Test
  void withoutTheWordOfThePolicyATargetNeverRollsBack() {
    Plan.Refuse refuse = refused(start().files(1, 2).applied(1, 2).target("h1"));
    assertThat(refuse.reason()).isEqualTo(Reason.ROLLBACK_DENIED);
    assertThat(refuse.message())
        .isEqualTo(
            "spec.targetHash h1 is below h2, which is applied; raise it, or let it roll back with"
                + " policy.rollback: Allow");
  }

  @Test
  void whatIsAboveIsUndoneNewestFirstByWhatWasStored() {
    Plan.Undo undo = undone(lowered());
    assertThat(hashes(undo)).containsExactly("h3", "h2");
    assertThat(undo.scripts()).extracting(Script::text).containsExactly(DROP_3, DROP_2);
    assertThat(undo.request()).isEmpty();
    assertThat(undo.trackingOnly()).isFalse();
  }

  @Test
  void anUndoThatStoppedOnTheWayGoesOnAndStopsAMigrationOnceTheTargetIsRaised() {
    assertThat(hashes(undone(lowered().undoing(7)))).containsExactly("h3", "h2");
    Plan.Refuse raised = refused(lowered().undoing(7).target("h3"));
    assertThat(raised.reason()).isEqualTo(Reason.PARTIALLY_ROLLED_BACK);
  }

  @Test
  void theIdCanBeComputedFromTheFiles() {
    String lines =
        """
        v1
        RollBack
        "public"."drizzle_migrations"
        h3
        h3 %s %s
        h2 %s %s
        h1
        """
            .formatted(
                Digest.sha256(Situations.sql("h3")),
                Digest.sha256(DROP_3),
                Digest.sha256(Situations.sql("h2")),
                Digest.sha256(DROP_2));
    assertThat(undone(lowered()).id()).isEqualTo("p-" + Digest.sha256(lines).substring(0, 32));
  }

  @Test
  void whatWasAppliedOutOfOrderIsUndoneInTheOrderOfTheDatabase() {
    Situations situations =
        start()
            .files(1, 2, 3)
            .applied(1, 3, 2)
            .stored(2, DROP_2)
            .stored(3, DROP_3)
            .target("h1")
            .rollbackAllowed();
    assertThat(hashes(undone(situations))).containsExactly("h2", "h3");
  }

  @Test
  void whatStaysIsNeverSteppedOver() {
    Plan.Refuse refuse =
        refused(
            start()
                .files(1, 2, 3)
                .applied(1, 3, 2)
                .stored(3, DROP_3)
                .target("h2")
                .rollbackAllowed());
    assertThat(refuse.reason()).isEqualTo(Reason.ROLLBACK_IMPOSSIBLE);
    assertThat(refuse.message()).contains("would undo h3, but h2, which stays, was applied later");
  }

  @Test
  void aFileThatIsGoneIsUndoneByTheNumberInTheLedger() {
    Situations situations =
        start().files(1).applied(1, 2).stored(2, DROP_2).target("h1").rollbackAllowed();
    assertThat(hashes(undone(situations))).containsExactly("h2");
  }

  @Test
  void withoutAnUndoNothingIsUndone() {
    Plan.Refuse refuse =
        refused(
            start()
                .files(1, 2, 3)
                .applied(1, 2, 3)
                .stored(3, DROP_3)
                .target("h1")
                .rollbackAllowed());
    assertThat(refuse.reason()).isEqualTo(Reason.ROLLBACK_IMPOSSIBLE);
    assertThat(refuse.message()).contains("nothing is known that undoes h2");
  }

  @Test
  void anEditedUndoIsTakenOnlyWhenItIsAcknowledged() {
    Situations edited = lowered().raw("rollback_pg_3_h3.sql", "DROP TABLE h3 CASCADE;");
    Plan.Refuse refuse = refused(edited);
    assertThat(refuse.reason()).isEqualTo(Reason.CONTENT_CHANGED);
    edited.acknowledge("h3", Digest.sha256("DROP TABLE h3 CASCADE;"));
    assertThat(undone(edited).scripts().getFirst().text()).isEqualTo("DROP TABLE h3 CASCADE;");
  }

  @Test
  void ourBooksComeFirst() {
    Situations without = lowered().noLedger().memory(Memory.NONE);
    assertThat(without.plan()).isInstanceOf(Plan.Record.class);
    assertThat(without.planOnly().plan()).isInstanceOf(Plan.Undo.class);
  }

  @Test
  void onceRaisedWhatWasLoweredMayComeAgain() {
    Situations again =
        start()
            .files(1, 2)
            .applied(1)
            .absent("h2", History.Fate.LOWERED, "r1", Digest.sha256(Situations.sql("h2")));
    assertThat(((Plan.Apply) again.plan()).scripts())
        .extracting(Script::hash)
        .containsExactly("h2");
    assertThat(again.seen("h1", "h2").plan()).isInstanceOf(Plan.Apply.class);
  }

  @Test
  void aPinAsksForNothingWhereNothingIsAbove() {
    Situations situations = start().files(1, 2).applied(1).target("h2").rollbackAllowed();
    assertThat(Pin.of(situations.source(), situations.policy()).orElseThrow())
        .satisfies(pin -> assertThat(pin.hashes(situations.history())).isEmpty());
    situations.row(
        "unknown",
        java.util.Optional.of(
            new History.Recorded(
                OptionalLong.empty(),
                java.util.Optional.empty(),
                java.util.Optional.empty(),
                OptionalLong.empty(),
                false)));
    assertThat(Pin.of(situations.source(), situations.policy()).orElseThrow())
        .satisfies(pin -> assertThat(pin.hashes(situations.history())).isEmpty());
  }

  /** Another tool may have done something else than the file says, or did it to be kept. */
  @Test
  void whatAnotherToolAppliedIsUndoneOnlyOnceApproved() {
    for (Situations foreign :
        List.of(
            start().files(1, 2).applied(1).adopted(2).stored(2, DROP_2),
            start().files(1, 2).raw("rollback_pg_2_h2.sql", DROP_2).applied(1).byHand("h2"))) {
      foreign.target("h1").rollbackAllowed();
      Plan.Refuse refuse = refused(foreign);
      assertThat(refuse.reason()).isEqualTo(Reason.ROLLBACK_DENIED);
      assertThat(refuse.undoes()).isTrue();
      String id = refuse.id().orElseThrow();
      assertThat(refuse.message())
          .startsWith("h2 was not applied by this operator")
          .endsWith("which undoes h2, add " + id + " to spec.approvedPlans");
      assertThat(((Plan.Change) foreign.approve(id).plan()).id()).isEqualTo(id);
    }
  }

  @Test
  void itIsRefusedBeforeAnythingIsUndoneThatTheTargetCannotBeReached() {
    Situations late =
        start()
            .files(1, 2, 3, 4)
            .applied(1, 3, 4)
            .stored(4, "DROP TABLE h4;")
            .target("h3")
            .rollbackAllowed();
    assertThat(refused(late).reason()).isEqualTo(Reason.OUT_OF_ORDER);
    assertThat(late.outOfOrderApplies().plan()).isInstanceOf(Plan.Undo.class);
  }

  @Test
  void whatIsUndoneAnywayMayHaveChanged() {
    Situations changed =
        start()
            .files(1)
            .file(2, "CREATE TABLE other (id int);")
            .applied(1, 2)
            .stored(2, DROP_2)
            .target("h1")
            .rollbackAllowed();
    assertThat(hashes(undone(changed))).containsExactly("h2");
  }

  @Test
  void anUndoThatSaysNothingUndoesNothing() {
    Plan.Refuse refuse =
        refused(
            start()
                .files(1, 2)
                .applied(1, 2)
                .stored(2, "-- later\n")
                .target("h1")
                .rollbackAllowed());
    assertThat(refuse.reason()).isEqualTo(Reason.ROLLBACK_IMPOSSIBLE);
    assertThat(refuse.message()).startsWith("rollback_pg_2_h2.sql has no statement");
  }
}
