package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;

import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.KubeApi;
import io.schemamigration.testing.OperatorProcess;
import io.schemamigration.testing.PostgresMajors;
import io.schemamigration.testing.PostgresServer;
import io.schemamigration.testing.Tiers;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;

/**
 * {@code kill -9} of a real operator process at random instants while it undoes what a request
 * names; in every other round a second one, which sees the same request, works beside it. After
 * each round every undo has happened exactly once, in order, and ledger and tracking table agree.
 */
final class KillRollbackRounds {
  private static final int FILES = 8;
  private static final int KEPT = 2;
  private static final int LATEST_KILL_MILLISECONDS = 1_000;
  private static final int ROUNDS_WITH_ELECTION = 3;
  private static final int ROUNDS_IN_CI = 80;
  private static final long SEED = 20260103;

  private static final List<String> HASHES =
      IntStream.rangeClosed(1, FILES).mapToObj(i -> "h" + i).toList();
  private static final List<String> LEFT = HASHES.subList(0, KEPT);
  private static final List<String> UNDO = HASHES.subList(KEPT, FILES).reversed();

  private final Path folder;

  KillRollbackRounds(Path folder) {
    this.folder = folder;
  }

  void run() throws Exception {
    int wanted = Integer.getInteger("test.rounds", 20);
    int rounds =
        wanted >= ROUNDS_IN_CI ? wanted / 2 : Math.max(1, wanted / 4); // each takes six seconds
    KubeApi api = Tiers.requireRealApi();
    api.applyCrds();
    Random random = new Random(SEED);
    try (World world = new World(api)) {
      files(world);
      OperatorProcesses operators = new OperatorProcesses(api.kubeconfigYaml(), world, folder);
      OperatorProcess operator = operators.start(election(false));
      int killedInTheMiddle = 0;
      for (int round = 1; round <= rounds; round++) {
        boolean elected = wanted >= ROUNDS_IN_CI && round <= ROUNDS_WITH_ELECTION;
        boolean two = !elected && round % 2 == 0;
        Optional<OperatorProcess> second =
            two ? Optional.of(operators.launch(election(false))) : Optional.empty();
        String name = "round-" + round;
        Db db = applied(world, name);
        second.ifPresent(OperatorProcesses::awaitStarted);
        new Rollbacks(world).request("undo-" + round, name, spec -> {}, UNDO);
        TimeUnit.MILLISECONDS.sleep(random.nextInt(LATEST_KILL_MILLISECONDS));
        boolean swap = two && random.nextBoolean();
        OperatorProcess killed = swap ? second.orElseThrow() : operator;
        OperatorProcess survivor = swap ? operator : second.orElse(null);
        killed.kill();
        killedInTheMiddle += between(db) ? 1 : 0;
        operator = two ? survivor : operators.start(election(elected));
        check(world, round, db);
        new Rollbacks(world).resource("undo-" + round).delete();
        world.delete(name);
      }
      operator.kill();
      System.out.println(
          rounds + " kills in rollbacks, " + killedInTheMiddle + " of them between two undos");
      if (rounds >= 20) { // of fewer, none may hit
        assertThat(killedInTheMiddle).as("kills that hit a rollback").isPositive();
      }
    }
  }

  private static Map<String, String> election(boolean elected) {
    return Map.of("LEADER_ELECTION", Boolean.toString(elected));
  }

  private static void files(World world) {
    List<String> files = new ArrayList<>();
    for (int i = 1; i <= FILES; i++) {
      String name = "pg_" + i + "_h" + i + ".sql";
      files.add(name);
      files.add("INSERT INTO probe(what) VALUES ('h" + i + "');");
      files.add("rollback_" + name);
      files.add("INSERT INTO probe(what) VALUES ('undo h" + i + "'); SELECT pg_sleep(0.1);");
    }
    world.files("files", files.toArray(String[]::new));
  }

  /** A database of its own in which all files are applied. */
  private static Db applied(World world, String name) {
    Db db = PostgresServer.shared(PostgresMajors.newest()).createDatabase("undo");
    // A serial and no time: the machine's clock may be put back.
    db.execute("CREATE TABLE probe(at serial, what text)");
    world.secret(name, db);
    world.migration(name, s -> s.database.secretRef.name = name);
    world.awaitUpToDate(name, HASHES.toArray(String[]::new));
    return db;
  }

  private static boolean between(Db db) {
    int undone = events(db, "rolled_back").size();
    return undone > 0 && undone < UNDO.size();
  }

  private static void check(World world, int round, Db db) {
    // Where the killed one did all of it but tell, the next one finds it done.
    assertThat(
            new Rollbacks(world)
                .await_("undo-" + round, "True", "Complete", "AlreadyExecuted")
                .undone)
        .isEqualTo(UNDO);
    SchemaMigrationStatus held = world.await_("round-" + round, "False", "RolledBack");
    assertThat(World.condition(held, "Stalled")).isPresent();
    assertThat(held.appliedHashes).isEqualTo(LEFT);
    assertThat(db.strings("SELECT hash FROM drizzle_migrations ORDER BY id")).isEqualTo(LEFT);
    assertThat(events(db, "applied")).isEqualTo(HASHES);
    assertThat(events(db, "rolled_back")).isEqualTo(UNDO);
    List<String> effects = new ArrayList<>(HASHES);
    UNDO.forEach(hash -> effects.add("undo " + hash));
    assertThat(db.strings("SELECT what FROM probe ORDER BY at")).isEqualTo(effects);
  }

  private static List<String> events(Db db, String event) {
    return db.strings(
        "SELECT hash FROM drizzle_migrations_ledger WHERE event = '" + event + "' ORDER BY id");
  }
}
