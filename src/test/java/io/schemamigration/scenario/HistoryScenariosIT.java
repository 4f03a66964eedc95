package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.schemamigration.api.SchemaMigrationSpec;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.plan.Digest;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.MovableClock;
import io.schemamigration.testing.PostgresMajors;
import io.schemamigration.testing.PostgresServer;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;

/** Whose database it is, and what has happened to it before. */
final class HistoryScenariosIT extends Scenario {
  @Waiting
  void anExistingHistoryIsAdoptedUntouched() {
    db.execute(
        "CREATE TABLE drizzle_migrations(id SERIAL PRIMARY KEY, hash TEXT NOT NULL UNIQUE,"
            + " created_at TIMESTAMP NOT NULL DEFAULT NOW());INSERT INTO drizzle_migrations(hash,"
            + " created_at) VALUES ('a', '2020-01-02 03:04:05');"
            + TABLE_A);
    String rows = "SELECT id, hash, created_at FROM drizzle_migrations WHERE hash = 'a'";
    List<String> before = db.strings(rows);
    world.files("files", A, TABLE_A, B, TABLE_B);
    world.migration("m");
    world.startOperator();
    world.awaitUpToDate("m", "a", "b");
    assertThat(db.strings(rows)).isEqualTo(before);
    assertThat(db.strings("SELECT event FROM drizzle_migrations_ledger WHERE hash = 'a'"))
        .containsExactly("adopted");
  }

  @Waiting
  void twoResourcesOnOneDatabaseAtOnceApplyEachFileOnce() {
    world.files("files", A, TABLE_A, B, TABLE_B, C, TABLE_C);
    world.migration("m1");
    world.migration("m2");
    world.startOperator();
    await()
        .atMost(World.PATIENCE)
        .untilAsserted(
            () ->
                assertThat(List.of(reason("m1"), reason("m2")))
                    .containsExactlyInAnyOrder("UpToDate", "OwnedByOther"));
    assertThat(tracked()).containsExactly("a", "b", "c");
  }

  private String reason(String name) {
    return World.condition(world.status(name), "Ready").map(c -> c.getReason()).orElse("");
  }

  @Waiting
  void twoOperatorsAtOnceApplyEachFileOnce() {
    List<String> files = new ArrayList<>();
    List<String> hashes = new ArrayList<>();
    for (int i = 1; i <= 12; i++) {
      files.addAll(List.of("pg_" + i + "_h" + i + ".sql", "CREATE TABLE t" + i + "(id int);"));
      hashes.add("h" + i);
    }
    world.files("files", files.toArray(String[]::new));
    world.startOperator();
    world.startOperator();
    world.migration("m");
    world.awaitUpToDate("m", hashes.toArray(String[]::new));
    assertThat(
            db.strings(
                "SELECT hash FROM drizzle_migrations_ledger WHERE event = 'applied' ORDER BY id"))
        .isEqualTo(hashes);
  }

  @Waiting
  void aDatabaseWhoseOwnerIsGoneIsTakenOverAfterTwoLooksAnIntervalApart() {
    MovableClock clock = new MovableClock();
    world.files("files", A, TABLE_A);
    world.migration("first");
    world.startOperator(clock);
    world.awaitUpToDate("first", "a");
    world.migration("second");
    assertThat(World.message(world.await_("second", "False", "OwnedByOther")))
        .contains(world.namespace() + "/first");
    world.delete("first");
    await().atMost(World.PATIENCE).until(() -> world.get("first") == null);
    world.annotate("second", "reconcile.fluxcd.io/requestedAt", "1");
    world.awaitStatus("second", "looked", s -> "1".equals(s.lastHandledReconcileAt));
    assertThat(reason("second")).isEqualTo("OwnedByOther");
    clock.forward(Duration.ofMinutes(11));
    world.annotate("second", "reconcile.fluxcd.io/requestedAt", "2");
    world.awaitUpToDate("second", "a");
    assertThat(
            db.strings(
                "SELECT detail->>'name' FROM drizzle_migrations_ledger WHERE event = 'owner'"
                    + " ORDER BY id"))
        .containsExactly("first", "second");
    await()
        .atMost(World.PATIENCE)
        .until(() -> world.events().stream().anyMatch(e -> e.getNote().contains("/first")));
    assertThat(tracked()).containsExactly("a");
  }

