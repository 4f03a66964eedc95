package io.schemamigration.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Reason;
import io.schemamigration.plan.UndoRequest;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.PostgresServer;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What befalls a server while something is undone: each undo happens once all the same. */
@Timeout(180)
class UndoFaultsIT {
  private static final String MAJORS = "io.schemamigration.testing.PostgresMajors#all";
  private static final Duration SOON = Duration.ofSeconds(30);

  /** Three files; what undoes the third is one transaction, what undoes the second are steps. */
  private static Engine files(Db db) {
    db.execute(
        "CREATE TABLE probe(at serial, what text);"
            + "CREATE TABLE pause AS SELECT 60 AS seconds, unnest(ARRAY['h2', 'h3']) AS hash");
    Engine engine = Engine.on(db);
    for (int i = 1; i <= 3; i++) {
      engine.file(i, "h" + i, row("h" + i));
    }
    return engine
        .file("rollback_pg_3_h3.sql", row("undo h3") + pause("h3"))
        .file(
            "rollback_pg_2_h2.sql",
            row("undo h2")
                + "CREATE INDEX CONCURRENTLY probe_what ON probe(what);\n"
                + row("undo h2 in steps")
                + pause("h2")
                + "DROP INDEX CONCURRENTLY probe_what;\n"
                + row("undo h2 to its end"));
  }

  private static String row(String what) {
    return "INSERT INTO probe(what) VALUES ('" + what + "');\n";
  }

  private static String pause(String hash) {
    return "SELECT pg_sleep(seconds) FROM pause WHERE hash = '" + hash + "';\n";
  }

  private static void assertDone(Outcome outcome, int applied) {
    assertThat(outcome).isInstanceOf(Outcome.Done.class);
    assertThat(((Outcome.Done) outcome).plan()).isInstanceOf(Plan.UpToDate.class);
    assertThat(((Outcome.Done) outcome).applied()).isEqualTo(applied);
  }

  private static Reason refused(Outcome outcome) {
    return ((Plan.Refuse) ((Outcome.Done) outcome).plan()).reason();
  }

  /** Ends the server while the script of a hash pauses, and takes its pause away. */
  private static void endInTheMiddle(
      PostgresServer server, String signal, Engine engine, UndoRequest request, String hash)
      throws Exception {
    Db db = engine.db();
    try (ExecutorService pool = Executors.newFixedThreadPool(1)) {
      Future<Outcome> run = pool.submit(() -> engine.undo(request));
      String sleeps = "SELECT FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
      await().atMost(SOON).until(() -> db.strings(sleeps).size() == 1);
      server.kill(signal);
      Outcome outcome = run.get();
      assertThat(outcome).isInstanceOf(Outcome.Unavailable.class);
      assertThat(((Outcome.Unavailable) outcome).reason()).isEqualTo(Reason.DATABASE_UNREACHABLE);
      assertThat(((Outcome.Unavailable) outcome).sent()).isTrue();
    }
    server.restart();
    db.execute("UPDATE pause SET seconds = 0 WHERE hash = '" + hash + "'");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aServerThatEndsInTheMiddleOfAnUndoLosesNothingAndDoublesNothing(int major) throws Exception {
    try (PostgresServer server = PostgresServer.start(major)) {
      Engine engine = files(server.createDatabase("undo"));
      assertDone(engine.run(), 3);
      UndoRequest request = new UndoRequest("shop/undo", List.of("h3", "h2"), false);
      endInTheMiddle(server, "QUIT", engine, request, "h3");
      assertThat(engine.tracking()).containsExactly("h1", "h2", "h3");
      assertThat(engine.ledger("rolled_back")).isEmpty();
      endInTheMiddle(server, "KILL", engine, request, "h2");
      assertThat(engine.tracking()).containsExactly("h1", "h2");
      assertThat(engine.ledger("rolled_back")).containsExactly("h3");
      assertDone(engine.undo(request), 1);
      assertDone(engine.undo(request), 0);
      assertThat(engine.tracking()).containsExactly("h1");
      assertThat(engine.ledger("applied")).containsExactly("h1", "h2", "h3");
      assertThat(engine.ledger("rolled_back")).containsExactly("h3", "h2");
      assertThat(engine.db().strings("SELECT what FROM probe ORDER BY at"))
          .containsExactly(
              "h1", "h2", "h3", "undo h3", "undo h2", "undo h2 in steps", "undo h2 to its end");
      assertThat(engine.exists("probe_what")).isFalse();
      assertThat(refused(engine.run())).isEqualTo(Reason.ROLLED_BACK);
    }
  }

  /** From now on the server writes other times, as if the machine's clock had jumped. */
  private static void jump(Db db, String by) {
    db.execute(
        "ALTER TABLE %s ALTER created_at SET DEFAULT now() + interval '%s'"
                .formatted(Engine.TABLE, by)
            + ";ALTER TABLE %s ALTER at SET DEFAULT clock_timestamp() + interval '%s'"
                .formatted(Engine.LEDGER, by));
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whereTheServersClockJumpsTheOrderOfTheRowsDecidesAndNotTheirTimes(int major) {
    Db db = PostgresServer.shared(major).createDatabase("clock");
    db.execute("CREATE TABLE probe(at serial, what text)");
    Engine engine = Engine.on(db);
    for (int i = 1; i <= 3; i++) {
      engine.file(i, "h" + i, row("h" + i));
      engine.file("rollback_pg_" + i + "_h" + i + ".sql", row("undo h" + i));
      engine.run();
      jump(db, -10 * i + " days"); // each is written before the one that was there before it
    }
    UndoRequest first = new UndoRequest("shop/first", List.of("h3", "h2"), false);
    assertDone(engine.undo(first), 2);
    assertThat(refused(engine.run())).isEqualTo(Reason.ROLLED_BACK);
    Engine mended =
        Engine.on(db)
            .file(1, "h1", row("h1"))
            .file(2, "h2", row("h2 mended"))
            .file("rollback_pg_2_h2.sql", row("undo h2 mended"));
    jump(db, "-100 days");
    assertDone(mended.run(), 1);
    assertDone(mended.undo(first), 0);
    assertDone(mended.run(), 0);
    UndoRequest second = new UndoRequest("shop/second", List.of("h2"), false);
    jump(db, "-200 days");
    assertDone(mended.undo(second), 1);
    assertThat(refused(mended.run())).isEqualTo(Reason.ROLLED_BACK);
    jump(db, "1000 days");
    assertDone(mended.undo(first), 0);
    assertDone(mended.undo(second), 0);
    assertThat(engine.tracking()).containsExactly("h1");
    assertThat(engine.ledger("applied")).containsExactly("h1", "h2", "h3", "h2");
    assertThat(engine.ledger("rolled_back")).containsExactly("h3", "h2", "h2");
    assertThat(db.strings("SELECT what FROM probe ORDER BY at"))
        .containsExactly("h1", "h2", "h3", "undo h3", "undo h2", "h2 mended", "undo h2 mended");
  }
}
