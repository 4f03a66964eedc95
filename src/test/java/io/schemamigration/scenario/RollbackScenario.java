package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.dsl.Resource;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaRollback;
import io.schemamigration.api.SchemaRollbackSpec;
import io.schemamigration.api.SchemaRollbackStatus;
import io.schemamigration.testing.KStatus;
import java.time.Clock;
import java.time.Instant;
import java.util.List;
import java.util.function.Consumer;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What scenarios of undoing share: requests, what became of them, and what the ledger says. */
abstract class RollbackScenario extends Scenario {
  static final String UNDO_A = "rollback_pg_1_a.sql";
  static final String UNDO_B = "rollback_pg_2_b.sql";
  static final String UNDO_C = "rollback_pg_3_c.sql";
  static final String[] THREE = {
    A,
    TABLE_A,
    B,
    TABLE_B,
    C,
    TABLE_C,
    UNDO_A,
    "DROP TABLE a;",
    UNDO_B,
    "DROP TABLE b;",
    UNDO_C,
    "DROP TABLE c;"
  };

  /** The statement of a script that lasts until {@link #openGate}. */
  static final String AT_THE_GATE =
      "DO $$BEGIN WHILE EXISTS (SELECT FROM gate) LOOP PERFORM pg_sleep(0.1); END LOOP; END$$;\n";

  private static final Pattern PLAN = Pattern.compile("p-[0-9a-f]{32}");

  void start(String... files) {
    start(Clock.systemUTC(), files);
  }

  void start(Clock clock, String... files) {
    world.files("files", files);
    world.migration("m");
    world.startOperator(clock);
  }

  private Rollbacks rollbacks() {
    return new Rollbacks(world);
  }

  void request(String name, Consumer<SchemaRollbackSpec> edits, String... undo) {
    rollbacks().request(name, "m", edits, List.of(undo));
  }

  void request(String name, String... undo) {
    request(name, spec -> {}, undo);
  }

  SchemaRollbackStatus awaitOver(String name, String ready, String reason) {
    return rollbacks().await_(name, ready, reason);
  }

  SchemaRollbackStatus status(String name) {
    return rollbacks().status(name);
  }

  /** A creation timestamp has whole seconds: what is created from now on is younger. */
  void awaitSecondAfter(String name) {
    Instant created = Instant.parse(rollback(name).get().getMetadata().getCreationTimestamp());
    await().until(() -> !Instant.now().isBefore(created.plusSeconds(1)));
  }

  String message(String name) {
    return rollbacks().ready(name).orElseThrow().getMessage();
  }

  void awaitMessage(String name, String part) {
    await().atMost(World.PATIENCE).untilAsserted(() -> assertThat(message(name)).contains(part));
  }

  /** Deletes a request and waits until it is gone: its name may be wanted again. */
  void delete(String name) {
    rollback(name).delete();
    await().atMost(World.PATIENCE).until(() -> rollback(name).get() == null);
  }

  private Resource<SchemaRollback> rollback(String name) {
    return rollbacks().resource(name);
  }

  /** What GitOps tools make of a request. */
  KStatus kstatus(String name) {
    SchemaRollback now = rollback(name).get();
    SchemaRollbackStatus status = now.getStatus();
    return KStatus.of(
        now.getMetadata().getGeneration(), status.observedGeneration, status.conditions);
  }

  /** What GitOps tools make of the migration. */
  KStatus kstatusOfMigration(String name) {
    SchemaMigration now = world.get(name);
    return KStatus.of(
        now.getMetadata().getGeneration(),
        now.getStatus().observedGeneration,
        now.getStatus().conditions);
  }

  /** What the ledger says happened to hashes, in order: {@code applied a}, and so on. */
  List<String> ledger() {
    return db.strings(
        "SELECT event || ' ' || hash FROM drizzle_migrations_ledger"
            + " WHERE event IN ('applied', 'adopted', 'rolled_back', 'failed') ORDER BY id");
  }

  /** The migrations that the ledger names as owners, the newest last. */
  List<String> owners() {
    return db.strings(
        "SELECT detail->>'name' FROM drizzle_migrations_ledger WHERE event = 'owner' ORDER BY id");
  }

  /** Which of the tables that these scenarios make are there. */
  List<String> tables() {
    return db.strings(
        "SELECT relname FROM pg_class WHERE relkind = 'r' AND relnamespace = 'public'::regnamespace"
            + " AND relname <> 'gate' AND relname NOT LIKE 'drizzle%' ORDER BY relname");
  }

  void closeGate() {
    db.execute("CREATE TABLE gate AS SELECT 1 AS closed");
  }

  void openGate() {
    db.execute("DELETE FROM gate");
  }

  /** Waits until the operator has no connection to the database. */
  void awaitNobodyConnected() {
    await()
        .atMost(World.PATIENCE)
        .until(
            () ->
                db.strings(
                        "SELECT pid FROM pg_stat_activity WHERE application_name LIKE 'smig/%'"
                            + " AND datname = current_database()")
                    .isEmpty());
  }

  /** Approves the plan that a message shows. */
  void approve(String migration, String message) {
    Matcher plan = PLAN.matcher(message);
    assertThat(plan.find()).as(message).isTrue();
    world.edit(migration, spec -> spec.approvedPlans = List.of(plan.group()));
  }

  /** Has the migration look at the database now, and waits until it has. */
  void look(String migration, String token) {
    world.annotate(migration, "reconcile.fluxcd.io/requestedAt", token);
    world.awaitStatus(migration, "looked at", s -> token.equals(s.lastHandledReconcileAt));
  }
}
