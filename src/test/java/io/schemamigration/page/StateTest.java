package io.schemamigration.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.schemamigration.api.SchemaMigration;
import io.schemamigration.plan.Reason;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;

class StateTest {

  @ParameterizedTest
  @CsvSource({
    "MigrationFailed, FAILED",
    "RetriesExhausted, FAILED",
    "InvalidSource, FAILED",
    "AuthenticationFailed, FAILED",
    "BackupFailed, FAILED",
    "OfANewerOperator, FAILED",
    "ContentChanged, DECISION",
    "HistoryWentBack, DECISION",
    "RolledBack, DECISION"
  })
  void whoeverStoppedFailedOrNeedsADecision(String reason, State state) {
    assertThat(State.of(Examples.stalled("n", "m", reason, "why", 1))).isEqualTo(state);
  }

  @ParameterizedTest
  @EnumSource(Reason.class)
  void whatStoppedIsNeverShownAsFine(Reason reason) {
    if (reason.stage() == Reason.Stage.OUTSIDE || reason.stage() == Reason.Stage.DECISION) {
      assertThat(State.of(Examples.stalled("n", "m", reason.label(), "why", 1)))
          .isIn(State.FAILED, State.DECISION);
    }
  }

  @Test
  void oneThatGoesOnByItselfIsBehind() {
    assertThat(State.of(Examples.working("n", "m", "Migrating", "running", 1)))
        .isEqualTo(State.BEHIND);
    assertThat(State.of(Examples.fresh("n", "m"))).isEqualTo(State.BEHIND);
  }

  @Test
  void aStatusOfAnOlderSpecIsNoAnswer() {
    SchemaMigration migration = Examples.done("n", "m", 1);
    assertThat(State.of(migration)).isEqualTo(State.UP_TO_DATE);
    migration.getMetadata().setGeneration(2L);
    assertThat(State.of(migration)).isEqualTo(State.BEHIND);
  }

  @Test
  void aPlanThatShallOnlyBeShownLeavesItBehind() {
    SchemaMigration migration = Examples.done("n", "m", 1);
    migration.getStatus().conditions.getFirst().setReason("PlanOnly");
    assertThat(State.of(migration)).isEqualTo(State.BEHIND);
  }

  @Test
  void oneThatIsToldToDoNothingIsSuspended() {
    assertThat(State.of(Examples.suspended("n", "m"))).isEqualTo(State.SUSPENDED);
  }
}
