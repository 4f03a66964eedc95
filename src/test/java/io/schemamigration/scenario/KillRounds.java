package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.schemamigration.testing.Db;
import io.schemamigration.testing.KubeApi;
import io.schemamigration.testing.OperatorProcess;
import io.schemamigration.testing.PostgresMajors;
import io.schemamigration.testing.PostgresServer;
import io.schemamigration.testing.Tiers;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Random;
import java.util.concurrent.TimeUnit;

/**
 * {@code kill -9} of a real operator process at random instants. After each round every file is
 * applied exactly once, in order, and ledger and tracking table agree.
 */
final class KillRounds {
  private static final int FILES = 20;
  private static final int SLOW_EACH = 5;
  private static final int LATEST_KILL_MILLISECONDS = 1_500;
  private static final int ROUNDS_WITH_ELECTION = 3;
  private static final int ROUNDS_IN_CI = 80;
  private static final long SEED = 20260101;

  private final Path folder;

  KillRounds(Path folder) {
    this.folder = folder;
  }

  void run() throws Exception {
    int rounds = Integer.getInteger("test.rounds", 20);
    KubeApi api = Tiers.requireRealApi();
    api.applyCrds();
    Random random = new Random(SEED);
    try (World world = new World(api)) {
      List<String> hashes = files(world);
      OperatorProcesses operators = new OperatorProcesses(api.kubeconfigYaml(), world, folder);
      OperatorProcess operator = operators.start(Map.of("LEADER_ELECTION", "false"));
      int killedInTheMiddle = 0;
      for (int round = 1; round <= rounds; round++) {
        Db db = PostgresServer.shared(PostgresMajors.newest()).createDatabase("kill");
        db.execute("CREATE TABLE probe(at serial, n int)");
        String name = "round-" + round;
        world.secret(name, db);
        world.migration(name, s -> s.database.secretRef.name = name);
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LATEST_KILL_MILLISECONDS));
        operator.kill();
        killedInTheMiddle += between(db) ? 1 : 0;
        boolean election = rounds >= ROUNDS_IN_CI && round <= ROUNDS_WITH_ELECTION;
        operator = operators.start(Map.of("LEADER_ELECTION", "" + election));
        await(name).atMost(Duration.ofMinutes(2)).until(() -> ready(world, name));
        check(db, hashes);
        world.delete(name);
      }
      operator.kill();
      System.out.println(rounds + " kills, " + killedInTheMiddle + " of them between two files");
      if (rounds >= 12) {
        assertThat(killedInTheMiddle).as("kills that hit a run").isPositive();
      }
    }
  }

  private static boolean ready(World world, String name) {
    return World.condition(world.status(name), "Ready")
        .filter(c -> c.getReason().equals("UpToDate"))
        .isPresent();
  }

  private static boolean between(Db db) {
    boolean begun =
        db.strings("SELECT to_regclass('drizzle_migrations') IS NOT NULL").equals(List.of("t"));
    if (!begun) {
      return false;
    }
    int applied =
        Integer.parseInt(db.strings("SELECT count(*) FROM drizzle_migrations").getFirst());
    return applied > 0 && applied < FILES;
  }

  private static void check(Db db, List<String> hashes) {
    assertThat(db.strings("SELECT hash FROM drizzle_migrations ORDER BY id")).isEqualTo(hashes);
    assertThat(
            db.strings(
                "SELECT hash FROM drizzle_migrations_ledger WHERE event = 'applied' ORDER BY id"))
        .isEqualTo(hashes);
    assertThat(db.strings("SELECT n FROM probe ORDER BY at"))
        .isEqualTo(hashes.stream().map(h -> h.substring(1)).toList());
  }

  private static List<String> files(World world) {
    List<String> files = new ArrayList<>();
    List<String> hashes = new ArrayList<>();
    for (int i = 1; i <= FILES; i++) {
      String slow = i % SLOW_EACH == 0 ? "SELECT pg_sleep(0.2);" : "";
      files.add("pg_" + i + "_h" + i + ".sql");
      files.add("INSERT INTO probe(n) VALUES (" + i + ");" + slow);
      hashes.add("h" + i);
    }
    world.files("files", files.toArray(String[]::new));
    return hashes;
  }
}
