package io.schemamigration.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Optional;
import java.util.UUID;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class PlannerTest {

  static Stream<Arguments> runs() {
    return Stream.of(
        Arguments.of("nothing applied", start().files(1, 2).fresh(), List.of("h1", "h2")),
        Arguments.of("some applied", start().files(1, 2, 3).applied(1), List.of("h2", "h3")),
        Arguments.of(
            "sequences order as numbers", start().files(10, 9).applied(), List.of("h9", "h10")),
        Arguments.of(
            "a missing file that is ignored",
            start().files(2, 3).applied(1, 2).missingIgnored(),
            List.of("h3")),
        Arguments.of(
            "out of order, allowed",
            start().files(1, 2, 3).applied(1, 3).outOfOrderApplies(),
            List.of("h2")),
        Arguments.of("a target in the middle", start().files(1, 2, 3).target("h2"), list(1, 2)),
        Arguments.of(
            "an adopted row without a file puts nothing out of order",
            start().files(1).byHand("zzz").missingIgnored(),
            List.of("h1")),
        Arguments.of(
            "files below a hold",
            start().files(1, 2, 3).applied(1).rolledBack(3, Situations.sql("h3"), "r1"),
            List.of("h2")),
        Arguments.of(
            "a changed file is no longer held",
            start().files(1).file(2, "SELECT 2;").rolledBack(2, "SELECT 1;", "r1").applied(1),
            List.of("h2")),
        Arguments.of(
            "a loss that was accepted before",
            start()
                .files(1, 2)
                .applied(1)
                .seen("h1", "h2")
                .absent("h2", History.Fate.ACCEPTED, "r1", "aa"),
            List.of("h2")),
        Arguments.of(
            "an approval of something else changes nothing",
            start().files(1, 2).applied(1).approve("p-" + "0".repeat(32)),
            List.of("h2")),
        Arguments.of(
            "legacy files keep their faults",
            start()
                .file(1, "SELECT 'open;")
                .file(2, "ROLLBACK;")
                .raw("pg_03_h3.sql", "")
                .raw("pg_3_h03.sql", " ")
                .files(4)
                .appliedText(1, "SELECT 'open;")
                .appliedText(2, "ROLLBACK;")
                .appliedText(3, "")
                .byHand("h03"),
            List.of("h4")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void runs(String name, Situations situation, List<String> hashes) {
    assertThat(situation.plan())
        .isInstanceOfSatisfying(Plan.Apply.class, p -> assertThat(hashes(p)).isEqualTo(hashes));
  }

  static Stream<Arguments> upToDate() {
    return Stream.of(
        Arguments.of("all applied", start().files(1, 2).applied(1, 2)),
        Arguments.of("no files at all", start().applied()),
        Arguments.of("the target reached", start().files(1, 2, 3).applied(1, 2).target("h2")),
        Arguments.of(
            "a target whose file is gone, as a pin", start().files(1).applied(1, 2).target("h2")),
        Arguments.of(
            "plan only, without a ledger", start().files(1).applied(1).noLedger().planOnly()),
        Arguments.of("plan only, a row by hand", start().files(1).byHand("h1").planOnly()),
        Arguments.of("a failure with nothing pending", failed(start().files(1).applied(1))));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource
  void upToDate(String name, Situations situation) {
    assertThat(situation.plan()).isInstanceOf(Plan.UpToDate.class);
  }

  static Stream<Arguments> refuses() {
    Situations held = start().files(1, 2).applied(1).rolledBack(2, Situations.sql("h2"), "r1");
    return Stream.of(
        Arguments.of(start().files(2).applied(1, 2), Reason.FILE_MISSING, "h1"),
        Arguments.of(
            start().file(1, "SELECT 2;").appliedText(1, "SELECT 1;"),
            Reason.CONTENT_CHANGED,
            "pg_1_h1.sql"),
        Arguments.of(start().files(1, 2, 3).applied(1, 3), Reason.OUT_OF_ORDER, "pg_2_h2.sql"),
        Arguments.of(start().files(1).target("nope"), Reason.TARGET_NOT_FOUND, "nope"),
        Arguments.of(start().files(1, 2).applied(1, 2).target("h1"), Reason.ROLLBACK_DENIED, "h2"),
        Arguments.of(
            start().files(1, 2).applied(1).seen("h1", "h2"), Reason.HISTORY_WENT_BACK, "h2"),
        Arguments.of(
            start().files(1, 2).applied(1).absent("h2", History.Fate.WENT_AWAY, "-", "aa"),
            Reason.HISTORY_WENT_BACK,
            "h2"),
        Arguments.of(
            start().files(1, 2).applied(1).noLedger().seen("h1"),
            Reason.LEDGER_MISSING,
            "drizzle_migrations_ledger"),
        Arguments.of(held, Reason.ROLLED_BACK, "pg_2_h2.sql"),
        Arguments.of(
            start()
                .files(1, 2, 3)
                .applied(1, 3)
                .rolledBack(2, Situations.sql("h2"), "r1")
                .outOfOrderApplies(),
            Reason.ROLLED_BACK,
            "pg_2_h2.sql"),
        Arguments.of(
            start().files(1).owner("other", Ownership.HELD), Reason.OWNED_BY_OTHER, "shop/other"),
        Arguments.of(
            start().files(1).owner("other", Ownership.FOREIGN),
            Reason.OWNED_BY_OTHER,
            "shop/other"),
        Arguments.of(failed(start().files(1)), Reason.MIGRATION_FAILED, "pg_1_h1.sql:3: no"),
        Arguments.of(start().file(1, "COMMIT;"), Reason.INVALID_SOURCE, "pg_1_h1.sql:1: COMMIT"),
        Arguments.of(start().file(1, "\n'"), Reason.INVALID_SOURCE, "pg_1_h1.sql:2: "),
        Arguments.of(start().file(1, ""), Reason.INVALID_SOURCE, "is empty"),
        Arguments.of(start().raw("x.sql", "").planOnly(), Reason.INVALID_SOURCE, "x.sql"));
  }

  @ParameterizedTest(name = "{1}: {2}")
  @MethodSource
  void refuses(Situations situation, Reason reason, String says) {
    Plan.Refuse refuse = refused(situation);
    assertThat(refuse.reason()).isEqualTo(reason);
    assertThat(refuse.message()).contains(says);
  }

  @Test
  void only_what_a_person_may_release_names_a_plan_id() {
    assertThat(refused(start().files(1).owner("other", Ownership.HELD)).id()).isEmpty();
    assertThat(refused(start().files(2).applied(1, 2)).id()).isEmpty();
    Plan.Refuse foreign = refused(start().files(1).owner("other", Ownership.FOREIGN));
    assertThat(foreign.message()).contains(foreign.id().orElseThrow() + " to spec.approvedPlans");
  }

  @Test
  void history_that_went_back_is_released_by_exactly_its_plan_id() {
    Situations situation = start().files(1, 2, 3).applied(1).seen("h1", "h2");
    String id = refused(situation).id().orElseThrow();

    String withoutLoss = applied(start().files(1, 2, 3).applied(1)).id();
    assertThat(refused(situation.approve(withoutLoss)).reason())
        .isEqualTo(Reason.HISTORY_WENT_BACK);

    Plan.Apply apply = applied(situation.approve(id));
    assertThat(apply.id()).isEqualTo(id);
    assertThat(apply.approved()).isTrue();
    assertThat(apply.books().accepted()).containsExactly("h2");
    assertThat(hashes(apply)).containsExactly("h2", "h3");
  }

  @Test
  void an_old_approval_never_releases_a_newer_loss() {
    String id = refused(start().files(1, 2).applied(1).seen("h1", "h2")).id().orElseThrow();
    Situations newer = start().files(1, 2).applied(1).seen("h1", "h2", "h9");
    assertThat(refused(newer.approve(id)).id().orElseThrow()).isNotEqualTo(id);
  }

  private static Situations halfUndone(long step) {
    return start().files(1, 2, 3).applied(1, 2).undoing(step);
  }

  private static Books approvedHalf(Situations situations) {
    return recorded(situations.approve(refused(situations).id().orElseThrow()));
  }

  @Test
  void nothing_runs_on_what_is_undone_in_part_and_its_approval_is_written_down_first() {
    Plan.Refuse refuse = refused(halfUndone(7));
    assertThat(refuse.reason()).isEqualTo(Reason.PARTIALLY_ROLLED_BACK);
    assertThat(refuse.message())
        .startsWith("the undo of h2 stopped on the way")
        .endsWith("add " + refuse.id().orElseThrow() + " to spec.approvedPlans (undo: [h2])");
    Books books = approvedHalf(halfUndone(7));
    assertThat(books.abandoned()).containsExactly("h2");
    assertThat(books.approved()).isEqualTo(refuse.id());
    Situations newer = halfUndone(8).approve(refuse.id().orElseThrow());
    assertThat(refused(newer).id()).isNotEqualTo(refuse.id());
  }

  @Test
  void what_is_undone_in_part_is_told_where_nothing_is_pending_or_what_is_is_held() {
    assertThat(approvedHalf(start().files(1).applied(1).undoing(7)).abandoned())
        .containsExactly("h1");
    Situations held =
        start().files(1, 2).applied(1).undoing(7).rolledBack(2, Situations.sql("h2"), "r1");
    assertThat(refused(held).reason()).isEqualTo(Reason.PARTIALLY_ROLLED_BACK);
    assertThat(approvedHalf(held).abandoned()).containsExactly("h1");
  }

  @Test
  void what_is_undone_in_part_is_planned_to_be_written_down() {
    Situations plan = start().files(1).applied(1).undoing(7).planOnly();
    assertThat(approvedHalf(plan).abandoned()).containsExactly("h1");
  }

  @Test
  void who_takes_a_database_over_does_not_approve_what_is_undone_in_part() {
    Situations foreign = halfUndone(7).owner("other", Ownership.FOREIGN);
    Plan.Refuse first = refused(foreign);
    assertThat(first.reason()).isEqualTo(Reason.OWNED_BY_OTHER);
    Books books = recorded(foreign.approve(first.id().orElseThrow()));
    assertThat(books.takesOwnership()).isTrue();
    assertThat(books.abandoned()).isEmpty();
  }

  @Test
  void what_may_be_so_because_of_it_is_not_told_before_it() {
    Situations reverted = start().files(1).applied(1, 2).undoing(7);
    assertThat(refused(reverted).reason()).isEqualTo(Reason.PARTIALLY_ROLLED_BACK);
  }

  @Test
  void what_was_applied_above_it_is_named_as_well() {
    Situations above = start().files(1, 2).applied(1).undoing(7).applied(2);
    assertThat(refused(above).message()).contains("(undo: [h2, h1])");
  }

  @Test
  void a_hold_is_released_by_its_plan_id_and_not_by_that_of_an_older_rollback() {
    String old = refused(held("r1")).id().orElseThrow();
    assertThat(refused(held("r2").approve(old)).reason()).isEqualTo(Reason.ROLLED_BACK);
    assertThat(hashes(applied(held("r1").approve(old)))).containsExactly("h2", "h3");
  }

  @Test
  void files_below_a_hold_run_first_under_the_id_that_git_alone_gives() {
    Situations situation =
        start().files(1, 2, 3, 4).applied(1).rolledBack(3, Situations.sql("h3"), "r1");
    Plan.Apply apply = applied(situation);
    assertThat(hashes(apply)).containsExactly("h2");
    assertThat(apply.position().held()).isEqualTo(2);
    assertThat(apply.id()).isEqualTo(applied(start().files(1, 2).applied(1)).id());
  }

  @Test
  void a_missing_ledger_is_released_by_its_plan_id_and_is_no_matter_when_nothing_is_pending() {
    Situations lost = start().files(1, 2).applied(1).noLedger().seen("h1");
    String id = refused(lost).id().orElseThrow();
    assertThat(hashes(applied(lost.approve(id)))).containsExactly("h2");

    assertThat(recorded(start().files(1).applied(1).noLedger().seen("h1")).takesOwnership())
        .isTrue();
  }

  @Test
  void a_first_contact_without_a_ledger_is_no_loss() {
    Plan.Apply apply = applied(start().files(1, 2).byHand("h1").noLedger());
    assertThat(hashes(apply)).containsExactly("h2");
  }

  @Test
  void rows_written_by_hand_are_adopted_with_the_files_of_the_source() {
    Books books = recorded(start().files(1).byHand("h1").byHand("old").noLedger().missingIgnored());
    assertThat(books.adopt())
        .extracting(a -> a.row().hash(), a -> a.script().map(Script::file))
        .containsExactly(
            org.assertj.core.groups.Tuple.tuple("h1", Optional.of("pg_1_h1.sql")),
            org.assertj.core.groups.Tuple.tuple("old", Optional.empty()));
  }

  @Test
  void a_fresh_database_is_filled_whatever_the_status_claims_and_a_notice_says_so() {
    Plan.Apply apply = applied(start().files(1, 2).fresh().seen("h1", "h2"));
    assertThat(hashes(apply)).containsExactly("h1", "h2");
    assertThat(apply.notice().orElseThrow()).contains("filling it again");
    assertThat(apply.books().accepted()).isEmpty();
    assertThat(applied(start().files(1).fresh()).notice()).isEmpty();
  }

  @Test
  void a_database_whose_owner_is_gone_is_taken_over_with_a_notice() {
    Plan.Record record =
        (Plan.Record) start().files(1).applied(1).owner("other", Ownership.GONE).plan();
    assertThat(record.books().takesOwnership()).isTrue();
    assertThat(record.notice().orElseThrow()).contains("shop/other");
  }

  @Test
  void a_foreign_database_is_taken_over_only_once_approved() {
    Situations foreign = start().files(1).owner("other", Ownership.FOREIGN);
    String id = refused(foreign).id().orElseThrow();
    assertThat(applied(foreign.approve(id)).books().takesOwnership()).isTrue();
  }

  @Test
  void the_first_finding_is_shown_and_the_others_are_named() {
    Plan.Refuse refuse =
        refused(
            start()
                .file(2, "SELECT 2;")
                .files(3)
                .applied(1)
                .appliedText(2, "SELECT 1;")
                .applied(4));
    assertThat(refuse.reason()).isEqualTo(Reason.CONTENT_CHANGED);
    assertThat(refuse.message()).endsWith(" (then: FileMissing, OutOfOrder)");
  }

  @Test
  void several_of_a_kind_are_counted() {
    assertThat(refused(start().applied(1, 2, 3)).message()).startsWith("h1 ").contains("2 more");
  }

  @Test
  void an_approval_does_not_release_what_stands_beside_it() {
    Situations both = start().files(1, 2, 3).applied(1, 3).seen("h1", "h3", "h2");
    assertThat(refused(both).id()).isEmpty();
    assertThat(refused(both).message())
        .contains("; resolve first: pg_2_h2.sql ")
        .doesNotContain("p-");
  }

  @Test
  void the_plan_id_can_be_computed_with_sha256sum() {
    Plan.Apply apply =
        applied(
            start()
                .files(1)
                .raw("pg_2_h2.sql", "SELECT 2;")
                .raw("rollback_pg_2_h2.sql", "SELECT -2;")
                .applied(1));
    String lines =
        "v1\nApply\n\"public\".\"drizzle_migrations\"\nh1\nh2 %s %s\nh2\n"
            .formatted(Digest.sha256("SELECT 2;"), Digest.sha256("SELECT -2;"));
    assertThat(apply.id()).isEqualTo("p-" + Digest.sha256(lines).substring(0, 32));
  }

  @Test
  void the_plan_id_is_the_same_each_time_and_changes_with_text_undo_order_table_and_start() {
    Stream<Situations> different =
        Stream.of(
            start().files(1, 2),
            start().files(1).file(2, "SELECT 1;"),
            start().files(1, 2).raw("rollback_pg_2_h2.sql", "SELECT 1;"),
            start().files(1, 2).raw("rollback_pg_2_h2.sql", "SELECT 2;"),
            start().files(2).raw("pg_3_h1.sql", Situations.sql("h1")),
            start().files(1, 2).table("other"),
            start().files(0, 1, 2).applied(0),
            start().files(1));
    List<String> ids = different.map(s -> applied(s).id()).toList();
    assertThat(ids).doesNotHaveDuplicates().allMatch(id -> id.matches("p-[0-9a-f]{32}"));
    assertThat(applied(start().files(1, 2)).id()).isEqualTo(ids.getFirst());
  }

  @Test
  void line_ends_and_a_byte_order_mark_do_not_change_the_plan_id() {
    assertThat(applied(start().file(1, "\uFEFFSELECT 1;\r\n")).id())
        .isEqualTo(applied(start().file(1, "SELECT 1;\n")).id());
  }

  @Test
  void current_is_the_highest_sequence_and_not_the_newest_row() {
    Position position = start().files(1, 2).applied(2, 1).plan().position();
    assertThat(position.current().map(Position.Entry::hash)).contains("h2");
    assertThat(position.applied()).extracting(Position.Entry::hash).containsExactly("h2", "h1");
  }

  private static Situations start() {
    return Situations.start();
  }

  private static Situations held(String run) {
    return start().files(1, 2, 3).applied(1).rolledBack(2, Situations.sql("h2"), run);
  }

  private static Situations failed(Situations situation) {
    Memory.Failure failure = new Memory.Failure(Reason.MIGRATION_FAILED, "pg_1_h1.sql:3: no");
    return situation.memory(
        new Memory(
            List.of(), Optional.empty(), Optional.empty(), Optional.empty(), Optional.of(failure)));
  }

  private static List<String> list(int... sequences) {
    return java.util.Arrays.stream(sequences).mapToObj(n -> "h" + n).toList();
  }

  private static List<String> hashes(Plan.Apply plan) {
    return plan.scripts().stream().map(Script::hash).toList();
  }

  private static Plan.Apply applied(Situations situation) {
    return (Plan.Apply) situation.plan();
  }

  private static Books recorded(Situations situation) {
    return ((Plan.Record) situation.plan()).books();
  }

  private static Plan.Refuse refused(Situations situation) {
    return (Plan.Refuse) situation.plan();
  }

  @Test
  void commentsAndWhiteSpaceAreRemarkedOnAndBlockNothing() {
    Plan plan = start().file(1, "-- new\nSELECT  1 /* x */;\n").appliedText(1, "SELECT 1;").plan();
    assertThat(plan).isInstanceOf(Plan.UpToDate.class);
    assertThat(((Plan.UpToDate) plan).remark().orElseThrow())
        .isEqualTo("pg_1_h1.sql changed in comments or white space only");
    assertThat(((Plan.UpToDate) start().files(1).applied(1).plan()).remark()).isEmpty();
  }

  @Test
  void aChangedTextIsAcceptedByExactlyItsDigest() {
    Situations changed = start().file(1, "SELECT 2;").appliedText(1, "SELECT 1;");
    Plan.Refuse refused = (Plan.Refuse) changed.plan();
    assertThat(refused.reason()).isEqualTo(Reason.CONTENT_CHANGED);
    String digest = Digest.sha256("SELECT 2;");
    assertThat(refused.message()).contains("[{hash: h1, sha256: " + digest + "}]");
    assertThat(changed.acknowledge("h1", digest).plan()).isInstanceOf(Plan.UpToDate.class);
    String another = Digest.sha256("SELECT 3;"); // as that of its rollback file
    assertThat(changed.acknowledge("h1", another).plan()).isEqualTo(refused);
    assertThat(changed.acknowledge("h1", digest, another).plan()).isInstanceOf(Plan.UpToDate.class);
  }

  @Test
  void whatAnotherLedgerHadIsNotMissingHere() {
    Situations filledAnew = start().files(1, 2, 3).applied(1);
    String another = "1/2/" + new UUID(7, 7);
    filledAnew.memory(
        new Memory(
            List.of("h1", "h2", "h3"),
            Optional.of("h3"),
            Optional.empty(),
            Optional.of(another),
            Optional.empty()));
    assertThat(pendingOf(filledAnew)).containsExactly("h2", "h3");
    filledAnew.seen("h1", "h2", "h3");
    assertThat(refused(filledAnew).reason()).isEqualTo(Reason.HISTORY_WENT_BACK);
  }

  private static List<String> pendingOf(Situations situations) {
    return ((Plan.Apply) situations.plan()).scripts().stream().map(Script::hash).toList();
  }

  @Test
  void whoTakesADatabaseOverDoesNotReleaseWhatIsHeldInIt() {
    Situations foreign =
        start()
            .files(1, 2, 3)
            .rolledBack(2, Situations.sql("h2"), "r1")
            .owner("other", Ownership.FOREIGN);
    Plan.Refuse first = refused(foreign);
    assertThat(first.reason()).isEqualTo(Reason.OWNED_BY_OTHER);
    assertThat(hashes(applied(foreign.approve(first.id().orElseThrow())))).containsExactly("h1");

    Situations taken = start().files(1, 2, 3).applied(1);
    taken.rolledBack(2, Situations.sql("h2"), "r1").owner("other", Ownership.FOREIGN);
    String id = refused(taken).id().orElseThrow();
    assertThat(refused(taken.approve(id)).reason()).isEqualTo(Reason.ROLLED_BACK);
    assertThat(refused(taken).id().orElseThrow()).isNotEqualTo(id);
  }
}
