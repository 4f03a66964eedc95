package io.schemamigration.postgres;

import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Reason;
import io.schemamigration.plan.UndoRequest;
import io.schemamigration.testing.CuttingProxy;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.PostgresMajors;
import io.schemamigration.testing.PostgresServer;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.function.BiFunction;
import java.util.function.Function;
import java.util.function.Supplier;

/**
 * Random faults against random files for some minutes: {@code mvn -q -Psoak -Dsoak.minutes=10}. Two
 * runners at a time work on each database while it is disturbed; then one runs undisturbed, and
 * every file must have been applied exactly once. So with requests to undo the newest of them, and
 * with those when they are mended and applied once more. Ends with 1 where one was not.
 */
public final class Soak {
  private static final int UNDISTURBED_TRIES = 5;
  private static final Duration LOCK = Duration.ofSeconds(2);

  /** What disturbs a round. */
  private enum Disturbance {
    CUT,
    COMMIT_CUT,
    TERMINATE,
    CANCEL,
    BLACKHOLE,
    FAST_STOP,
    IMMEDIATE_STOP,
    CRASH
  }

  private final Random random;
  private final PostgresServer server;
  private final Map<Disturbance, Integer> counts = new EnumMap<>(Disturbance.class);
  private final List<String> wrong = new ArrayList<>();
  private int rounds;
  private int files;
  private int undos;

  private Soak(Random random, PostgresServer server) {
    this.random = random;
    this.server = server;
  }

  public static void main(String[] args) throws Exception {
    long seed = seed();
    Instant end = Instant.now().plus(Duration.ofMinutes(Integer.getInteger("soak.minutes", 10)));
    System.out.println("seed " + seed);
    try (PostgresServer server = PostgresServer.start(PostgresMajors.newest())) {
      Soak soak = new Soak(new Random(seed), server);
      while (Instant.now().isBefore(end) && soak.wrong.isEmpty()) {
        soak.round();
      }
      System.out.println(soak);
      System.exit(soak.wrong.isEmpty() && soak.rounds > 0 ? 0 : 1);
    }
  }

  private static long seed() {
    String given = System.getProperty("soak.seed", "");
    return given.isEmpty() ? System.nanoTime() : Long.parseLong(given);
  }

  private void round() throws Exception {
    Db db = server.createDatabase("soak");
    db.execute("CREATE TABLE probe(n text, at serial)");
    SoakFiles made = new SoakFiles(random);
    apply(made, db, made.on(db).lockTimeout(LOCK), List.of());
    List<UndoRequest> requests = new ArrayList<>();
    for (int i = random.nextInt(3); i > 0 && wrong.isEmpty() && !made.tracked().isEmpty(); i--) {
      UndoRequest request = made.request("soak/" + db.name() + "/" + i);
      undo(request, made, db);
      requests.add(request);
      if (random.nextBoolean()) {
        made.mend();
        apply(made, db, made.on(db).lockTimeout(LOCK), requests);
      }
    }
    rounds++;
    files += made.applied().size();
    undos += made.rolledBack().size();
    if (rounds % 50 == 0) {
      System.out.println(this);
    }
    server.admin().execute("DROP DATABASE \"" + db.name() + "\" WITH (FORCE)");
  }

  /** Applies what is pending; meanwhile requests that were carried out before ask once more. */
  private void apply(SoakFiles made, Db db, Engine engine, List<UndoRequest> before)
      throws Exception {
    disturb(
        db,
        Engine::run,
        e -> before.isEmpty() || random.nextBoolean() ? e.run() : e.undo(before.getLast()),
        engine);
    made.allApplied();
    Outcome outcome = finish(engine::run);
    check("outcome " + outcome, outcome instanceof Outcome.Done, db);
    check(made, engine);
    for (UndoRequest request : before) {
      Outcome again = engine.undo(request);
      check("undone again: " + again, undid(again, 0), db);
    }
    check(made, engine);
  }

  private void undo(UndoRequest request, SoakFiles made, Db db) throws Exception {
    Engine engine = made.on(db).lockTimeout(LOCK);
    disturb(
        db,
        (e, control) -> e.undo(request, control),
        e -> random.nextBoolean() ? e.undo(request) : e.run(),
        engine);
    made.undone(request);
    Outcome outcome = finish(() -> engine.undo(request));
    check("outcome of undo " + outcome, isUpToDate(outcome), db);
    check(made, engine);
    Outcome held = engine.run();
    boolean holds =
        held instanceof Outcome.Done done
            && done.plan() instanceof Plan.Refuse refuse
            && refuse.reason() == Reason.ROLLED_BACK;
    check("not held: " + held, holds, db);
    check("undone again", undid(engine.undo(request), 0), db);
    check(made, engine);
  }

