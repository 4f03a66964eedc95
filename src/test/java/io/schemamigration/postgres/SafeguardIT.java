package io.schemamigration.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.schemamigration.plan.Dump;
import io.schemamigration.plan.Plan;
import io.schemamigration.plan.UndoRequest;
import io.schemamigration.testing.CuttingProxy;
import io.schemamigration.testing.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** A run that needs a backup, under the lock: behind one of just its plan, or not at all. */
class SafeguardIT {
  private static final byte[] COMMIT = ";COMMIT".getBytes(StandardCharsets.UTF_8);
  private static final Safeguard DEMANDED = new Safeguard(change -> true, Optional.empty());

  private static Engine engine(int major) {
    return Engine.on(PostgresServer.shared(major).createDatabase("safeguard"))
        .file(1, "a", "CREATE TABLE a(id int);")
        .file(2, "b", "CREATE TABLE b(id int);");
  }

  private static Outcome run(Engine engine, Safeguard safeguard) {
    return engine.run(engine.planning(), safeguard);
  }

  private static Safeguard madeFor(Plan.Change plan) {
    return new Safeguard(
        change -> true,
        Optional.of(
            new Safeguard.Backup(
                plan.id(),
                plan.position().history().fullId(),
                new Dump(
                    "orders-1",
                    "pvc:dumps/orders-1",
                    "5f".repeat(32),
                    Optional.of(1L << 40),
                    Optional.of("2026-01-02T03:04:05Z"),
                    false))));
  }

  /** What a run that was stopped for want of a backup would have run. */
  private static Plan.Change wanted(Outcome outcome) {
    assertThat(outcome).isInstanceOf(Outcome.Stopped.class);
    Outcome.Stopped stopped = (Outcome.Stopped) outcome;
    assertThat(stopped.applied()).isZero();
    return (Plan.Change) stopped.plan().orElseThrow();
  }

  /** What happened, in order; texts of files aside. */
  private static List<String> chronicle(Engine engine) {
    return engine
        .db()
        .strings(
            "SELECT event || coalesce(' ' || hash, '') FROM drizzle_migrations_ledger"
                + " WHERE event <> 'content' ORDER BY id");
  }

  @ParameterizedTest
  @MethodSource("io.schemamigration.testing.PostgresMajors#all")
  void withoutItNothingRunsAndNothingIsWritten(int major) {
    Engine engine = engine(major);
    assertThat(wanted(run(engine, DEMANDED)).scripts()).hasSize(2);
    assertThat(
            engine
                .db()
                .strings(
                    "SELECT relname FROM pg_class WHERE relnamespace = 'public'::regnamespace"))
        .isEmpty();
  }

  /** As where a Secret names a copy by now: the same files are pending there. */
  @ParameterizedTest
  @MethodSource("io.schemamigration.testing.PostgresMajors#all")
  void behindThatOfAnotherDatabaseNothingRuns(int major) {
    Safeguard backup = madeFor(wanted(run(engine(major), DEMANDED)));
    Engine copy = engine(major);
    assertThat(wanted(run(copy, backup)).id()).isEqualTo(backup.backup().orElseThrow().plan());
    assertThat(copy.exists("a")).isFalse();
  }

  @ParameterizedTest
  @MethodSource("io.schemamigration.testing.PostgresMajors#all")
  void behindItsOwnItRunsAndTheLedgerSaysSoFirst(int major) throws DatabaseUnavailable {
    Engine engine = engine(major);
    Safeguard backup = madeFor(wanted(run(engine, DEMANDED)));
    assertThat(run(engine, backup)).isInstanceOf(Outcome.Done.class);
    assertThat(chronicle(engine)).containsExactly("owner", "backed_up", "applied a", "applied b");
    assertThat(
            engine
                .db()
                .strings(
                    "SELECT detail->>'name', detail->>'location', detail->>'sha256',"
                        + " detail->>'plan' FROM drizzle_migrations_ledger WHERE event ="
                        + " 'backed_up'"))
        .containsExactly(
            "orders-1|pvc:dumps/orders-1|"
                + "5f".repeat(32)
                + "|"
                + backup.backup().orElseThrow().plan());
    assertThat(engine.look().history().used("orders-1")).isTrue();
    assertThat(engine.look().history().lastDump().map(Dump::bytes)).contains(Optional.of(1L << 40));
  }

