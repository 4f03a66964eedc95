package io.schemamigration.postgres;

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

/**
 * Random faults against random files for some minutes: {@code mvn -q -Psoak -Dsoak.minutes=10}. Two
 * runners at a time work on each database while it is disturbed; then one runs undisturbed, and
 * every file must have been applied exactly once. Ends with 1 where one was not.
 */
public final class Soak {
  private static final int MOST_FILES = 8;
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

  private Soak(Random random, PostgresServer server) {
    this.random = random;
    this.server = server;
  }

  public static void main(String[] args) throws Exception {
    long seed = Long.getLong("soak.seed", System.nanoTime());
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

  private void round() throws Exception {
    Db db = server.createDatabase("soak");
    db.execute("CREATE TABLE probe(n text, at timestamptz DEFAULT clock_timestamp())");
    boolean together = random.nextInt(3) == 0;
    List<String> hashes = new ArrayList<>();
    Engine engine = Engine.on(db).lockTimeout(LOCK);
    if (together) {
      engine.allFiles();
    }
    for (int i = 1 + random.nextInt(MOST_FILES); i > 0; i--) {
      String hash = "h" + hashes.size();
      hashes.add(hash);
      engine.file(hashes.size(), hash, text(hash, together));
    }
    disturb(engine, db);
    finish(engine, hashes, db);
    rounds++;
    files += hashes.size();
    if (rounds % 50 == 0) {
      System.out.println(this);
    }
    server.admin().execute("DROP DATABASE \"" + db.name() + "\" WITH (FORCE)");
  }

  /** Every file leaves its hash in the table once; one that runs in steps leaves two. */
  private String text(String hash, boolean together) {
    String row = "INSERT INTO probe(n) VALUES ('" + hash + "');\n";
    return switch (random.nextInt(together ? 4 : 6)) {
      case 0 -> row + "SELECT pg_sleep(0.0" + random.nextInt(10) + ");\n";
      case 1 ->
          "COPY probe(n) FROM stdin;\n" + hash + "\n\\.\nCREATE TABLE t_" + hash + "(a int);\n";
      case 2 -> row + "-- " + "x".repeat(FrameParts.CHUNK) + "\nSELECT 1;\n";
      case 3 -> "DO $$ BEGIN " + row + " END $$; CREATE TABLE t_" + hash + "(a int);";
      default ->
          row
              + "CREATE INDEX CONCURRENTLY i_"
              + hash
              + " ON probe(n);\nVACUUM probe;\n"
              + row.replace(hash, hash + "'||'-2");
    };
  }

  private void disturb(Engine engine, Db db) throws Exception {
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
      Future<Outcome> first = pool.submit(() -> engine.through(db.via(proxy.port())).run(control));
      Future<Outcome> second =
          pool.submit(() -> random.nextBoolean() ? engine.through(db).run() : null);
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

  private void finish(Engine engine, List<String> hashes, Db db) {
    Outcome outcome = engine.run();
    for (int i = 1; !(outcome instanceof Outcome.Done) && i < UNDISTURBED_TRIES; i++) {
      outcome = engine.run();
    }
    check("outcome " + outcome, outcome instanceof Outcome.Done, db);
    check("tracked " + engine.tracking(), engine.tracking().equals(hashes), db);
    check("applied " + engine.ledger("applied"), engine.ledger("applied").equals(hashes), db);
    List<String> rows = db.strings("SELECT n FROM probe WHERE n !~ '-2$' ORDER BY at");
    check("lost or doubled: " + rows, rows.equals(hashes), db);
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
    return "%d rounds, %d files, disturbed by %s: %s".formatted(rounds, files, counts, result);
  }
}
