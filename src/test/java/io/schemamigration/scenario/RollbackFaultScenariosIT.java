package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.schemamigration.testing.MovableClock;
import io.schemamigration.testing.PostgresMajors;
import io.schemamigration.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;

/** A server that ends and a clock that jumps while a request to undo is open. */
final class RollbackFaultScenariosIT extends RollbackScenario {
  private static final String RECONCILE = "reconcile.fluxcd.io/requestedAt";

  private final MovableClock clock = new MovableClock();

  private String in(Duration duration) {
    return clock.instant().plus(duration).truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private void start() {
    start(
        clock,
        A,
        "CREATE TABLE probe(at serial, what text);",
        B,
        TABLE_B,
        C,
        TABLE_C,
        UNDO_B,
        "INSERT INTO probe(what) VALUES ('b'); DROP TABLE b;",
        UNDO_C,
        "INSERT INTO probe(what) VALUES ('c'); SELECT pg_advisory_xact_lock(7); DROP TABLE c;");
    world.awaitUpToDate("m", "a", "b", "c");
  }

  private List<String> rolledBack() {
    return db.strings(
        "SELECT hash FROM drizzle_migrations_ledger WHERE event = 'rolled_back' ORDER BY id");
  }

  /** What undoes c waits for this lock, until it is closed or the server ends. */
  private Connection lock() throws SQLException {
    Connection holder = db.connect();
    try (Statement statement = holder.createStatement()) {
      statement.execute("SELECT pg_advisory_lock(7)");
    }
    return holder;
  }

  private void awaitUndoInFlight() {
    String waits =
        "SELECT FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
            + " WHERE d.datname = current_database() AND l.locktype = 'advisory' AND l.objid = 7"
            + " AND NOT l.granted";
    await().atMost(World.PATIENCE).until(() -> db.strings(waits).size() == 1);
  }

  @Waiting
  void whatAServerEndedInTheMiddleOfIsFinishedThoughItsTimeIsOver() throws SQLException {
    try (PostgresServer server = PostgresServer.start(PostgresMajors.newest())) {
      db = server.createDatabase("ends");
      world.secret("db", db);
      start();
      try (Connection holder = lock()) {
        request("undo", s -> s.notAfter = in(Duration.ofHours(1)), "c", "b");
        awaitUndoInFlight();
        server.kill("QUIT");
        assertThat(holder.isValid(1)).isFalse();
      }
      awaitOver("undo", "False", "DatabaseUnreachable");
      clock.forward(Duration.ofDays(3));
      server.restart();
      world.annotate("m", RECONCILE, "now");
      assertThat(awaitOver("undo", "True", "Complete").undone).containsExactly("c", "b");
      world.await_("m", "False", "RolledBack");
      assertThat(tracked()).containsExactly("a");
      assertThat(rolledBack()).containsExactly("c", "b");
      assertThat(db.strings("SELECT what FROM probe ORDER BY at")).containsExactly("c", "b");
    }
  }

  @Waiting
  void whatIsNotBegunExpiresByTheOperatorsClockAndForGood() throws SQLException {
    start();
    world.edit("m", spec -> spec.database.secretRef.name = "not-there-yet");
    request("late", s -> s.notAfter = in(Duration.ofHours(1)), "c");
    awaitOver("late", "False", "SecretNotFound");
    world.await_("m", "Unknown", "RollingBack");
    clock.forward(Duration.ofDays(2));
    // Whether it was carried out before, as in a cluster that was built anew, the ledger alone
    // knows.
    world.edit("m", spec -> spec.database.secretRef.name = "db");
    awaitOver("late", "False", "Expired");
    world.awaitUpToDate("m", "a", "b", "c");
    clock.forward(Duration.ofDays(-4));
    // The machine's clock has passed it, the operator's has not.
    Instant past = Instant.now().minus(Duration.ofDays(1)).truncatedTo(ChronoUnit.SECONDS);
    try (Connection holder = lock()) {
      request("next", s -> s.notAfter = past.toString(), "c");
      awaitUndoInFlight();
      clock.forward(Duration.ofDays(-10));
      assertThat(holder.isValid(1)).isTrue();
    }
    assertThat(awaitOver("next", "True", "Complete").undone).containsExactly("c");
    awaitOver("late", "False", "Expired");
    assertThat(status("late").undone).isNull();
    assertThat(tracked()).containsExactly("a", "b");
    assertThat(rolledBack()).containsExactly("c");
    assertThat(db.strings("SELECT what FROM probe")).containsExactly("c");
  }
}
