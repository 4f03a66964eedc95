package io.schemamigration.status;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.Condition;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.decision.Verdict;
import io.schemamigration.decision.Work;
import io.schemamigration.input.Inputs;
import io.schemamigration.input.Requests;
import io.schemamigration.plan.History;
import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Reason;
import io.schemamigration.plan.ScriptSet;
import io.schemamigration.plan.Situations;
import io.schemamigration.plan.UndoBooks;
import io.schemamigration.postgres.Failure;
import io.schemamigration.postgres.Look;
import io.schemamigration.postgres.Outcome;
import io.schemamigration.postgres.SecretLayout;
import io.schemamigration.testing.KStatus;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

/** What users, and the tools that wait for them, read from a status. */
public class StatusReportTest {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  public static final Instant T0 = Instant.parse("2026-03-01T10:00:00Z");
  private static final Instant LATER = T0.plusSeconds(600);
  public static final long GENERATION = 3;
  private static final SecretLayout SECRET = new SecretLayout("uri", Optional.empty());
  private static final String LONG = "y".repeat(1000);

  /** What the condition table demands of a reason. */
  private record Row(String ready, boolean reconciling, boolean stalled, KStatus kstatus) {}

  private static Row row(Reason reason) {
    return switch (reason) {
      case PROGRESSING, SOURCE_SETTLING, MIGRATING, ROLLING_BACK, BACKUP_RUNNING ->
          new Row("Unknown", true, false, KStatus.IN_PROGRESS);
      case DATABASE_UNREACHABLE,
          DATABASE_NOT_FOUND,
          DATABASE_READ_ONLY,
          SERVER_RESOURCES,
          SECRET_NOT_FOUND,
          SECRET_INVALID,
          SOURCE_NOT_FOUND,
          SOURCE_CHECKSUM_MISMATCH,
          LOCK_TIMEOUT,
          LOCK_HELD,
          DEPENDENCY_NOT_READY,
          OWNED_BY_OTHER ->
          new Row("False", true, false, KStatus.IN_PROGRESS);
      case AUTHENTICATION_FAILED,
          TLS_FAILED,
          PERMISSION_DENIED,
          POOLER_DETECTED,
          UNSUPPORTED_SERVER,
          BACKUP_FAILED,
          DEPENDENCY_CYCLE,
          MIGRATION_FAILED,
          CONTENT_CHANGED,
          FILE_MISSING,
          OUT_OF_ORDER,
          INVALID_SOURCE,
          INVALID_SPEC,
          TARGET_NOT_FOUND,
          HISTORY_WENT_BACK,
          LEDGER_MISSING,
          ROLLBACK_DENIED,
          ROLLBACK_IMPOSSIBLE,
          PRECONDITION_FAILED,
          EXPIRED,
          ROLLED_BACK,
          PARTIALLY_APPLIED,
          PARTIALLY_ROLLED_BACK,
          RETRIES_EXHAUSTED ->
          new Row("False", false, true, KStatus.FAILED);
      case SUSPENDED -> new Row("False", false, false, KStatus.IN_PROGRESS);
      case PLAN_ONLY, UP_TO_DATE -> new Row("True", false, false, KStatus.CURRENT);
    };
  }

