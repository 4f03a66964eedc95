package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.schemamigration.api.SchemaMigrationSpec;
import io.schemamigration.api.SchemaMigrationStatus;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.function.Consumer;

/** Migrations that go before others. Two of one database have a history each. */
final class DependencyScenariosIT extends Scenario {
  /** What waits is woken: looking again by itself takes half a minute. */
  private static final Duration WOKEN = Duration.ofSeconds(20);

  private static Consumer<SchemaMigrationSpec> after(String... names) {
    return spec -> {
      spec.dependsOn = new ArrayList<>();
      Arrays.stream(names)
          .forEach(
              name -> {
                SchemaMigrationSpec.Dependency dependency = new SchemaMigrationSpec.Dependency();
                dependency.name = name;
                spec.dependsOn.add(dependency);
              });
    };
  }

  /** A migration with files of its own name and, so that two do not share it, such a history. */
  private void migration(String name, Consumer<SchemaMigrationSpec> edits) {
    world.migration(
        name,
        spec -> {
          spec.source.configMapRefs.getFirst().name = name;
          spec.history = new SchemaMigrationSpec.History();
          spec.history.schema = "public";
          spec.history.table = name + "_history";
          edits.accept(spec);
        });
  }

  private void awaitSoon(String name, String reason) {
    await()
        .atMost(WOKEN)
        .until(
            () ->
                World.condition(world.status(name), "Ready")
                    .filter(c -> c.getReason().equals(reason))
                    .isPresent());
  }

  @Waiting
  void itWaitsForWhatIsNotThereAndGoesOnWhenThatIsDone() {
    world.files("orders", A, "CREATE TABLE o(id int REFERENCES users);");
    migration("orders", after("users"));
    world.startOperator();
    SchemaMigrationStatus waiting = world.await_("orders", "False", "DependencyNotReady");
    assertThat(World.message(waiting))
        .isEqualTo("SchemaMigration users is not there; create it, or take it out of dependsOn");
    assertThat(waiting.pendingCount).isEqualTo(1);
    assertThat(World.condition(waiting, "Reconciling")).isPresent();
    world.files("users", A, "CREATE TABL users(id int PRIMARY KEY);");
    migration("users", spec -> {});
    world.await_("users", "False", "MigrationFailed");
    await()
        .atMost(WOKEN)
        .until(
            () -> World.message(world.status("orders")),
            m -> m.startsWith("waits for SchemaMigration users: MigrationFailed: pg_1_a.sql:1:"));
    world.files("users", A, "CREATE TABLE users(id int PRIMARY KEY);");
    world.awaitUpToDate("users", "a");
    awaitSoon("orders", "UpToDate");
    assertThat(world.status("orders").appliedHashes).containsExactly("a");
  }

  @Waiting
  void whoHasNothingPendingWaitsForNobody() {
    world.files("users", A, TABLE_A);
    world.files("orders", A, TABLE_B);
    migration("users", spec -> {});
    migration("orders", after("users"));
    world.startOperator();
    world.awaitUpToDate("orders", "a");
    world.files("users", A, TABLE_A, B, "broken;");
    world.await_("users", "False", "MigrationFailed");
    world.annotate("orders", "reconcile.fluxcd.io/requestedAt", "1");
    world.awaitStatus("orders", "looked at", s -> "1".equals(s.lastHandledReconcileAt));
    world.await_("orders", "True", "UpToDate");
  }

  @Waiting
  void whatIsAppliedTogetherRunsInOrder() {
    world.files("users", A, TABLE_A);
    world.files("orders", A, TABLE_B);
    migration("users", spec -> {});
    migration("orders", after("users"));
    World.Running operator = world.startOperator();
    world.awaitUpToDate("orders", "a");
    world.stop(operator);
    // Who looks first finds a migration that is Ready, with files that it has not seen.
    world.files("users", A, TABLE_A, B, "SELECT pg_sleep(2); CREATE TABLE later(id int);");
    world.files("orders", A, TABLE_B, B, "INSERT INTO later VALUES (1);");
    world.startOperator();
    world.awaitUpToDate("orders", "a", "b");
    world.awaitUpToDate("users", "a", "b");
  }

  @Waiting
  void thoseThatDependOnEachOtherAreToldSo() {
    world.files("users", A, TABLE_A);
    world.files("orders", A, TABLE_B);
    world.files("carts", A, TABLE_C);
    migration("users", after("carts"));
    migration("orders", after("users"));
    migration("carts", after("orders"));
    world.startOperator();
    SchemaMigrationStatus stalled = world.await_("users", "False", "DependencyCycle");
    assertThat(World.message(stalled))
        .isEqualTo(
            "nothing ran: users -> carts -> orders -> users depend on each other; take one of them"
                + " out of dependsOn");
    assertThat(World.condition(stalled, "Stalled")).isPresent();
    world.await_("carts", "False", "DependencyCycle");
    world.edit("orders", spec -> spec.dependsOn = null);
    awaitSoon("orders", "UpToDate");
    awaitSoon("carts", "UpToDate");
    awaitSoon("users", "UpToDate");
  }

  @Waiting
  void oneThatOnlyPlansIsNotDone() {
    world.files("users", A, TABLE_A);
    world.files("orders", A, TABLE_B);
    migration("users", spec -> spec.mode = "PlanOnly");
    migration("orders", after("users"));
    world.startOperator();
    world.await_("users", "True", "PlanOnly");
    await()
        .atMost(World.PATIENCE)
        .until(
            () -> World.message(world.status("orders")),
            "waits for SchemaMigration users, which only plans; set its spec.mode: Apply"::equals);
    world.edit("users", spec -> spec.mode = "Apply");
    world.awaitUpToDate("users", "a");
    awaitSoon("orders", "UpToDate");
  }
}