  private static boolean isUpToDate(Outcome outcome) {
    return outcome instanceof Outcome.Done done && done.plan() instanceof Plan.UpToDate;
  }

  private static boolean undid(Outcome outcome, int count) {
    return isUpToDate(outcome) && ((Outcome.Done) outcome).applied() == count;
  }

  private void disturb(
      Db db,
      BiFunction<Engine, RunControl, Outcome> one,
      Function<Engine, Outcome> other,
      Engine engine)
      throws Exception {
    Disturbance disturbance = pick();
    RunControl control = new RunControl();
    try (CuttingProxy proxy = CuttingProxy.to(db.host(), db.port()).atMost(1 + random.nextInt(3));
        ExecutorService pool = Executors.newFixedThreadPool(2)) {
      if (disturbance == Disturbance.CUT) {
        proxy.cutAfterClientBytes(1 + random.nextInt(20_000));
      } else if (disturbance == Disturbance.COMMIT_CUT) {
        CuttingProxy.Moment[] moments = CuttingProxy.Moment.values();
        proxy.cutWhenClientSends(";COMMIT".getBytes(), moments[random.nextInt(moments.length)]);
      }
      Future<Outcome> first =
          pool.submit(() -> one.apply(engine.through(db.via(proxy.port())), control));
      Future<Outcome> second =
          pool.submit(() -> random.nextBoolean() ? other.apply(engine.through(db)) : null);
      TimeUnit.MILLISECONDS.sleep(random.nextInt(300));
      strike(disturbance, db, proxy, control);
      first.get(2, TimeUnit.MINUTES);
      second.get(2, TimeUnit.MINUTES);
    }
    counts.merge(disturbance, 1, Integer::sum);
  }

  /** A server that ends takes a second to come back, so it ends in fewer rounds. */
  private Disturbance pick() {
    Disturbance[] all = Disturbance.values();
    Disturbance first = all[random.nextInt(all.length)];
    return first.compareTo(Disturbance.BLACKHOLE) < 0 ? first : all[random.nextInt(all.length)];
  }

  private void strike(Disturbance disturbance, Db db, CuttingProxy proxy, RunControl control)
      throws InterruptedException {
    switch (disturbance) {
      case CUT, COMMIT_CUT -> {}
      case TERMINATE ->
          server
              .admin()
              .execute(
                  "SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '%s'"
                      .formatted(db.name()));
      case CANCEL -> control.cancel();
      case BLACKHOLE -> {
        proxy.blackhole();
        TimeUnit.MILLISECONDS.sleep(100);
        proxy.pass();
      }
      case FAST_STOP -> server.restart();
      case IMMEDIATE_STOP -> {
        server.kill("QUIT");
        server.restart();
      }
      case CRASH -> {
        server.kill("KILL");
        server.restart();
      }
    }
  }

  private static Outcome finish(Supplier<Outcome> undisturbed) {
    Outcome outcome = undisturbed.get();
    for (int i = 1; !(outcome instanceof Outcome.Done) && i < UNDISTURBED_TRIES; i++) {
      outcome = undisturbed.get();
    }
    return outcome;
  }

  private void check(SoakFiles made, Engine engine) {
    Db db = engine.db();
    check("tracked " + engine.tracking(), engine.tracking().equals(made.tracked()), db);
    List<String> applied = engine.ledger("applied");
    check("applied " + applied, applied.equals(made.applied()), db);
    List<String> rolledBack = engine.ledger("rolled_back");
    check("rolled back " + rolledBack, rolledBack.equals(made.rolledBack()), db);
    List<String> rows = db.strings("SELECT n FROM probe WHERE n !~ '-2$' ORDER BY at");
    check("lost or doubled: " + rows, rows.equals(made.effects()), db);
    List<String> twice = db.strings("SELECT n FROM probe GROUP BY n HAVING count(*) > 1");
    check("doubled: " + twice, twice.isEmpty(), db);
    List<String> invalid =
        db.strings("SELECT indexrelid::regclass FROM pg_index WHERE NOT indisvalid");
    check("invalid: " + invalid, invalid.isEmpty(), db);
  }

  private void check(String what, boolean right, Db db) {
    if (!right) {
      wrong.add("round " + rounds + " in " + db.name() + ": " + what);
    }
  }

  @Override
  public String toString() {
    String result = wrong.isEmpty() ? "0 lost, 0 doubled" : String.join("\n", wrong);
    return "%d rounds, %d files, %d undos, disturbed by %s: %s"
        .formatted(rounds, files, undos, counts, result);
  }
}