  @ParameterizedTest
  @MethodSource("io.schemamigration.testing.PostgresMajors#all")
  void behindThatOfAnotherPlanNothingRuns(int major) {
    Engine engine = engine(major);
    Safeguard early = madeFor(wanted(run(engine, DEMANDED)));
    // Somebody changed the database since: what was dumped is not what is there.
    Engine other = Engine.on(engine.db()).file("pg_1_a.sql", "CREATE TABLE a(id int);");
    other.run();
    assertThat(wanted(run(engine, early)).scripts()).hasSize(1);
    assertThat(engine.tracking()).containsExactly("a");
    assertThat(engine.ledger("backed_up")).isEmpty();
    assertThat(engine.exists("b")).isFalse();
  }

  @ParameterizedTest
  @MethodSource("io.schemamigration.testing.PostgresMajors#all")
  void aRunWhoseConnectionIsCutGoesOnBehindTheSame(int major) throws Exception {
    Engine engine = engine(major);
    Safeguard backup = madeFor(wanted(run(engine, DEMANDED)));
    try (CuttingProxy proxy = CuttingProxy.to(engine.db().host(), engine.db().port()).atMost(1)) {
      // That of the first file; its plan is another from then on.
      proxy.cutWhenClientSends(COMMIT, CuttingProxy.Moment.ON_REPLY);
      Outcome outcome = run(engine.through(engine.db().via(proxy.port())), backup);
      assertThat(outcome).isInstanceOf(Outcome.Done.class);
      assertThat(proxy.cuts()).isEqualTo(1);
      assertThat(proxy.connections()).isGreaterThan(1);
    }
    assertThat(engine.tracking()).containsExactly("a", "b");
    assertThat(chronicle(engine)).endsWith("backed_up", "applied a", "applied b");
  }

  @ParameterizedTest
  @MethodSource("io.schemamigration.testing.PostgresMajors#all")
  void ourOwnBooksNeedNone(int major) {
    Engine engine = engine(major);
    engine
        .db()
        .execute(
            "CREATE TABLE drizzle_migrations(id SERIAL PRIMARY KEY, hash TEXT NOT NULL UNIQUE,"
                + " created_at TIMESTAMP NOT NULL DEFAULT NOW());"
                + "INSERT INTO drizzle_migrations(hash) VALUES ('a'), ('b')");
    assertThat(run(engine, DEMANDED)).isInstanceOf(Outcome.Done.class);
    assertThat(chronicle(engine)).containsExactly("owner", "adopted a", "adopted b");
  }

  @ParameterizedTest
  @MethodSource("io.schemamigration.testing.PostgresMajors#all")
  void whatUndoesNeedsItsOwnAsWell(int major) {
    Engine engine = engine(major).file("rollback_pg_2_b.sql", "DROP TABLE b;");
    engine.run();
    UndoRequest request = new UndoRequest("shop/undo", List.of("b"), false);
    Plan.Change plan = wanted(undo(engine, request, DEMANDED));
    assertThat(engine.exists("b")).isTrue();
    assertThat(undo(engine, request, madeFor(plan))).isInstanceOf(Outcome.Done.class);
    assertThat(engine.exists("b")).isFalse();
    assertThat(chronicle(engine)).endsWith("backed_up", "rolled_back b");
  }

  /** Between the two the file was applied again, and filled. */
  @ParameterizedTest
  @MethodSource("io.schemamigration.testing.PostgresMajors#all")
  void theSameUndoBehindTheSameDumpRunsOnce(int major) throws DatabaseUnavailable {
    Engine engine = engine(major).file("rollback_pg_2_b.sql", "DROP TABLE b;");
    engine.run();
    UndoRequest first = new UndoRequest("shop/first", List.of("b"), false);
    Safeguard backup = madeFor(wanted(undo(engine, first, DEMANDED)));
    assertThat(undo(engine, first, backup)).isInstanceOf(Outcome.Done.class);
    Plan.Refuse held = (Plan.Refuse) ((Outcome.Done) engine.run()).plan();
    engine.approve(held.id().orElseThrow()).run();
    assertThat(engine.exists("b")).isTrue();
    UndoRequest second = new UndoRequest("shop/second", List.of("b"), false);
    assertThat(wanted(undo(engine, second, backup)).id())
        .isEqualTo(backup.backup().orElseThrow().plan());
    assertThat(engine.exists("b")).isTrue();
  }

  private static Outcome undo(Engine engine, UndoRequest request, Safeguard safeguard) {
    return engine.run(engine.undoing(request), safeguard);
  }
}
