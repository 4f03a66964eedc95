package io.schemamigration.decision;

import static org.assertj.core.api.Assertions.assertThat;

import io.schemamigration.api.LastRun;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.input.Gathered;
import io.schemamigration.input.Inputs;
import io.schemamigration.input.LookRequest;
import io.schemamigration.input.Requests;
import io.schemamigration.plan.Ownership;
import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Reason;
import io.schemamigration.plan.Situations;
import io.schemamigration.plan.UndoBooks;
import io.schemamigration.postgres.Look;
import io.schemamigration.postgres.Outcome;
import io.schemamigration.postgres.SecretLayout;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;

class DecisionTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final Duration INTERVAL = Duration.ofMinutes(7);

  private static final SecretLayout SECRET = new SecretLayout("uri", Optional.empty());

  private static Inputs inputs(Situations s) {
    return new Inputs(3, Requests.NONE, s.source(), null, SECRET, s.policy(), "d1", INTERVAL, 6);
  }

  private static Look look(Situations s) {
    return new Look(s.history(), UndoBooks.NONE, "None");
  }

  private static Decision planned(Situations s, SchemaMigrationStatus status) {
    return Decision.planned(inputs(s), look(s), s.plan(), status, NOW);
  }

  private static Situations behind() {
    return Situations.start().files(1, 2).applied(1);
  }

  private static SchemaMigrationStatus failedOnce(String inputs) {
    SchemaMigrationStatus status = new SchemaMigrationStatus();
    status.lastRun = new LastRun();
    status.lastRun.inputs = inputs;
    status.nextRetryTime = NOW.plusSeconds(40).toString();
    return status;
  }

  @Test
  void pendingFilesAreRun() {
    assertThat(planned(behind(), null)).isInstanceOf(Decision.Execute.class);
    assertThat(planned(behind(), new SchemaMigrationStatus())).isInstanceOf(Decision.Execute.class);
  }

  @Test
  void aRunThatUndoesIsAnnouncedAlsoWhereItWritesBooksFirst() {
    Situations unknown =
        Situations.start()
            .files(1, 2)
            .row("h1", Optional.empty())
            .row("h2", Optional.empty())
            .noLedger();
    Decision.Execute adopts = (Decision.Execute) planned(unknown, null);
    assertThat(adopts.plan()).isInstanceOf(Plan.Record.class);
    assertThat(adopts.sends()).as("books alone do not make Ready flap").isFalse();
    Situations low =
        Situations.start()
            .files(1, 2)
            .applied(1, 2)
            .owner("other", Ownership.GONE)
            .stored(2, "DROP TABLE t2;")
            .target("h1")
            .rollbackAllowed();
    Decision.Execute lowers = (Decision.Execute) planned(low, null);
    assertThat(lowers.plan()).isInstanceOf(Plan.Record.class);
    assertThat(lowers.sends()).isTrue();
    assertThat(((Decision.Execute) planned(behind(), null)).sends()).isTrue();
    Situations half = behind().undoing(7);
    Situations approved = half.approve(((Plan.Refuse) half.plan()).id().orElseThrow());
    assertThat(((Decision.Execute) planned(approved, null)).sends())
        .as("what is pending follows")
        .isTrue();
  }

  @Test
  void nothingPendingIsToldAndLookedAtAfterTheInterval() {
    Situations done = Situations.start().files(1).applied(1);
    assertThat(planned(done, null))
        .isEqualTo(
            new Decision.Tell(
                new Verdict.Settled(inputs(done), look(done), done.plan()),
                new Decision.Again.Interval(INTERVAL)));
  }

  @Test
  void whatIsRefusedIsLookedAtEachMinute() {
    Situations refused = Situations.start().applied(1);
    assertThat(((Decision.Tell) planned(refused, null)).again())
        .isEqualTo(new Decision.Again.Interval(Duration.ofMinutes(1)));
  }

  @Test
  void planOnlyRunsNothing() {
    assertThat(planned(behind().planOnly(), null)).isInstanceOf(Decision.Tell.class);
  }

  @Test
  void aRetryOfTheSameInputsWaitsForItsTime() {
    assertThat(planned(behind(), failedOnce("d1")))
        .isEqualTo(
            new Decision.Tell(
                new Verdict.Waiting(inputs(behind()), look(behind()), (Plan.Apply) behind().plan()),
                new Decision.Again.After(Duration.ofSeconds(40))));
    assertThat(planned(behind(), failedOnce("d2"))).isInstanceOf(Decision.Execute.class);
    SchemaMigrationStatus due = failedOnce("d1");
    due.nextRetryTime = NOW.toString();
    assertThat(planned(behind(), due)).isInstanceOf(Decision.Execute.class);
  }

  @Test
  void theEndOfARunIsToldAndThenAllIsLookedAtAgain() {
    assertThat(again(new Outcome.Done(behind().plan(), 1))).isEqualTo(soon());
    assertThat(again(new Outcome.Stopped(Optional.empty(), 1))).isEqualTo(soon());
    assertThat(again(new Outcome.Busy("another")))
        .isEqualTo(new Decision.Again.After(Decision.LOCK_POLL));
    assertThat(again(new Outcome.Unavailable(Reason.PERMISSION_DENIED, "no", false)))
        .isEqualTo(new Decision.Again.Poll());
  }

  @Test
  void aRequestThatCameDuringALostRunDoesNotWait() {
    Requests asked = new Requests(Optional.empty(), Optional.of("now"));
    assertThat(again(new Outcome.Unavailable(Reason.PERMISSION_DENIED, "no", false), asked))
        .isEqualTo(soon());
  }

  private static Decision.Again soon() {
    return new Decision.Again.After(Decision.SOON);
  }

  private static Decision.Again again(Outcome outcome) {
    return again(outcome, Requests.NONE);
  }

  private static Decision.Again again(Outcome outcome, Requests now) {
    Work.Ran ran =
        new Work.Ran(inputs(behind()), look(behind()), outcome, Set.of(), true, 0, NOW, NOW);
    return ((Decision.Tell) Decision.ended(ran, now)).again();
  }

  @Test
  void aFailedLookIsToldWithTheSecretThatItUsed() {
    LookRequest request = inputs(behind()).lookRequest();
    Work.LookFailed failed = new Work.LookFailed(request, Reason.AUTHENTICATION_FAILED, "why");
    Verdict verdict = ((Decision.Tell) Decision.lookFailed(failed, 1)).verdict();
    assertThat(verdict.secret()).contains(SECRET);
  }

  @Test
  void settlingIsAskedAboutSoonAndAbsencePolled() {
    assertThat(incomplete(true)).isEqualTo(new Decision.Again.After(Decision.SETTLE_POLL));
    assertThat(incomplete(false)).isEqualTo(new Decision.Again.Poll());
  }

  private static Decision.Again incomplete(boolean settling) {
    Gathered gathered =
        new Gathered.Incomplete(3, Optional.empty(), Reason.SOURCE_NOT_FOUND, "why", settling);
    return ((Decision.Tell) Decision.gathered(gathered, 1)).again();
  }
}
