package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.testing.CuttingProxy;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.PostgresMajors;
import io.schemamigration.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.atomic.AtomicInteger;

/** What users change, and how the database follows. */
final class ChangeScenariosIT extends Scenario {
  /** One each ten minutes; what wakes it here is a change that is none. */
  private static final int LOOKS_OF_A_DAY = 144;

  private static final String WAITING =
      "SELECT 1 FROM pg_stat_activity WHERE application_name LIKE 'smig/%'"
          + " AND datname = current_database() AND wait_event_type = 'Lock'";

  @Waiting
  void pendingFilesRunInOrderAndTheStatusReportsThem() {
    world.files("files", B, TABLE_B, A, TABLE_A, "pg_10_j.sql", "ALTER TABLE b ADD x int;");
    world.migration("m");
    world.startOperator();
    SchemaMigrationStatus status = world.awaitUpToDate("m", "a", "b", "j");
    assertThat(tracked()).containsExactly("a", "b", "j");
    assertThat(status.current.hash).isEqualTo("j");
    assertThat(status.current.sequence).isEqualTo(10);
    assertThat(status.pendingCount).isZero();
    assertThat(status.lastApplied.checksum).isEqualTo(status.source.checksum);
    assertThat(status.database.name).isEqualTo(db.name());
    assertThat(World.condition(status, "DatabaseReachable").orElseThrow().getStatus())
        .isEqualTo("True");
    assertThat(World.condition(status, "Reconciling")).isEmpty();
    assertThat(World.condition(status, "Stalled")).isEmpty();
  }

  @Waiting
  void aDayOfNothingToDoWritesNothing() throws Exception {
    world.files("files", A, TABLE_A);
    try (CuttingProxy proxy = CuttingProxy.to(db.host(), db.port())) {
      world.secret("db", db.via(proxy.port()));
      world.migration("m");
      World.Running operator = world.startOperator();
      SchemaMigrationStatus before = world.awaitUpToDate("m", "a");
      await()
          .during(Duration.ofSeconds(1))
          .atMost(Duration.ofSeconds(10))
          .until(
              () ->
                  World.condition(world.status("m"), "Ready")
                      .orElseThrow()
                      .getStatus()
                      .equals("True"));
      String version = world.get("m").getMetadata().getResourceVersion();
      int mark = operator.requests().mark();
      world.files("unrelated", "x", "y");
      AtomicInteger changes = new AtomicInteger();
      long enough = proxy.connections() + LOOKS_OF_A_DAY;
      // A change that is seen during a look is answered by that look: so until there were enough.
      await()
          .atMost(Duration.ofMinutes(2))
          .pollInterval(Duration.ofMillis(50))
          .until(
              () -> {
                String text = "not sql: the set is the same " + changes.incrementAndGet();
                world.files("files", A, TABLE_A, "README", text);
                return proxy.connections() >= enough;
              });
      long connections = proxy.connections();
      await()
          .during(Duration.ofSeconds(1))
          .atMost(Duration.ofSeconds(10))
          .until(() -> proxy.connections() <= connections + 1);
      assertThat(operator.requests().since(mark)).noneMatch(r -> !r.method().equals("GET"));
      assertThat(world.get("m").getMetadata().getResourceVersion()).isEqualTo(version);
      assertThat(world.status("m").lastApplied.time).isEqualTo(before.lastApplied.time);
    }
  }

  @Waiting
  void anAddedFileIsApplied() {
    world.files("files", A, TABLE_A);
    world.migration("m");
    world.startOperator();
    world.awaitUpToDate("m", "a");
    world.files("files", A, TABLE_A, B, TABLE_B);
    world.awaitUpToDate("m", "a", "b");
  }

  @Waiting
  void aConfigMapReplacedUnderAHashedNameIsFollowed() {
    world.files("files-1", A, TABLE_A);
    world.migration("m", s -> s.source.configMapRefs = List.of(World.ref("files-1")));
    world.startOperator();
    world.awaitUpToDate("m", "a");
    world.files("files-2", A, TABLE_A, B, TABLE_B);
    world.edit("m", s -> s.source.configMapRefs = List.of(World.ref("files-2")));
    world.deleteFiles("files-1");
    world.awaitUpToDate("m", "a", "b");
  }

  @Waiting
  void twoConfigMapsThatArriveOneByOneAreWaitedFor() {
    world.files("one", A, TABLE_A, "rollback_pg_2_b.sql", "DROP TABLE b;");
    world.files("two", C, TABLE_C);
    world.migration("m", s -> s.source.configMapRefs = List.of(World.ref("one"), World.ref("two")));
    world.startOperator();
    // The undo file's migration is not there yet: that alone would be an invalid source.
    world.await_("m", "Unknown", "SourceSettling");
    world.files("two", B, TABLE_B, C, TABLE_C);
    world.awaitUpToDate("m", "a", "b", "c");
  }

  @Waiting
  void aConfigMapReplacedDuringARunIsFollowedAfterIt() {
    world.files("files", A, "SELECT pg_sleep(3);", B, TABLE_B);
    world.migration("m");
    world.startOperator();
    world.await_("m", "Unknown", "Migrating");
    world.files("files", A, "SELECT pg_sleep(3);", B, TABLE_B, C, TABLE_C);
    world.awaitUpToDate("m", "a", "b", "c");
    assertThat(tracked()).containsExactly("a", "b", "c");
  }

