package io.schemamigration.cli;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaMigrationStatus;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;

/** What a status means to somebody who waits. */
class AwaitedTest {
  private static final long GENERATION = 2;
  private final SchemaMigrationStatus status = new SchemaMigrationStatus();

  private Awaited judged(String hash) {
    SchemaMigration resource = new SchemaMigration();
    resource.setMetadata(new ObjectMetaBuilder().withGeneration(GENERATION).build());
    resource.setStatus(status);
    return Awaited.of(resource, Optional.ofNullable(hash));
  }

  private AwaitedTest is(String ready, String reason, String... more) {
    status.observedGeneration = GENERATION;
    status.conditions = new ArrayList<>(List.of(condition("Ready", ready, reason)));
    for (String type : more) {
      status.conditions.add(condition(type, "True", reason));
    }
    return this;
  }

  private static Condition condition(String type, String value, String reason) {
    return new ConditionBuilder()
        .withType(type)
        .withStatus(value)
        .withReason(reason)
        .withMessage("told")
        .build();
  }

  @Test
  void aResourceThatNobodyHasLookedAtIsWaitedFor() {
    assertThat(judged(null)).isInstanceOf(Awaited.NotYet.class);
    assertThat(judged("a")).isInstanceOf(Awaited.NotYet.class);
  }

  @Test
  void readyIsBelievedOnlyOfTheSpecThatIsThereNow() {
    assertThat(is("True", "UpToDate").judged(null)).isInstanceOf(Awaited.Done.class);
    status.observedGeneration = GENERATION - 1;
    assertThat(judged(null)).isInstanceOf(Awaited.NotYet.class);
  }

  @Test
  void aFailureIsBelievedOnlyOfTheSpecThatIsThereNow() {
    is("False", "MigrationFailed", "Stalled");
    assertThat(judged(null)).isEqualTo(new Awaited.Stuck(ExitCode.FAILED, "MigrationFailed: told"));
    status.observedGeneration = GENERATION - 1;
    assertThat(judged(null)).isInstanceOf(Awaited.NotYet.class);
  }

  @Test
  void anAppliedHashIsEnoughWhateverBecomesOfOthers() {
    status.appliedHashes = List.of("a", "b");
    assertThat(judged("b")).isEqualTo(new Awaited.Done("b is applied"));
    assertThat(is("False", "MigrationFailed", "Stalled").judged("b"))
        .isInstanceOf(Awaited.Done.class);
    assertThat(judged("c")).isInstanceOf(Awaited.Stuck.class);
  }

  @Test
  void aHashThatTheFilesLackMayStillCome() {
    status.appliedHashes = List.of("a");
    assertThat(is("True", "UpToDate").judged("b"))
        .isInstanceOf(Awaited.NotYet.class)
        .extracting(Awaited::text)
        .asString()
        .startsWith("up to date, but without b");
    status.appliedCount = 9000;
    assertThat(judged("b").text()).isEqualTo("b is not among the newest 1 of 9000 applied");
  }

  @Test
  void whatGoesOnByItselfIsWaitedFor() {
    assertThat(is("Unknown", "Migrating", "Reconciling").judged(null))
        .isEqualTo(new Awaited.NotYet("Migrating: told"));
    assertThat(is("False", "DatabaseUnreachable", "Reconciling").judged(null))
        .isInstanceOf(Awaited.NotYet.class);
  }

  @Test
  void whatNeedsSomebodyIsNot() {
    assertThat(is("True", "PlanOnly").judged(null))
        .isEqualTo(new Awaited.Stuck(ExitCode.BLOCKED, "PlanOnly: told"));
    assertThat(is("False", "Suspended").judged(null))
        .isEqualTo(new Awaited.Stuck(ExitCode.BLOCKED, "Suspended: told"));
    assertThat(is("True", "Suspended").judged(null)).isInstanceOf(Awaited.Done.class);
    assertThat(is("False", "AuthenticationFailed", "Stalled").judged(null))
        .isEqualTo(new Awaited.Stuck(ExitCode.BLOCKED, "AuthenticationFailed: told"));
    assertThat(is("False", "InvalidSource", "Stalled").judged(null))
        .isEqualTo(new Awaited.Stuck(ExitCode.INVALID, "InvalidSource: told"));
    assertThat(is("False", "OfANewerOperator", "Stalled").judged(null))
        .isEqualTo(new Awaited.Stuck(ExitCode.BLOCKED, "OfANewerOperator: told"));
  }
}