  public static Verdict verdict(Reason reason) {
    return switch (reason) {
      case PROGRESSING -> new Verdict.Accepted(GENERATION);
      case MIGRATING ->
          new Verdict.Progressed(
              GENERATION, new Work.Progress("running pg_2_h2.sql", false, 1, 1, ""));
      case BACKUP_RUNNING, BACKUP_FAILED, DEPENDENCY_NOT_READY, DEPENDENCY_CYCLE ->
          new Verdict.Postponed(
              inputs(behind()),
              look(behind()),
              (Plan.Change) behind().plan(),
              reason,
              "what goes first: why");
      case ROLLING_BACK -> new Verdict.RollingBack(GENERATION, "undo", Optional.empty());
      case SOURCE_SETTLING,
          DATABASE_UNREACHABLE,
          DATABASE_NOT_FOUND,
          DATABASE_READ_ONLY,
          SERVER_RESOURCES,
          SECRET_NOT_FOUND,
          SECRET_INVALID,
          SOURCE_NOT_FOUND,
          SOURCE_CHECKSUM_MISMATCH,
          AUTHENTICATION_FAILED,
          TLS_FAILED,
          PERMISSION_DENIED,
          POOLER_DETECTED,
          UNSUPPORTED_SERVER,
          INVALID_SPEC ->
          new Verdict.Unavailable(GENERATION, Optional.empty(), Optional.empty(), reason, "why", 4);
      case LOCK_TIMEOUT -> failed(inputs(behind()), passing(reason));
      case MIGRATION_FAILED -> failed(inputs(behind()), lasting());
      case RETRIES_EXHAUSTED ->
          failed(
              inputs(behind(), "d1", Duration.ofMinutes(10), 0),
              passing(Reason.DATABASE_UNREACHABLE));
      case LOCK_HELD -> ended(inputs(behind()), new Outcome.Busy("another runner"));
      case OWNED_BY_OTHER,
          CONTENT_CHANGED,
          FILE_MISSING,
          OUT_OF_ORDER,
          INVALID_SOURCE,
          TARGET_NOT_FOUND,
          HISTORY_WENT_BACK,
          LEDGER_MISSING,
          ROLLBACK_DENIED,
          ROLLBACK_IMPOSSIBLE,
          PRECONDITION_FAILED,
          EXPIRED,
          ROLLED_BACK,
          PARTIALLY_APPLIED,
          PARTIALLY_ROLLED_BACK ->
          settled(behind(), new Plan.Refuse(behind().plan().position(), reason, "why"));
      case SUSPENDED -> new Verdict.Suspended(GENERATION, Optional.of("other"), Set.of(), false);
      case PLAN_ONLY -> settled(behind().planOnly());
      case UP_TO_DATE -> settled(done());
    };
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void everyReasonGivesItsRowOfTheTable(Reason reason) {
    SchemaMigrationStatus stalled = tell(empty(), verdict(Reason.MIGRATION_FAILED));
    SchemaMigrationStatus reconciling = tell(empty(), down(behind()));
    for (SchemaMigrationStatus old : List.of(empty(), upToDate(), stalled, reconciling)) {
      SchemaMigrationStatus status = tell(old, verdict(reason));
      Row row = row(reason);
      Condition ready = condition(status, "Ready").orElseThrow();
      assertThat(ready.getReason()).isEqualTo(reason.label());
      assertThat(ready.getStatus()).isEqualTo(row.ready());
      assertThat(condition(status, "Reconciling").isPresent()).isEqualTo(row.reconciling());
      assertThat(condition(status, "Stalled").isPresent()).isEqualTo(row.stalled());
      assertThat(condition(status, "DatabaseReachable")).isPresent();
      assertThat(status.observedGeneration).isEqualTo(GENERATION);
      assertThat(status.conditions)
          .allMatch(c -> c.getObservedGeneration() == GENERATION)
          .allMatch(c -> c.getLastTransitionTime() != null);
      assertThat(kstatus(status)).isEqualTo(row.kstatus());
      assertThat(KStatus.of(GENERATION + 1, status.observedGeneration, status.conditions))
          .isEqualTo(KStatus.IN_PROGRESS);
    }
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void toldAgainNothingChangesUnlessSomethingIsCounted(Reason reason) {
    SchemaMigrationStatus once = tell(empty(), verdict(reason));
    SchemaMigrationStatus again = later(once, verdict(reason));
    if (reason == Reason.LOCK_TIMEOUT || reason == Reason.RETRIES_EXHAUSTED) {
      assertThat(again.retries).isEqualTo(2);
      return;
    }
    assertThat(StatusCopy.same(once, again)).isTrue();
    assertThat(StatusCopy.same(once, json(once))).isTrue();
    assertThat(StatusCopy.same(json(once), later(json(once), verdict(reason)))).isTrue();
  }

  @Test
  void aFailedLookWithNothingNewKeepsReadyAndIsToldOnce() {
    SchemaMigrationStatus old = upToDate();
    SchemaMigrationStatus once = tell(old, down(done()));
    assertThat(status(once, "Ready")).isEqualTo("True");
    assertThat(kstatus(once)).isEqualTo(KStatus.CURRENT);
    assertThat(status(once, "DatabaseReachable")).isEqualTo("False");
    assertThat(StatusCopy.same(old, once)).isFalse();
    assertThat(StatusCopy.same(once, later(once, down(done())))).isTrue();
    SchemaMigrationStatus back = later(once, settled(done()));
    assertThat(status(back, "DatabaseReachable")).isEqualTo("True");
    assertThat(since(back, "Ready")).isEqualTo(T0.toString());
  }

  @Test
  void aFailedLookWithSomethingNewTakesReadyAway() {
    SchemaMigrationStatus files = tell(upToDate(), down(behind()));
    assertThat(status(files, "Ready")).isEqualTo("False");
    assertThat(files.lastApplied).isNull();
    SchemaMigrationStatus spec =
        tell(upToDate(), down(GENERATION + 1, done(), Reason.DATABASE_UNREACHABLE, "down", 1));
    assertThat(status(spec, "Ready")).isEqualTo("False");
    assertThat(spec.observedGeneration).isEqualTo(GENERATION + 1);
  }

  @ParameterizedTest
  @CsvSource({"1, true", "3, true", "4, false"})
  void aRefusedLoginIsGivenThreeTries(int tries, boolean reconciling) {
    SchemaMigrationStatus status =
        tell(empty(), down(GENERATION, behind(), Reason.AUTHENTICATION_FAILED, "no", tries));
    assertThat(condition(status, "Reconciling").isPresent()).isEqualTo(reconciling);
    assertThat(condition(status, "Stalled").isPresent()).isEqualTo(!reconciling);
  }

  @ParameterizedTest
  @CsvSource({"d1, True", "d2, False", ", False"})
  void suspendedIsReadyWhileNothingChanged(String digest, String ready) {
    Verdict verdict =
        new Verdict.Suspended(GENERATION + 1, Optional.ofNullable(digest), Set.of(), false);
    SchemaMigrationStatus status = tell(upToDate(), verdict);
    assertThat(status(status, "Ready")).isEqualTo(ready);
    assertThat(status(status, "DatabaseReachable")).isEqualTo("True");
    assertThat(condition(status, "Reconciling")).isEmpty();
    assertThat(condition(status, "Stalled")).isEmpty();
  }

  @Test
  void anApprovalThatIsNotWrittenDownYetMakesNothingReady() {
    Situations half = Situations.start().files(1).applied(1).undoing(7).planOnly();
    half.approve(((Plan.Refuse) half.plan()).id().orElseThrow());
    SchemaMigrationStatus status = tell(upToDate(), settled(half));
    assertThat(condition(status, "Ready").orElseThrow().getReason())
        .isEqualTo("PartiallyRolledBack");
    assertThat(status(status, "Stalled")).isEqualTo("True");
  }

  @Test
  void suspendedItIsNotReadyWhileAnUndoHasStoppedOnTheWay() {
    Verdict.Suspended whole = new Verdict.Suspended(GENERATION, Optional.of("d1"), Set.of(), false);
    assertThat(status(tell(upToDate(), whole), "Ready")).isEqualTo("True");
    SchemaMigrationStatus half = tell(upToDate(), whole.after(Set.of(), true));
    assertThat(status(half, "Ready")).isEqualTo("False");
    assertThat(half.appliedHashes).isEqualTo(upToDate().appliedHashes);
    assertThat(status(tell(half, whole), "Ready")).as("nobody has looked").isEqualTo("False");
  }

  @Test
  void suspendedItDoesNotCallAppliedWhatWasUndone() {
    Situations three = Situations.start().files(1, 2, 3).applied(1, 2, 3);
    SchemaMigrationStatus before = tell(empty(), settled(three));
    Verdict.Suspended suspended =
        new Verdict.Suspended(GENERATION, Optional.of("d1"), Set.of("h2", "h3"), false);
    SchemaMigrationStatus status = tell(before, suspended);
    assertThat(status(status, "Ready")).isEqualTo("False");
    assertThat(status.lastApplied).isNull();
    assertThat(status.appliedHashes).containsExactly("h1");
    assertThat(status.appliedCount).isEqualTo(1);
    assertThat(status.applied).hasSize(1);
    assertThat(status.current.hash).isEqualTo("h1");
    assertThat(status.pendingCount).isNull();
    assertThat(StatusCopy.same(status, later(json(status), suspended.after(Set.of(), false))))
        .isTrue();
    SchemaMigrationStatus none = tell(status, suspended.after(Set.of("h1"), false));
    assertThat(none.current).isNull();
    assertThat(none.appliedCount).isZero();
  }

  @ParameterizedTest
  @CsvSource({
    "LockTimeout, false, Unknown, RollingBack, IN_PROGRESS",
    "OwnedByOther, false, Unknown, RollingBack, IN_PROGRESS",
    "ContentChanged, true, False, ContentChanged, FAILED",
    "AuthenticationFailed, true, False, AuthenticationFailed, FAILED",
    "SomethingElse, true, False, RollingBack, FAILED",
  })
  void whatKeepsARequestFromGettingOnIsToldItsMigration(
      String reason, boolean stalled, String ready, String told, KStatus kstatus) {
    Verdict.Obstacle obstacle = new Verdict.Obstacle(reason, "do this", stalled);
    SchemaMigrationStatus status =
        tell(upToDate(), new Verdict.RollingBack(GENERATION, "undo", Optional.of(obstacle)));
    Condition condition = condition(status, "Ready").orElseThrow();
    assertThat(condition.getStatus()).isEqualTo(ready);
    assertThat(condition.getReason()).isEqualTo(told);
    assertThat(condition.getMessage())
        .startsWith("SchemaRollback undo goes first; ")
        .endsWith("do this");
    assertThat(told + condition.getMessage()).contains(reason);
    assertThat(kstatus(status)).isEqualTo(kstatus);
    assertThat(status.lastApplied).isNull();
  }

  @Test
  void whatIsPendingIsNotSaidWhereNobodyKnows() {
    assertThat(upToDate().pendingCount).isZero();
    assertThat(tell(upToDate(), down(behind())).pendingCount).isNull();
    assertThat(tell(upToDate(), verdict(Reason.SUSPENDED)).pendingCount).isNull();
    assertThat(
            tell(upToDate(), new Verdict.Suspended(GENERATION, Optional.of("d1"), Set.of(), false))
                .pendingCount)
        .isZero();
    SchemaMigrationStatus known = tell(empty(), settled(behind()));
    assertThat(tell(known, down(behind())).pendingCount).isEqualTo(1);
  }

  @Test
  void theTimeOfTransitionStaysWithTheStatus() {
    SchemaMigrationStatus first = tell(empty(), verdict(Reason.CONTENT_CHANGED));
    SchemaMigrationStatus second = later(first, verdict(Reason.FILE_MISSING));
    assertThat(since(second, "Ready")).isEqualTo(T0.toString());
    assertThat(since(second, "Stalled")).isEqualTo(T0.toString());
    assertThat(since(later(second, settled(done())), "Ready")).isEqualTo(LATER.toString());
  }

  @Test
  void retriesAreCountedPerInputsUntilTheLimit() {
    Failure lost = passing(Reason.DATABASE_UNREACHABLE);
    Inputs inputs = inputs(behind(), "d1", Duration.ofMinutes(10), 2);
    SchemaMigrationStatus one = tell(empty(), failed(inputs, lost));
    assertThat(one.retries).isEqualTo(1);
    assertThat(one.nextRetryTime).isEqualTo("2026-03-01T10:00:10Z");
    SchemaMigrationStatus two = tell(json(one), failed(inputs, lost));
    assertThat(two.retries).isEqualTo(2);
    assertThat(two.nextRetryTime).isEqualTo("2026-03-01T10:00:20Z");
    assertThat(Memories.of(two, inputs).failure()).isEmpty();

    Inputs others = inputs(behind(), "d2", Duration.ofMinutes(10), 2);
    assertThat(tell(two, failed(others, lost)).retries).isEqualTo(1);

    SchemaMigrationStatus three = tell(json(two), failed(inputs, lost));
    assertThat(three.nextRetryTime).isNull();
    assertThat(three.lastRun.outcome).isEqualTo("RetriesExhausted");
    assertThat(condition(three, "Ready").orElseThrow().getReason()).isEqualTo("RetriesExhausted");
    assertThat(kstatus(three)).isEqualTo(KStatus.FAILED);
    assertThat(Memories.of(three, others).failure()).isEmpty();
    sameAtTheNextLook(three, inputs);
  }

  @Test
  void betweenTwoTriesTheReasonOfTheLastOneIsTold() {
    Inputs inputs = inputs(behind());
    Outcome gone = new Outcome.Unavailable(Reason.DATABASE_UNREACHABLE, "no answer", true);
    SchemaMigrationStatus lost = tell(empty(), ended(inputs, gone));
    assertThat(status(lost, "DatabaseReachable")).isEqualTo("False");
    Verdict waiting = new Verdict.Waiting(inputs, look(behind()), (Plan.Apply) behind().plan());
    SchemaMigrationStatus told = later(json(lost), waiting);
    assertThat(status(told, "DatabaseReachable")).isEqualTo("True");
    assertThat(condition(told, "Ready")).isEqualTo(condition(lost, "Ready"));
    assertThat(told.nextRetryTime).isEqualTo(lost.nextRetryTime);
    assertThat(StatusCopy.same(told, later(told, waiting))).isTrue();

    SchemaMigrationStatus other = tell(told, verdict(Reason.SECRET_NOT_FOUND));
    assertThat(condition(later(other, waiting), "Ready").orElseThrow().getReason())
        .isEqualTo("DatabaseUnreachable");

    SchemaMigrationStatus locked = tell(empty(), failed(inputs, lockTimeout()));
    assertThat(condition(later(json(locked), waiting), "Ready"))
        .isEqualTo(condition(locked, "Ready"));
  }

  @Test
  void aRunRefusedBeforeItsFirstFileChangesNothingWhenItIsRefusedAgain() {
    Inputs inputs = inputs(behind());
    Outcome refused = new Outcome.Unavailable(Reason.PERMISSION_DENIED, "GRANT it", false);
    SchemaMigrationStatus once = tell(upToDate(), ended(inputs, refused));
    assertThat(status(once, "DatabaseReachable")).isEqualTo("True");
    assertThat(kstatus(once)).isEqualTo(KStatus.FAILED);
    Verdict started = new Verdict.Started(inputs, look(behind()), (Plan.Apply) behind().plan());
    SchemaMigrationStatus again = later(once, started);
    assertThat(StatusCopy.same(once, again)).isTrue();
    assertThat(StatusCopy.same(once, later(again, ended(inputs, refused)))).isTrue();
    assertThat(status(tell(upToDate(), started), "Ready")).isEqualTo("Unknown");
  }

  @Test
  void booksThatAreWrittenBeforeSomethingIsUndoneTakeReadyAway() {
    Situations unknown = Situations.start().files(1).row("h1", Optional.empty()).noLedger();
    Plan.Record books = (Plan.Record) unknown.plan();
    SchemaMigrationStatus status =
        tell(upToDate(), new Verdict.Started(inputs(unknown), look(unknown), books));
    assertThat(status(status, "Ready")).isEqualTo("Unknown");
    assertThat(condition(status, "Ready").orElseThrow().getReason()).isEqualTo("RollingBack");
  }

  @Test
  void aRaisedLimitAllowsAnotherTry() {
    Inputs none = inputs(behind(), "d1", Duration.ofMinutes(10), 0);
    SchemaMigrationStatus exhausted = tell(empty(), failed(none, lockTimeout()));
    assertThat(condition(exhausted, "Ready").orElseThrow().getMessage())
        .contains("schemamigration.io/retry-requested-at");
    assertThat(Memories.of(exhausted, none).failure()).isPresent();
    assertThat(Memories.of(exhausted, inputs(behind(), "d1", Duration.ofMinutes(10), 1)).failure())
        .isEmpty();
  }

  @Test
  void anApprovedLossIsRememberedUntilTheLedgerKnowsOfIt() {
    Situations full = Situations.start().files(1, 2).applied(1, 2);
    SchemaMigrationStatus before = tell(empty(), settled(full));
    Plan.Refuse refused = refused(before, behind());
    Situations approved = behind().approve(refused.id().orElseThrow());
    Plan plan = approved.memory(Memories.of(before, inputs(approved))).plan();
    Verdict started = new Verdict.Started(inputs(approved), look(approved), (Plan.Apply) plan);
    SchemaMigrationStatus status = tell(before, started);
    approved.memory(Memories.of(json(status), inputs(approved)));
    assertThat(approved.plan()).isEqualTo(plan);
  }

  @Test
  void howTheSecretWasReadIsToldAlsoWhereItsLoginFails() {
    SchemaMigrationStatus status = tell(empty(), down(behind()));
    assertThat(status.database.secretLayout).isEqualTo("uri");
    assertThat(status.database.name).isNull();
    // Nothing is remembered of a database that was never seen.
    Plan.Refuse lost =
        new Plan.Refuse(
            behind().plan().position(),
            Reason.HISTORY_WENT_BACK,
            "why",
            Optional.empty(),
            true,
            false);
    assertThat(tell(json(status), settled(behind(), lost)).database.id).isNotNull();
    SchemaMigrationStatus seen = tell(empty(), settled(behind()));
    assertThat(later(json(seen), down(behind())).database)
        .usingRecursiveComparison()
        .isEqualTo(seen.database);
  }

  @Test
  void retriesOfOlderInputsAreForgotten() {
    SchemaMigrationStatus one = tell(empty(), failed(inputs(behind()), lockTimeout()));
    Inputs others = inputs(behind(), "d2", Duration.ofMinutes(10), 6);
    Plan.Refuse refusal = new Plan.Refuse(behind().plan().position(), Reason.OUT_OF_ORDER, "why");
    SchemaMigrationStatus refused =
        later(one, new Verdict.Settled(others, look(behind()), refusal));
    assertThat(refused.retries).isNull();
    assertThat(refused.nextRetryTime).isNull();
  }

  @Test
  void aFailedFileIsToldTheSameAfterARestart() {
    Inputs inputs = inputs(behind());
    sameAtTheNextLook(tell(empty(), failed(inputs, lasting())), inputs);
    Failure verbose =
        new Failure(Reason.MIGRATION_FAILED, false, "pg_2_h2.sql", 7, 1, "42P01", LONG, LONG);
    SchemaMigrationStatus status = tell(empty(), failed(inputs, verbose));
    assertThat(status.lastRun.hint).hasSize(256).endsWith("…");
    assertThat(status.lastRun.message).hasSize(256);
    sameAtTheNextLook(status, inputs);
  }

  private static void sameAtTheNextLook(SchemaMigrationStatus status, Inputs inputs) {
    Situations again = behind().memory(Memories.of(json(status), inputs));
    SchemaMigrationStatus told =
        later(status, new Verdict.Settled(inputs, look(again), again.plan()));
    assertThat(told.conditions).isEqualTo(status.conditions);
    again.memory(Memories.of(json(told), inputs));
    assertThat(
            StatusCopy.same(
                told, later(told, new Verdict.Settled(inputs, look(again), again.plan()))))
        .isTrue();
  }

  @ParameterizedTest
  @CsvSource({"PT10M, PT1M", "PT30S, PT10S"})
  void aLockThatWasNotHadIsWaitedForLonger(Duration interval, Duration pause) {
    Inputs inputs = inputs(behind(), "d1", interval, 6);
    SchemaMigrationStatus status = tell(empty(), failed(inputs, passing(Reason.LOCK_TIMEOUT)));
    assertThat(Instant.parse(status.nextRetryTime)).isEqualTo(T0.plus(pause));
  }

  @Test
  void aDatabaseThatWentBackIsNotForgotten() {
    Situations full = Situations.start().files(1, 2).applied(1, 2);
    staysRefused(Reason.HISTORY_WENT_BACK, tell(empty(), settled(full)), behind());
  }

  @Test
  void aLedgerThatWentMissingIsNotForgotten() {
    Situations without = Situations.start().files(1, 2).row("h1", Optional.empty()).noLedger();
    staysRefused(Reason.LEDGER_MISSING, upToDate(), without);
  }

  private static void staysRefused(Reason reason, SchemaMigrationStatus before, Situations now) {
    Plan.Refuse first = refused(before, now);
    assertThat(first.reason()).isEqualTo(reason);
    assertThat(first.id()).isPresent();
    SchemaMigrationStatus status = json(tell(before, settled(now, first)));
    Plan.Refuse second = refused(status, now);
    assertThat(second).isEqualTo(first);
    assertThat(StatusCopy.same(status, later(status, settled(now, second)))).isTrue();
    // A failed look in between must not make it forget either.
    assertThat(refused(json(tell(status, down(now))), now)).isEqualTo(first);
  }

  private static Plan.Refuse refused(SchemaMigrationStatus old, Situations now) {
    return (Plan.Refuse) now.memory(Memories.of(old, inputs(now))).plan();
  }

  @Test
  void messagesAreShort() {
    String message = "x".repeat(254) + "😀".repeat(9);
    SchemaMigrationStatus down =
        tell(empty(), down(GENERATION, behind(), Reason.DATABASE_UNREACHABLE, message, 1));
    assertThat(condition(down, "Ready").orElseThrow().getMessage())
        .isEqualTo("x".repeat(254) + "…");
    SchemaMigrationStatus lost =
        tell(
            empty(),
            ended(
                inputs(behind()),
                new Outcome.Unavailable(Reason.DATABASE_UNREACHABLE, LONG, true)));
    assertThat(lost.lastRun.message).hasSize(256);
    assertThat(lost.conditions).allMatch(c -> c.getMessage().length() <= 256);
  }

  @ParameterizedTest
  @CsvSource({"x, 128, 125", "ü, 128, 64", "x, 5000, 3"})
  void aLongHistoryFits(String letter, int length, int kept) throws JsonProcessingException {
    Situations situations = Situations.start();
    for (int i = 0; i < 5000; i++) {
      situations.row(
          "%04d".formatted(i) + letter.repeat(length - 4),
          Optional.of(
              new History.Recorded(
                  OptionalLong.of(i + 1L),
                  Optional.of("a".repeat(64)),
                  Optional.empty(),
                  OptionalLong.of(9),
                  false)));
    }
    SchemaMigrationStatus status = tell(empty(), settled(situations));
    assertThat(status.appliedCount).isEqualTo(5000);
    assertThat(status.applied).hasSize(20).allMatch(a -> a.hash.length() <= 256);
    assertThat(status.current.hash).startsWith("4999").hasSizeLessThanOrEqualTo(256);
    assertThat(status.appliedHashes).hasSize(kept);
    assertThat(status.appliedHashes.getLast()).startsWith("4999");
    assertThat(bytes(status.appliedHashes)).isLessThanOrEqualTo(16 << 10);
    assertThat(bytes(status)).isLessThan(64 << 10);
  }

  private static int bytes(Object value) throws JsonProcessingException {
    return MAPPER.writeValueAsString(value).getBytes(StandardCharsets.UTF_8).length;
  }

  public static Situations done() {
    return Situations.start().files(1).applied(1);
  }

  /** One of two files is applied. */
  static Situations behind() {
    return Situations.start().files(1, 2).applied(1);
  }

  private static Inputs inputs(Situations situations) {
    return inputs(situations, "d1", Duration.ofMinutes(10), 6);
  }

  private static Inputs inputs(
      Situations situations, String digest, Duration interval, int backoffLimit) {
    ScriptSet source = situations.source();
    return new Inputs(
        GENERATION,
        Requests.NONE,
        source,
        null,
        SECRET,
        situations.policy(),
        digest,
        interval,
        backoffLimit);
  }

  private static Look look(Situations situations) {
    return new Look(situations.history(), UndoBooks.NONE, "None");
  }

  static Verdict settled(Situations situations) {
    return settled(situations, situations.plan());
  }

  private static Verdict settled(Situations situations, Plan plan) {
    return new Verdict.Settled(inputs(situations), look(situations), plan);
  }

  public static Verdict down(Situations situations) {
    return down(GENERATION, situations, Reason.DATABASE_UNREACHABLE, "no answer", 1);
  }

  private static Verdict down(
      long generation, Situations situations, Reason reason, String message, int tries) {
    return new Verdict.Unavailable(
        generation,
        Optional.of(situations.source().summary()),
        Optional.of(SECRET),
        reason,
        message,
        tries);
  }

  private static Verdict ended(Inputs inputs, Outcome outcome) {
    return new Verdict.Ended(inputs, look(behind()), outcome, 0, T0.minusSeconds(2), T0);
  }

  private static Verdict failed(Inputs inputs, Failure failure) {
    return ended(inputs, new Outcome.Failed(Optional.of(behind().plan()), failure, 0));
  }

  private static Failure passing(Reason reason) {
    return new Failure(reason, true, "pg_2_h2.sql", 0, 1, "", "try again", "");
  }

  private static Failure lockTimeout() {
    return new Failure(Reason.LOCK_TIMEOUT, true, "pg_2_h2.sql", 3, 1, "55P03", "no lock", "wait");
  }

  private static Failure lasting() {
    return new Failure(
        Reason.MIGRATION_FAILED, false, "pg_2_h2.sql", 7, 1, "42P01", "no such table", "add it");
  }

  public static SchemaMigrationStatus empty() {
    SchemaMigrationStatus status = new SchemaMigrationStatus();
    status.observedGeneration = -1L;
    return status;
  }

  public static SchemaMigrationStatus upToDate() {
    return tell(empty(), settled(done()));
  }

  public static SchemaMigrationStatus tell(SchemaMigrationStatus old, Verdict verdict) {
    return StatusReport.of(old, verdict, T0);
  }

  private static SchemaMigrationStatus later(SchemaMigrationStatus old, Verdict verdict) {
    return StatusReport.of(old, verdict, LATER);
  }

  /** As a restarted operator reads it. */
  private static SchemaMigrationStatus json(SchemaMigrationStatus status) {
    try {
      return MAPPER.readValue(MAPPER.writeValueAsString(status), SchemaMigrationStatus.class);
    } catch (JsonProcessingException e) {
      throw new AssertionError(e);
    }
  }

  private static KStatus kstatus(SchemaMigrationStatus status) {
    return KStatus.of(GENERATION, status.observedGeneration, status.conditions);
  }

  private static Optional<Condition> condition(SchemaMigrationStatus status, String type) {
    return status.conditions.stream().filter(c -> type.equals(c.getType())).findFirst();
  }

  private static String status(SchemaMigrationStatus status, String type) {
    return condition(status, type).orElseThrow().getStatus();
  }

  private static String since(SchemaMigrationStatus status, String type) {
    return condition(status, type).orElseThrow().getLastTransitionTime();
  }
}
