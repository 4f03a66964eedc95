package io.schemamigration.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.api.SchemaRollback;
import io.schemamigration.api.SchemaRollbackStatus;
import io.schemamigration.plan.History;
import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Reason;
import io.schemamigration.plan.Situations;
import io.schemamigration.postgres.Outcome;
import io.schemamigration.status.Conditions;
import io.schemamigration.status.TaskReport;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a suspended migration hears of. */
class UndoneTest {
  private static final Instant T0 = Instant.parse("2026-03-01T10:00:00Z");
  private final Undone undone = new Undone();

  private static SchemaMigration migration(String... applied) {
    SchemaMigration migration = new SchemaMigration();
    migration.setMetadata(new ObjectMetaBuilder().withName("m").withUid("u").build());
    SchemaMigrationStatus status = new SchemaMigrationStatus();
    status.appliedHashes = List.of(applied);
    status.lastApplied = new SchemaMigrationStatus.LastApplied();
    status.lastApplied.time = Conditions.time(T0);
    migration.setStatus(status);
    return migration;
  }

  private static SchemaRollback request(RollbackReason reason, Instant end, List<String> undone) {
    SchemaRollback request = new SchemaRollback();
    request.setStatus(
        TaskReport.of(
            new SchemaRollbackStatus(),
            1,
            RollbackVerdict.of(reason, "why").and(s -> s.undone = undone),
            end));
    return request;
  }

  private static Outcome rolledBack(String... hashes) {
    Situations now = Situations.start().files(1).applied(1);
    for (String hash : hashes) {
      now.absent(hash, History.Fate.ROLLED_BACK, "-", "0".repeat(64));
    }
    return new Outcome.Done(now.plan(), 1);
  }

  @Test
  void whatTheLastRunSawIsExactUntilTheMigrationLooksByItself() {
    SchemaMigration migration = migration("h1", "h2", "h3", "lost");
    undone.saw(migration, rolledBack("h2", "h3", "older"));
    assertThat(undone.of(migration, List.of())).containsExactlyInAnyOrder("h2", "h3");
    undone.saw(migration, new Outcome.Busy("another"));
    assertThat(undone.of(migration, List.of())).containsExactlyInAnyOrder("h2", "h3");
    // The next one, when the first is told already.
    migration.getStatus().lastApplied = null;
    migration.getStatus().appliedHashes = List.of("h0", "h1", "lost");
    undone.saw(migration, rolledBack("h1", "h2", "h3", "older"));
    assertThat(undone.of(migration, List.of())).containsExactly("h1");
    undone.forget(migration);
    assertThat(undone.of(migration, List.of())).isEmpty();
    undone.saw(migration, rolledBack("h1"));
    undone.retain(Set.of("another"));
    assertThat(undone.of(migration, List.of())).isEmpty();
  }

  @Test
  void whatWasRefusedUndidNothing() {
    SchemaMigration migration = migration("h1");
    Plan.Refuse refuse =
        new Plan.Refuse(Situations.start().plan().position(), Reason.OWNED_BY_OTHER, "why");
    undone.saw(migration, new Outcome.Done(refuse, 0));
    assertThat(undone.of(migration, List.of())).isEmpty();
  }

  @Test
  void anUndoThatStoppedOnTheWayIsKnownByWhatWasSeenAndByTheRequest() {
    SchemaMigration migration = migration("h1", "h2");
    Instant later = T0.plusSeconds(1);
    SchemaRollback given = request(RollbackReason.RETRIES_EXHAUSTED, later, null);
    assertThat(undone.inPart(migration, List.of(given))).isFalse();
    SchemaRollback half = request(RollbackReason.PARTIALLY_ROLLED_BACK, later, null);
    assertThat(undone.inPart(migration, List.of(given, half))).isTrue();
    assertThat(
            undone.inPart(
                migration, List.of(request(RollbackReason.PARTIALLY_ROLLED_BACK, T0, null))))
        .isFalse();
    Plan seen = Situations.start().files(1, 2).applied(1, 2).undoing(7).plan();
    undone.saw(migration, new Outcome.Stopped(Optional.of(seen), 0));
    assertThat(undone.inPart(migration, List.of(given))).isTrue();
  }

  @ParameterizedTest
  @CsvSource({
    "COMPLETE, 1, true",
    "PARTIALLY_ROLLED_BACK, 1, true",
    "RETRIES_EXHAUSTED, 1, true",
    "COMPLETE, 0, false",
    "COMPLETE, -60, false",
    "ALREADY_EXECUTED, 1, false",
    "ROLLING_BACK, 1, false",
  })
  void afterARestartYoungerRequestsTell(RollbackReason reason, long seconds, boolean told) {
    SchemaMigration migration = migration("h1", "h2");
    List<SchemaRollback> requests =
        List.of(
            request(reason, T0.plusSeconds(seconds), List.of("h2")),
            request(RollbackReason.PRECONDITION_FAILED, T0.plusSeconds(9), null),
            request(RollbackReason.COMPLETE, T0.plusSeconds(9), List.of("unknown")));
    assertThat(undone.of(migration, requests)).isEqualTo(told ? Set.of("h2") : Set.of());
  }
}
