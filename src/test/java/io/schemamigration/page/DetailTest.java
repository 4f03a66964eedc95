package io.schemamigration.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.schemamigration.api.SchemaMigration;
import java.util.List;
import org.junit.jupiter.api.Test;

class DetailTest {
  private static final Detail ORDERS =
      Detail.of(ExampleFleet.snapshot(), "shop", "orders").orElseThrow();

  @Test
  void theFileThatFailedStandsBetweenWhatIsAppliedAndWhatComes() {
    assertThat(ORDERS.steps())
        .extracting(Step::kind)
        .containsSequence(Step.Kind.APPLIED, Step.Kind.FAILED, Step.Kind.PENDING);
    assertThat(ORDERS.steps())
        .filteredOn(step -> step.kind() == Step.Kind.FAILED)
        .extracting(Step::hash)
        .containsExactly("unique_invoice");
  }

  @Test
  void theLastRunSaysWhereItEndedAndWhatToDo() {
    Detail.Run run = ORDERS.lastRun().orElseThrow();
    assertThat(run.failed()).isTrue();
    assertThat(run.place()).contains("pg_0143_unique_invoice.sql:12");
    assertThat(run.hint()).isPresent();
  }

  @Test
  void onlyItsOwnBackupsRequestsAndRestoresAreShownTheNewestFirst() {
    assertThat(ORDERS.backups())
        .extracting(Task::name)
        .containsExactly("orders-7c1d9e0b42", "orders-5f02ab81cc", "orders-19e3d0f7a6");
    assertThat(ORDERS.rollbacks()).extracting(Task::progress).containsExactly(Task.Progress.FAILED);
    assertThat(ORDERS.restores()).extracting(Task::name).containsExactly("orders-copy");
    Detail users = Detail.of(ExampleFleet.snapshot(), "identity", "users").orElseThrow();
    assertThat(users.rollbacks()).isEmpty();
    assertThat(users.restores()).isEmpty();
    assertThat(users.backups()).hasSize(1);
  }

  @Test
  void aMigrationOfAnotherNamespaceIsAnotherOne() {
    assertThat(Detail.of(ExampleFleet.snapshot(), "identity", "orders")).isEmpty();
  }

  /** Old operators, newer ones, and people with a text editor. */
  @Test
  void whateverIsMissingIsShownAsUnknown() {
    SchemaMigration bare = Examples.fresh("n", "m");
    bare.setSpec(null);
    bare.setStatus(null);
    Snapshot snapshot =
        new Snapshot(
            true,
            List.of(bare),
            List.of(Examples.rollback("n", "m", "r", "Expired", "too late")),
            List.of(),
            List.of(Examples.restore("n", "b", "x", "d")));
    snapshot.rollbacks().getFirst().getSpec().migrationRef = null;
    snapshot.restores().getFirst().getSpec().source = null;
    Detail detail = Detail.of(snapshot, "n", "m").orElseThrow();
    assertThat(detail.row().state()).isEqualTo(State.BEHIND);
    assertThat(detail.row().pending()).isEmpty();
    assertThat(detail.steps()).isEmpty();
    assertThat(detail.rollbacks()).isEmpty();
  }
}