  @Waiting
  void deletingTheResourceDuringARunCancelsTheFile() {
    world.files("files", A, TABLE_A + "SELECT pg_sleep(60);");
    world.migration("m");
    world.startOperator();
    awaitSleeping(1);
    world.delete("m");
    awaitSleeping(0);
    assertThat(tracked()).isEmpty();
    assertThat(db.strings("SELECT to_regclass('a')")).containsExactly("null");
  }

  @Waiting
  void deletedAndCreatedAgainWhileTheOperatorIsDownGoesOn() {
    world.files("files", A, TABLE_A);
    world.migration("m");
    World.Running first = world.startOperator();
    world.awaitUpToDate("m", "a");
    world.stop(first);
    world.delete("m");
    await().atMost(World.PATIENCE).until(() -> world.get("m") == null);
    world.files("files", A, TABLE_A, B, TABLE_B);
    world.migration("m");
    world.startOperator();
    world.awaitUpToDate("m", "a", "b");
  }

  @Waiting
  void suspendedNothingRunsAndResumedItDoes() {
    world.files("files", A, TABLE_A);
    world.migration("m");
    world.startOperator();
    world.awaitUpToDate("m", "a");
    world.edit("m", s -> s.suspend = true);
    world.await_("m", "True", "Suspended");
    world.files("files", A, TABLE_A, B, TABLE_B);
    world.await_("m", "False", "Suspended");
    assertThat(tracked()).containsExactly("a");
    world.edit("m", s -> s.suspend = false);
    world.awaitUpToDate("m", "a", "b");
  }

  @Waiting
  void suspendedItStaysSoWhateverIsAskedOfIt() {
    world.files("files", A, TABLE_A);
    world.migration("m");
    world.startOperator();
    world.awaitUpToDate("m", "a");
    world.edit("m", s -> s.suspend = true);
    world.await_("m", "True", "Suspended");
    world.annotate("m", "reconcile.fluxcd.io/requestedAt", "1");
    world.annotate("m", "schemamigration.io/retry-requested-at", "1");
    world.files("files", A, TABLE_A, B, TABLE_B);
    SchemaMigrationStatus status = world.await_("m", "False", "Suspended"); // of after the wishes
    assertThat(status.lastHandledReconcileAt).isNull();
    assertThat(tracked()).containsExactly("a");
    world.edit("m", s -> s.suspend = false);
    assertThat(world.awaitUpToDate("m", "a", "b").lastHandledReconcileAt).isEqualTo("1");
  }

  @Waiting
  void planOnlyShowsThePlanAndApplyRunsIt() {
    world.files("files", A, TABLE_A);
    world.migration("m", s -> s.mode = "PlanOnly");
    world.startOperator();
    SchemaMigrationStatus planned = world.await_("m", "True", "PlanOnly");
    assertThat(planned.plan.id).matches("p-[0-9a-f]{32}");
    assertThat(planned.pendingCount).isEqualTo(1);
    assertThat(db.strings("SELECT to_regclass('drizzle_migrations')")).containsExactly("null");
    world.edit("m", s -> s.mode = "Apply");
    world.awaitUpToDate("m", "a");
  }

  @Waiting
  void aChecksumPinWaitsForExactlyTheseFiles() {
    world.files("files", A, TABLE_A);
    world.migration("m", s -> s.source.checksum = "sha256:" + "0".repeat(64));
    world.startOperator();
    SchemaMigrationStatus status = world.await_("m", "False", "SourceChecksumMismatch");
    world.edit("m", s -> s.source.checksum = status.source.checksum);
    world.awaitUpToDate("m", "a");
  }

  @Waiting
  void discreteSecretKeysAreRead() {
    world.secret(
        "db",
        Map.of(
            "host",
            db.host(),
            "port",
            "" + db.port(),
            "dbname",
            db.name(),
            "username",
            db.user(),
            "password",
            db.password()));
    world.files("files", A, TABLE_A);
    world.migration("m");
    world.startOperator();
    assertThat(world.awaitUpToDate("m", "a").database.secretLayout).contains("username");
  }

  @Waiting
  void aLookAnswersOnlyWhatItWasAsked() throws SQLException {
    world.files("files", A, TABLE_A);
    world.migration("m");
    world.startOperator();
    world.awaitUpToDate("m", "a");
    Db other = PostgresServer.shared(PostgresMajors.newest()).createDatabase("other");
    try (Connection holder = db.connect();
        Statement statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      statement.execute("LOCK TABLE drizzle_migrations IN ACCESS EXCLUSIVE MODE");
      world.annotate("m", "reconcile.fluxcd.io/requestedAt", "1");
      await().until(() -> !db.strings(WAITING).isEmpty());
      world.secret("db", other);
      world.annotate("m", "reconcile.fluxcd.io/requestedAt", "2");
      holder.rollback();
    }
    world.awaitStatus("m", "looked at again", s -> "2".equals(s.lastHandledReconcileAt));
    assertThat(other.strings("SELECT hash FROM drizzle_migrations")).containsExactly("a");
  }
}
