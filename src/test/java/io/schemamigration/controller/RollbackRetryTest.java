package io.schemamigration.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.schemamigration.api.SchemaRollbackStatus;
import io.schemamigration.decision.TaskVerdict;
import io.schemamigration.decision.Work;
import io.schemamigration.input.Inputs;
import io.schemamigration.input.Requests;
import io.schemamigration.plan.History;
import io.schemamigration.plan.Reason;
import io.schemamigration.plan.Situations;
import io.schemamigration.plan.UndoBooks;
import io.schemamigration.plan.UndoRequest;
import io.schemamigration.postgres.Failure;
import io.schemamigration.postgres.Look;
import io.schemamigration.postgres.Outcome;
import io.schemamigration.postgres.SecretLayout;
import io.schemamigration.status.TaskReport;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How often, and when, a request is tried again. */
class RollbackRetryTest {
  private static final Instant NOW = Instant.parse("2026-03-01T10:00:00Z");
  private static final Situations DONE = Situations.start().files(1, 2).applied(1, 2);
  private static final RollbackSpec SPEC =
      new RollbackSpec(
          "m", new UndoRequest("n/undo/m/1", List.of("h2", "h1"), false), Optional.empty());

  private static Inputs inputs(Duration interval) {
    SecretLayout secret = new SecretLayout("uri", Optional.empty());
    return new Inputs(
        1, Requests.NONE, DONE.source(), null, secret, DONE.policy(), "d", interval, 2);
  }

  private static Look look(Situations situations) {
    return new Look(situations.history(), UndoBooks.NONE, "None");
  }

  private static Work.Ran ran(Outcome outcome) {
    return new Work.Ran(
        inputs(Duration.ofMinutes(10)), look(DONE), outcome, Set.of(), true, 0, NOW, NOW);
  }

  private static Outcome failed(Reason reason, boolean passing) {
    Failure failure =
        new Failure(reason, passing, "rollback_pg_1_h1.sql", 1, 1, "55P03", "no lock", "");
    return new Outcome.Failed(Optional.empty(), failure, 0);
  }

  private static SchemaRollbackStatus after(SchemaRollbackStatus status, Outcome outcome) {
    RollbackRetry.after(status, ran(outcome)).orElseThrow().note(status, NOW);
    return status;
  }

  @Test
  void whatBreaksWhileAScriptIsSentIsCountedAndPausesGrow() {
    Outcome lost = new Outcome.Unavailable(Reason.DATABASE_UNREACHABLE, "gone", true);
    SchemaRollbackStatus one = after(new SchemaRollbackStatus(), lost);
    assertThat(one.retries).isEqualTo(1);
    assertThat(RollbackRetry.left(one, NOW)).contains(Duration.ofSeconds(10));
    assertThat(RollbackRetry.left(one, NOW.plusSeconds(10))).isEmpty();
    SchemaRollbackStatus two = after(one, lost);
    assertThat(RollbackRetry.left(two, NOW)).contains(Duration.ofSeconds(20));
    assertThat(RollbackRetry.exhausted(two, 2)).isFalse();
    SchemaRollbackStatus three = after(two, lost);
    assertThat(RollbackRetry.left(three, NOW)).isEmpty();
    assertThat(RollbackRetry.exhausted(three, 2)).isTrue();
    assertThat(RollbackRetry.exhausted(three, 3)).as("the limit was raised").isFalse();
  }

  @Test
  void aLockThatWasNotHadIsWaitedForLonger() {
    SchemaRollbackStatus status =
        after(new SchemaRollbackStatus(), failed(Reason.LOCK_TIMEOUT, true));
    assertThat(RollbackRetry.left(status, NOW)).contains(Duration.ofMinutes(1));
  }

  @Test
  void onlyPassingFaultsOfWhatWasSentCount() {
    SchemaRollbackStatus status = new SchemaRollbackStatus();
    List<Outcome> others =
        List.of(
            failed(Reason.MIGRATION_FAILED, false),
            new Outcome.Unavailable(Reason.DATABASE_UNREACHABLE, "gone", false),
            new Outcome.Busy("another"),
            new Outcome.Stopped(Optional.empty(), 1),
            new Outcome.Done(DONE.plan(), 1));
    assertThat(others).allMatch(o -> RollbackRetry.after(status, ran(o)).isEmpty());
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "1,2 | | gave up after 3 tries; no file is undone, ask anew: no lock",
        "1   | h2 | gave up after 3 tries; undone: h2; ask anew for the rest: no lock",
      })
  void theLedgerTellsWhatWasUndoneWhereItIsGivenUp(String left, String undone, String message) {
    Situations now = Situations.start().files(1, 2);
    for (String sequence : left.split(",")) {
      now.applied(Integer.parseInt(sequence));
    }
    if (undone != null) {
      now.absent(undone, History.Fate.ROLLED_BACK, "-", "0".repeat(64));
    }
    SchemaRollbackStatus status =
        TaskReport.of(
            new SchemaRollbackStatus(),
            1,
            RollbackVerdict.of(Reason.LOCK_TIMEOUT, "no lock").and(s -> s.retries = 3),
            NOW);
    TaskVerdict<SchemaRollbackStatus> end = RollbackRetry.givenUp(SPEC, status, look(now));
    assertThat(end.last()).isTrue();
    assertThat(end.message()).isEqualTo(message);
    SchemaRollbackStatus over = TaskReport.of(status, 1, end, NOW);
    assertThat(over.undone).isEqualTo(undone == null ? null : List.of(undone));
    assertThat(TaskReport.ready(over).orElseThrow().getReason()).isEqualTo("RetriesExhausted");
  }
}