  @Waiting
  void aDatabaseOfAnotherClusterIsTakenOverOnlyByAnApprovedPlan() {
    world.files("files", A, TABLE_A);
    world.migration("m");
    World.Running first = world.startOperator();
    world.awaitUpToDate("m", "a");
    world.stop(first);
    db.execute(
        "INSERT INTO drizzle_migrations_ledger(event, detail) SELECT 'owner', detail ||"
            + " '{\"cluster\": \"another\"}' FROM drizzle_migrations_ledger WHERE event = 'owner'");
    world.files("files", A, TABLE_A, B, TABLE_B);
    world.startOperator();
    SchemaMigrationStatus status = world.await_("m", "False", "OwnedByOther");
    assertThat(World.message(status)).contains("another cluster").contains(status.plan.id);
    assertThat(tracked()).containsExactly("a");
    world.edit("m", s -> s.approvedPlans = List.of(status.plan.id));
    world.awaitUpToDate("m", "a", "b");
    assertThat(
            db.strings(
                "SELECT count(DISTINCT detail->>'ledger') FROM drizzle_migrations_ledger"
                    + " WHERE event = 'owner'"))
        .containsExactly("1");
  }

  @Waiting
  void aChangedFileBlocksUntilItsTextIsAcknowledgedAndCommentsNever() {
    world.files("files", A, TABLE_A);
    world.migration("m");
    world.startOperator();
    world.awaitUpToDate("m", "a");
    world.files("files", A, "-- a comment\n" + TABLE_A);
    SchemaMigrationStatus commented =
        world.awaitStatus("m", "remarked on", s -> World.message(s).contains("comments"));
    assertThat(World.condition(commented, "Ready").orElseThrow().getStatus()).isEqualTo("True");
    String changed = "CREATE TABLE a(id bigint);\n";
    world.files("files", A, changed);
    SchemaMigrationStatus blocked = world.await_("m", "False", "ContentChanged");
    String digest = Digest.sha256(changed);
    assertThat(World.message(blocked)).contains("[{hash: a, sha256: " + digest + "}]");
    world.edit(
        "m",
        s -> {
          SchemaMigrationSpec.Acknowledgement accepted = new SchemaMigrationSpec.Acknowledgement();
          accepted.hash = "a";
          accepted.sha256 = digest;
          s.acknowledge = List.of(accepted);
        });
    world.awaitUpToDate("m", "a");
    assertThat(tracked()).containsExactly("a");
  }

  @Waiting
  void aDatabaseThatIsFilledAnewGoesOnAfterAFailureInTheMiddle() {
    String needs = "ALTER TABLE needed ADD x int;";
    db.execute("CREATE TABLE needed(id int)");
    world.files("files", A, TABLE_A, B, needs, C, TABLE_C);
    world.migration("m");
    world.startOperator();
    world.awaitUpToDate("m", "a", "b", "c");
    Db empty = PostgresServer.shared(PostgresMajors.newest()).createDatabase("anew");
    world.secret("db", empty);
    world.annotate("m", "reconcile.fluxcd.io/requestedAt", "1");
    SchemaMigrationStatus failed = world.await_("m", "False", "MigrationFailed");
    assertThat(failed.appliedHashes).containsExactly("a");
    world.files("files", A, TABLE_A, B, "CREATE TABLE needed(id int);" + needs, C, TABLE_C);
    world.awaitUpToDate("m", "a", "b", "c");
    assertThat(empty.strings("SELECT hash FROM drizzle_migrations ORDER BY id"))
        .containsExactly("a", "b", "c");
  }
}
