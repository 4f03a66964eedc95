package io.schemamigration.plan;

import static io.schemamigration.plan.Situations.start;
import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import org.junit.jupiter.api.Test;

/** What an approval releases: what it was given for, and nothing that comes later. */
class ReleasesTest {

  private static Plan.Refuse refused(Situations situation) {
    return (Plan.Refuse) situation.plan();
  }

  private static String id(Situations situation) {
    return refused(situation).id().orElseThrow();
  }

  @Test
  void aTakeOverIsApprovedOnce() {
    String first = id(start().files(1).applied(1).owner("other", Ownership.FOREIGN));
    Situations again =
        start().files(1).applied(1).owner("other", Ownership.FOREIGN).ownedSince(5).approve(first);
    assertThat(refused(again).reason()).isEqualTo(Reason.OWNED_BY_OTHER);
    assertThat(again.approve(id(again)).plan()).isInstanceOf(Plan.Record.class);
  }

  private static Situations lost(long ledger) {
    Memory memory =
        new Memory(
            List.of("h1"),
            Optional.of("h1"),
            Optional.empty(),
            Optional.of("1/2/" + new UUID(7, ledger)),
            Optional.empty());
    Situations situation = start().files(1, 2).applied(1).noLedger();
    situation.memory(memory);
    return situation;
  }

  @Test
  void aLostLedgerIsApprovedOnce() {
    String first = id(lost(1));
    assertThat(lost(1).approve(first).plan()).isInstanceOf(Plan.Apply.class);
    assertThat(refused(lost(2).approve(first)).reason()).isEqualTo(Reason.LEDGER_MISSING);
  }

  @Test
  void whatWentAwayIsWrittenDownThoughNothingIsPending() {
    Situations situation = start().files(1).applied(1).seen("h1", "h2");
    Plan.Record written = (Plan.Record) situation.approve(id(situation)).plan();
    assertThat(written.books().accepted()).containsExactly("h2");
    assertThat(written.books().approved()).contains(written.id());
  }

  @Test
  void whatWentAwayTwiceIsApprovedTwice() {
    Situations first = start().files(1, 2).applied(1).seenAt("2026-01-01T00:00:00Z", "h1", "h2");
    Situations again = start().files(1, 2).applied(1).seenAt("2026-01-02T00:00:00Z", "h1", "h2");
    String approved = id(first);
    assertThat(first.approve(approved).plan()).isInstanceOf(Plan.Apply.class);
    assertThat(refused(again.approve(approved)).reason()).isEqualTo(Reason.HISTORY_WENT_BACK);
    assertThat(again.approve(id(again)).plan()).isInstanceOf(Plan.Apply.class);
  }

  @Test
  void aRowThatIsRemovedTwiceIsApprovedTwice() {
    assertThat(id(removed("run-2"))).isNotEqualTo(id(removed("run-1")));
  }

  /** What a run had applied. */
  private static Situations removed(String run) {
    return start()
        .files(1, 2)
        .applied(1)
        .absent("h2", History.Fate.WENT_AWAY, run, "5f".repeat(32));
  }

  @Test
  void whatWentAwayAndIsThereInPartGoesOnFromThere() {
    Situations restored = start().files(1, 2).applied(1).begun("h2", 9).seen("h1", "h2");
    Plan.Apply apply = (Plan.Apply) restored.approve(id(restored)).plan();
    assertThat(apply.scripts()).extracting(Script::hash).containsExactly("h2");
    assertThat(apply.books().accepted()).isEmpty();
  }

  @Test
  void whatWasLostIsNotForgottenWhileItIsApprovedAndSomethingElseIsTold() {
    Situations lost = start().file(1, "SELECT 2;").file(2, "SELECT 1;").appliedText(1, "SELECT 1;");
    lost.seen("h1", "h2");
    Plan.Refuse first = refused(lost);
    assertThat(first.reason()).isEqualTo(Reason.HISTORY_WENT_BACK);
    Plan.Refuse then = refused(lost.approve(approvable(lost)));
    assertThat(then.reason()).isEqualTo(Reason.CONTENT_CHANGED);
    assertThat(then.lost()).isTrue();
  }

  /** The id that is shown once nothing else is wrong. */
  private static String approvable(Situations lost) {
    Situations mended =
        start().file(1, "SELECT 1;").file(2, "SELECT 1;").appliedText(1, "SELECT 1;");
    return id(mended.seen("h1", "h2"));
  }

  @Test
  void whatSomebodyMayBeGoingOnWithIsWaitedFor() {
    Plan.Refuse refuse = refused(start().files(1, 3).applied(1).begun("h2", 9).underWay());
    assertThat(refuse.reason()).isEqualTo(Reason.LOCK_HELD);
    assertThat(refuse.message()).startsWith("a part of h2 ran, and whoever has the lock");
    assertThat(refuse.id()).isEmpty();
    assertThat(start().files(1, 2).applied(1).begun("h2", 9).underWay().plan())
        .isInstanceOf(Plan.Apply.class);
  }

