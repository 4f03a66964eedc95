package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.schemamigration.api.SchemaMigrationSpec;
import io.schemamigration.api.SchemaMigrationStatus;
import java.util.List;

/** A target hash in Git that is lowered and raised again. */
final class PinScenariosIT extends Scenario {
  private static final String UNDO_B = "rollback_pg_2_b.sql";

  private static void allow(SchemaMigrationSpec spec) {
    spec.policy = new SchemaMigrationSpec.Policy();
    spec.policy.rollback = "Allow";
  }

  private void start() {
    world.files("files", A, TABLE_A, B, TABLE_B, UNDO_B, "DROP TABLE b;");
    world.migration("m");
    world.startOperator();
    world.awaitUpToDate("m", "a", "b");
  }

  private List<String> tableB() {
    return db.strings("SELECT to_regclass('b')");
  }

  @Waiting
  void aLoweredTargetRollsBackOnlyOnceThePolicyAllowsIt() {
    start();
    world.edit("m", s -> s.targetHash = "a");
    SchemaMigrationStatus denied = world.await_("m", "False", "RollbackDenied");
    assertThat(World.message(denied)).endsWith("let it roll back with policy.rollback: Allow");
    assertThat(World.condition(denied, "Stalled")).isPresent();
    assertThat(tableB()).containsExactly("b");

    world.edit("m", PinScenariosIT::allow);
    SchemaMigrationStatus done = world.awaitUpToDate("m", "a");
    assertThat(done.current.hash).isEqualTo("a");
    assertThat(done.plan).isNull();
    assertThat(tableB()).containsExactly("null");
    assertThat(db.strings("SELECT event FROM drizzle_migrations_ledger ORDER BY id DESC LIMIT 1"))
        .containsExactly("rolled_back");

    world.edit("m", s -> s.targetHash = null);
    world.awaitUpToDate("m", "a", "b");
    assertThat(tableB()).containsExactly("b");
  }

  @Waiting
  void aPlanIsShownBeforeAnythingIsUndone() {
    start();
    world.edit(
        "m",
        s -> {
          allow(s);
          s.targetHash = "a";
          s.mode = "PlanOnly";
        });
    SchemaMigrationStatus shown = world.await_("m", "True", "PlanOnly");
    assertThat(shown.plan.operation).isEqualTo("RollBack");
    assertThat(World.message(shown)).startsWith("1 to undo, as plan " + shown.plan.id);
    assertThat(tableB()).containsExactly("b");
    world.edit("m", s -> s.mode = "Apply");
    world.awaitUpToDate("m", "a");
  }

  @Waiting
  void anUndoThatFailsIsToldAndTriedAgainOnlyWhenItIsAnother() {
    world.files("files", A, TABLE_A, B, TABLE_B, UNDO_B, "DROP TABLE b;\nDROP TABLE none;");
    world.migration("m");
    world.startOperator();
    world.awaitUpToDate("m", "a", "b");
    world.edit(
        "m",
        s -> {
          allow(s);
          s.targetHash = "a";
        });
    SchemaMigrationStatus failed = world.await_("m", "False", "MigrationFailed");
    assertThat(World.message(failed)).startsWith(UNDO_B + ":2: ").contains("none");
    assertThat(failed.lastRun.file).isEqualTo(UNDO_B);
    assertThat(tableB()).containsExactly("b");
    assertThat(failed.appliedHashes).containsExactly("a", "b");

    world.files("files", A, TABLE_A, B, TABLE_B, UNDO_B, "DROP TABLE b;");
    SchemaMigrationStatus changed = world.await_("m", "False", "ContentChanged");
    String sha256 = World.message(changed).replaceAll("(?s).*sha256: ([0-9a-f]{64}).*", "$1");
    world.edit(
        "m",
        s -> {
          SchemaMigrationSpec.Acknowledgement taken = new SchemaMigrationSpec.Acknowledgement();
          taken.hash = "b";
          taken.sha256 = sha256;
          s.acknowledge = List.of(taken);
        });
    world.awaitUpToDate("m", "a");
    assertThat(tableB()).containsExactly("null");
  }
}
