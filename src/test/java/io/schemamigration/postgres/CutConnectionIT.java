package io.schemamigration.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.schemamigration.plan.UndoRequest;
import io.schemamigration.testing.CuttingProxy;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The connection is cut at random bytes in both directions, and around COMMIT. Afterwards a run
 * over a sound connection finds each file applied once, in order, and ledger and tracking table
 * agree.
 */
class CutConnectionIT {
  private static final long SEED = 20260102;
  private static final int CLIENT_BYTES = 14_000;
  private static final int SERVER_BYTES = 9_000;
  private static final byte[] COMMIT = ";COMMIT".getBytes(StandardCharsets.UTF_8);
  private static final byte[] COMMITTED = "COMMIT\0".getBytes(StandardCharsets.UTF_8);

  private static final String STEPS =
      "INSERT INTO probe(n) VALUES (2);\nCREATE UNIQUE INDEX CONCURRENTLY probe_n ON probe (n);\n"
          + "VACUUM probe;\nINSERT INTO probe(n) VALUES (22);\n"
          + "DROP INDEX CONCURRENTLY probe_n;\nCREATE INDEX CONCURRENTLY probe_at ON probe (at);\n";

  @ParameterizedTest
  @MethodSource("io.schemamigration.testing.PostgresMajors#all")
  void nothingIsLostAndNothingRunsTwice(int major) throws Exception {
    int rounds = Integer.getInteger("test.cuts", 200);
    Random random = new Random(SEED + major);
    Db db = PostgresServer.shared(major).createDatabase("cuts");
    int cut = 0;
    for (int round = 0; round < rounds; round++) {
      Engine engine =
          fresh(db)
              .file(1, "h1", "INSERT INTO probe(n) VALUES (1)")
              .file(2, "h2", "INSERT INTO probe(n) VALUES (2)")
              .file(3, "h3", "INSERT INTO probe(n) VALUES (3)");
      cut += runThroughCuts(engine, db, random, 1);
      assertThat(db.strings("SELECT n FROM probe ORDER BY at")).containsExactly("1", "2", "3");
    }
    System.out.println(cut + " cuts in " + rounds + " rounds on PostgreSQL " + major);
    assertThat(cut).as("cuts that happened").isGreaterThan(rounds / 2);
  }

  @ParameterizedTest
  @MethodSource("io.schemamigration.testing.PostgresMajors#all")
  void aFileInStepsGoesOnWhereItWasCut(int major) throws Exception {
    int rounds = Integer.getInteger("test.cuts", 200) / 4;
    Random random = new Random(SEED - major);
    Db db = PostgresServer.shared(major).createDatabase("cuts");
    int cut = 0;
    for (int round = 0; round < rounds; round++) {
      Engine engine =
          fresh(db)
              .file(1, "h1", "INSERT INTO probe(n) VALUES (1)")
              .file(2, "h2", STEPS)
              .file(3, "h3", "INSERT INTO probe(n) VALUES (3)");
      cut += runThroughCuts(engine, db, random, 2);
      assertThat(db.strings("SELECT n FROM probe ORDER BY at"))
          .containsExactly("1", "2", "22", "3");
      assertThat(
              db.strings(
                  "SELECT indexrelid::regclass, indisvalid FROM pg_index WHERE indrelid ="
                      + " 'probe'::regclass"))
          .containsExactly("probe_at|t");
    }
    System.out.println(cut + " cuts of steps in " + rounds + " rounds on PostgreSQL " + major);
    assertThat(cut).as("cuts that happened").isGreaterThan(rounds / 2);
  }