  @Test
  void nothingRunsBehindAPartOfWhatComesAfterIt() {
    Situations late = start().files(1, 2, 3).applied(1).begun("h3", 9);
    assertThat(refused(late).reason()).isEqualTo(Reason.OUT_OF_ORDER);
    assertThat(refused(late).message())
        .isEqualTo(
            "pg_2_h2.sql comes before h3, of which a part ran already; renumber it, or allow it"
                + " with policy.outOfOrder: Apply");
    assertThat(late.outOfOrderApplies().plan()).isInstanceOf(Plan.Apply.class);
  }

  @Test
  void whoIsAskedToApproveWhatIsHeldIsToldWhatElseIsInTheWay() {
    Situations held =
        start().files(1, 2, 3).applied(1).rolledBack(2, Situations.sql("h2"), "r1").begun("h3", 9);
    Plan.Refuse refuse = refused(held);
    assertThat(refuse.reason()).isEqualTo(Reason.ROLLED_BACK);
    assertThat(refuse.message())
        .startsWith("pg_2_h2.sql was rolled back on request and is held")
        .contains("resolve first: pg_2_h2.sql comes before h3, of which a part ran already");
    assertThat(refuse.id()).isEmpty();
    String id = id(held.outOfOrderApplies());
    assertThat(((Plan.Apply) held.approve(id).plan()).scripts()).hasSize(2);
  }

  /** A ledger that is restored counts its rows from there once more. */
  @Test
  void aPartOfAnotherFileInTheSameRowIsApprovedAnew() {
    assertThat(id(start().files(1).applied(1).begun("h2", 9)))
        .isNotEqualTo(id(start().files(1).applied(1).begun("h3", 9)));
    Situations one = start().files(1, 2).applied(1).undoing(40).applied(2);
    Situations other = start().files(1, 2).applied(1, 2).undoing(40);
    assertThat(id(one)).isNotEqualTo(id(other));
  }

  @Test
  void nothingRunsBesideAPartOfAFileThatIsNotThereAnyMore() {
    Situations situation = start().files(1, 3).applied(1).begun("h2", 9);
    Plan.Refuse refuse = refused(situation);
    assertThat(refuse.reason()).isEqualTo(Reason.PARTIALLY_APPLIED);
    assertThat(refuse.message())
        .startsWith("a part of h2 ran and stays, but its file is gone; put it back, or undo")
        .contains("undo that part by hand; to go on");
    String id = refuse.id().orElseThrow();
    Plan.Apply apply = (Plan.Apply) situation.approve(id).plan();
    assertThat(apply.books().accepted()).containsExactly("h2");
    assertThat(refused(start().files(1, 3).applied(1).begun("h2", 12).approve(id)).reason())
        .isEqualTo(Reason.PARTIALLY_APPLIED);
    Situations nothingElse = start().files(1).applied(1).begun("h2", 9);
    assertThat(nothingElse.approve(id(nothingElse)).plan()).isInstanceOf(Plan.Record.class);
  }

  @Test
  void aPartOfAFileThatIsPendingGoesOn() {
    assertThat(start().files(1, 2).applied(1).begun("h2", 9).plan())
        .isInstanceOfSatisfying(
            Plan.Apply.class,
            apply -> {
              assertThat(apply.scripts()).hasSize(1);
              assertThat(apply.books().accepted()).isEmpty();
            });
    assertThat(refused(start().files(1, 2).applied(1).begun("h2", 9).target("h1")).message())
        .contains("above spec.targetHash");
  }

  @Test
  void whatWasAppliedIsHeldAsWellAsWhatTheSourceHadThen() {
    assertThat(heldAs("SELECT 1;")).isTrue();
    assertThat(heldAs("SELECT 2;")).isTrue();
    assertThat(heldAs("SELECT 3;")).isFalse();
  }

  private static boolean heldAs(String text) {
    Plan plan =
        start()
            .files(1)
            .file(2, text)
            .applied(1)
            .rolledBack(2, "SELECT 1;", "SELECT 2;", "r")
            .plan();
    return plan instanceof Plan.Refuse refuse && refuse.reason() == Reason.ROLLED_BACK;
  }

  @Test
  void whoApprovesOneThingForgetsNoPartOfAnother() {
    Situations both = start().files(1, 2).applied(1, 2).undoing(40).begun("h3", 9);
    Plan.Refuse half = refused(both);
    assertThat(half.reason()).isEqualTo(Reason.PARTIALLY_ROLLED_BACK);
    Plan.Record written = (Plan.Record) both.approve(half.id().orElseThrow()).plan();
    assertThat(written.books().abandoned()).containsExactly("h2");
    assertThat(written.books().accepted()).isEmpty();
  }

  @Test
  void whereTheTargetIsUnknownNobodyKnowsWhatIsPending() {
    assertThat(refused(start().files(1, 2).applied(1).begun("h2", 9).target("no")).reason())
        .isEqualTo(Reason.TARGET_NOT_FOUND);
  }

  @Test
  void whatOnlyPlansWritesNothingDownAndSaysSo() {
    Situations situation = start().files(1).applied(1).seen("h1", "h2").planOnly();
    assertThat(situation.approve(id(situation)).plan()).isInstanceOf(Plan.Record.class);
  }

  @Test
  void theIdFitsIntoTheMessageOfACondition() {
    String sha256 = "5f".repeat(32);
    assertThat(refused(start().files(1).applied(1).begun(sha256, 9)).message())
        .hasSizeLessThanOrEqualTo(256);
  }
}
