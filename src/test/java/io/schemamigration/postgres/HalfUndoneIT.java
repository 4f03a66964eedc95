package io.schemamigration.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Reason;
import io.schemamigration.plan.UndoRequest;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.PostgresServer;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** An undo whose first statement works alone: what of it stays when it does not come to its end. */
@Timeout(180)
class HalfUndoneIT {
  private static final String MAJORS = "io.schemamigration.testing.PostgresMajors#all";
  private static final UndoRequest REQUEST = new UndoRequest("shop/undo", List.of("a"), false);

  private static Engine applied(int major, String file, String undo) {
    Db db = PostgresServer.shared(major).createDatabase("half");
    Engine engine =
        Engine.on(db).file(1, "a", file).file("rollback_pg_1_a.sql", undo + ";\nDROP TABLE t;\n");
    assertThat(engine.run()).isInstanceOf(Outcome.Done.class);
    return engine;
  }

  /** Cancels the undo while it waits for somebody who reads. */
  private static Outcome cancelled(Engine engine, String reads) throws Exception {
    try (Connection reader = engine.db().connect();
        ExecutorService pool = Executors.newFixedThreadPool(1)) {
      begin(reader, reads);
      Future<Outcome> undo = pool.submit(() -> engine.undo(REQUEST));
      String waits =
          "FROM pg_stat_activity WHERE datname = current_database() AND wait_event_type = 'Lock'"
              + " AND query LIKE '%CONCURRENTLY%'";
      await()
          .atMost(Duration.ofSeconds(30))
          .until(() -> engine.db().strings("SELECT pid " + waits).size() == 1);
      engine.db().execute("SELECT pg_cancel_backend(pid) " + waits);
      return undo.get();
    }
  }

  private static void begin(Connection connection, String reads) throws SQLException {
    connection.setAutoCommit(false);
    try (Statement statement = connection.createStatement()) {
      statement.execute(reads);
    }
  }

  private static Reason refused(Outcome outcome) {
    return ((Plan.Refuse) ((Outcome.Done) outcome).plan()).reason();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whoAsksTooLateIsToldWhatIsHalfUndone(int major) {
    Engine engine =
        applied(
            major, "CREATE TABLE t(id int); CREATE INDEX i ON t(id);", "DROP INDEX CONCURRENTLY i");
    engine.db().execute("CREATE VIEW v AS SELECT * FROM t"); // DROP TABLE is refused
    engine.undo(REQUEST);
    Plan.Refuse refuse = (Plan.Refuse) ((Outcome.Done) engine.undo(REQUEST.expired(true))).plan();
    assertThat(refuse.reason()).isEqualTo(Reason.EXPIRED);
    assertThat(refuse.message())
        .isEqualTo("its notAfter is over, and an undo of a stopped on the way; ask anew");
  }

  private static void assertHalf(Engine engine, Outcome outcome) {
    assertThat(((Outcome.Failed) outcome).failure().text()).contains("rollback_pg_1_a.sql:1");
    assertThat(engine.tracking()).containsExactly("a");
    assertThat(refused(engine.run())).isEqualTo(Reason.PARTIALLY_ROLLED_BACK);
    assertThat(engine.undo(new UndoRequest("shop/again", List.of("a"), false)))
        .isInstanceOf(Outcome.Done.class);
    assertThat(engine.tracking()).isEmpty();
    assertThat(engine.exists("t")).isFalse();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void anIndexWhoseDropIsCancelledIsHalfUndone(int major) throws Exception {
    Engine engine =
        applied(
            major,
            "CREATE TABLE t(id int); CREATE INDEX i ON t(id);",
            "DROP INDEX CONCURRENTLY IF EXISTS i");
    Outcome outcome = cancelled(engine, "SELECT * FROM t");
    assertThat(
            engine.db().strings("SELECT indisvalid FROM pg_index WHERE indexrelid='i'::regclass"))
        .containsExactly("f");
    assertHalf(engine, outcome);
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aPartitionWhoseDetachIsCancelledIsHalfUndone(int major) throws Exception {
    Engine engine =
        applied(
            major,
            "CREATE TABLE t(id int) PARTITION BY LIST (id);"
                + "CREATE TABLE t1 PARTITION OF t FOR VALUES IN (1);",
            "ALTER TABLE t DETACH PARTITION t1 CONCURRENTLY");
    Outcome outcome = cancelled(engine, "SELECT * FROM t");
    assertThat(engine.db().strings("SELECT inhdetachpending FROM pg_inherits"))
        .containsExactly("t");
    assertHalf(engine, outcome);
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aDropThatTheServerRefusesUndoesNothing(int major) {
    Engine engine = applied(major, "CREATE TABLE t(id int);", "DROP INDEX CONCURRENTLY missing");
    assertThat(engine.undo(REQUEST)).isInstanceOf(Outcome.Failed.class);
    Outcome outcome = engine.run();
    assertThat(((Outcome.Done) outcome).plan()).isInstanceOf(Plan.UpToDate.class);
  }
}