  @ParameterizedTest
  @MethodSource("io.schemamigration.testing.PostgresMajors#all")
  void allFilesInOneTransactionAreThereOrNot(int major) throws Exception {
    int rounds = Integer.getInteger("test.cuts", 200) / 4;
    Random random = new Random(SEED * 3 + major);
    Db db = PostgresServer.shared(major).createDatabase("cuts");
    int cut = 0;
    for (int round = 0; round < rounds; round++) {
      Engine engine =
          fresh(db)
              .allFiles()
              .file(1, "h1", "INSERT INTO probe(n) VALUES (1)")
              .file(2, "h2", "COPY probe (n) FROM stdin;\n2\n22\n\\.\n")
              .file(3, "h3", "INSERT INTO probe(n) VALUES (3)");
      cut += runThroughCuts(engine, db, random, 1);
      assertThat(db.strings("SELECT n FROM probe ORDER BY at"))
          .containsExactly("1", "2", "22", "3");
      assertThat(db.strings("SELECT count(DISTINCT created_at) FROM drizzle_migrations"))
          .containsExactly("1");
    }
    System.out.println(cut + " cuts of all files in " + rounds + " rounds on PostgreSQL " + major);
    assertThat(cut).as("cuts that happened").isGreaterThan(rounds / 2);
  }

  @ParameterizedTest
  @MethodSource("io.schemamigration.testing.PostgresMajors#all")
  void eachUndoHappensOnce(int major) throws Exception {
    int rounds = Integer.getInteger("test.cuts", 200) / 4;
    Random random = new Random(SEED * 5 + major);
    Db db = PostgresServer.shared(major).createDatabase("cuts");
    int cut = 0;
    for (int round = 0; round < rounds; round++) {
      Engine engine = fresh(db);
      for (int i = 1; i <= 3; i++) {
        engine.file(i, "h" + i, "SELECT 1;");
        engine.file(
            "rollback_pg_" + i + "_h" + i + ".sql", "INSERT INTO probe(n) VALUES (" + i + ");");
      }
      engine.run();
      UndoRequest request = new UndoRequest("shop/round-" + round, List.of("h3", "h2"), false);
      try (CuttingProxy proxy =
          CuttingProxy.to(db.host(), db.port()).atMost(1 + random.nextInt(3))) {
        aim(proxy, random, 1);
        engine.through(db.via(proxy.port())).undo(request);
        cut += proxy.cuts();
      }
      assertThat(engine.undo(request)).isInstanceOf(Outcome.Done.class);
      assertThat(db.strings("SELECT n FROM probe ORDER BY at")).containsExactly("3", "2");
      assertThat(engine.tracking()).containsExactly("h1");
      assertThat(engine.ledger("rolled_back")).containsExactly("h3", "h2");
    }
    System.out.println(cut + " cuts of undos in " + rounds + " rounds on PostgreSQL " + major);
    assertThat(cut).as("cuts that happened").isGreaterThan(rounds / 2);
  }

  private static Engine fresh(Db db) {
    db.execute(
        "DROP TABLE IF EXISTS drizzle_migrations, drizzle_migrations_ledger, probe;"
            + "CREATE TABLE probe (at serial, n int)");
    return Engine.on(db);
  }

  private static int runThroughCuts(Engine engine, Db db, Random random, int longer)
      throws Exception {
    int cuts;
    try (CuttingProxy proxy = CuttingProxy.to(db.host(), db.port()).atMost(1 + random.nextInt(3))) {
      aim(proxy, random, longer);
      engine.through(db.via(proxy.port())).run();
      cuts = proxy.cuts();
    }
    assertThat(engine.run()).isInstanceOf(Outcome.Done.class);
    assertThat(engine.tracking()).containsExactly("h1", "h2", "h3");
    assertThat(engine.ledger("applied")).containsExactly("h1", "h2", "h3");
    return cuts;
  }

  private static void aim(CuttingProxy proxy, Random random, int longer) {
    switch (random.nextInt(6)) {
      case 0 -> proxy.cutAfterClientBytes(1 + random.nextInt(longer * CLIENT_BYTES));
      case 1 -> proxy.cutAfterServerBytes(1 + random.nextInt(longer * SERVER_BYTES));
      case 2 -> proxy.cutWhenClientSends(COMMIT, CuttingProxy.Moment.BEFORE_FORWARDING);
      case 3 -> proxy.cutWhenClientSends(COMMIT, CuttingProxy.Moment.ON_REPLY);
      case 4 -> proxy.cutWhenServerSends(COMMITTED, CuttingProxy.Moment.BEFORE_FORWARDING);
      default -> proxy.cutWhenServerSends(COMMITTED, CuttingProxy.Moment.AFTER_FORWARDING);
    }
  }
}
