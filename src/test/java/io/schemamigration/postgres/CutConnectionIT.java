package io.schemamigration.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.schemamigration.testing.CuttingProxy;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.PostgresServer;
import java.nio.charset.StandardCharsets;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * The connection is cut at random bytes in both directions, and around COMMIT. Afterwards a run
 * over a sound connection finds each file applied once, in order, and ledger and tracking table
 * agree.
 */
class CutConnectionIT {
  private static final int FILES = 3;
  private static final long SEED = 20260102;
  private static final int CLIENT_BYTES = 14_000;
  private static final int SERVER_BYTES = 9_000;
  private static final byte[] COMMIT = ";COMMIT".getBytes(StandardCharsets.UTF_8);
  private static final byte[] COMMITTED = "COMMIT\0".getBytes(StandardCharsets.UTF_8);

  @ParameterizedTest
  @MethodSource("io.schemamigration.testing.PostgresMajors#all")
  void nothingIsLostAndNothingRunsTwice(int major) throws Exception {
    int cuts = Integer.getInteger("test.cuts", 200);
    Random random = new Random(SEED + major);
    Db db = PostgresServer.shared(major).createDatabase("cuts");
    db.execute("CREATE TABLE probe (at serial, n int)");
    int cut = 0;
    for (int round = 0; round < cuts; round++) {
      db.execute(
          "DROP TABLE IF EXISTS drizzle_migrations, drizzle_migrations_ledger; DELETE FROM probe");
      Engine engine = Engine.on(db);
      for (int i = 1; i <= FILES; i++) {
        engine.file(i, "h" + i, "INSERT INTO probe(n) VALUES (" + i + ");");
      }
      try (CuttingProxy proxy =
          CuttingProxy.to(db.host(), db.port()).atMost(1 + random.nextInt(3))) {
        aim(proxy, random);
        engine.through(db.via(proxy.port())).run();
        cut += proxy.cuts();
      }
      assertThat(engine.run()).isInstanceOf(Outcome.Done.class);
      assertThat(db.strings("SELECT n FROM probe ORDER BY at")).containsExactly("1", "2", "3");
      assertThat(engine.tracking()).containsExactly("h1", "h2", "h3");
      assertThat(engine.ledger("applied")).containsExactly("h1", "h2", "h3");
    }
    System.out.println(cut + " cuts in " + cuts + " rounds on PostgreSQL " + major);
    assertThat(cut).as("cuts that happened").isGreaterThan(cuts / 2);
  }

  private static void aim(CuttingProxy proxy, Random random) {
    switch (random.nextInt(6)) {
      case 0 -> proxy.cutAfterClientBytes(1 + random.nextInt(CLIENT_BYTES));
      case 1 -> proxy.cutAfterServerBytes(1 + random.nextInt(SERVER_BYTES));
      case 2 -> proxy.cutWhenClientSends(COMMIT, CuttingProxy.Moment.BEFORE_FORWARDING);
      case 3 -> proxy.cutWhenClientSends(COMMIT, CuttingProxy.Moment.ON_REPLY);
      case 4 -> proxy.cutWhenServerSends(COMMITTED, CuttingProxy.Moment.BEFORE_FORWARDING);
      default -> proxy.cutWhenServerSends(COMMITTED, CuttingProxy.Moment.AFTER_FORWARDING);
    }
  }
}
