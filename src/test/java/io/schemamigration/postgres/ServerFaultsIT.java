package io.schemamigration.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Reason;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.PostgresServer;
import io.schemamigration.testing.Tiers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.function.Consumer;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What befalls a server and its resources: each told apart, and made good by the next run. */
@Timeout(180)
class ServerFaultsIT {
  private static final String MAJORS = "io.schemamigration.testing.PostgresMajors#all";
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir private Path folder;

  private static void assertApplied(Outcome outcome, int applied) {
    assertThat(outcome).isInstanceOf(Outcome.Done.class);
    assertThat(((Outcome.Done) outcome).plan()).isInstanceOf(Plan.UpToDate.class);
    assertThat(((Outcome.Done) outcome).applied()).isEqualTo(applied);
  }

  private static Outcome.Unavailable unavailable(Outcome outcome, Reason reason) {
    assertThat(outcome).isInstanceOf(Outcome.Unavailable.class);
    Outcome.Unavailable unavailable = (Outcome.Unavailable) outcome;
    assertThat(unavailable.reason()).isEqualTo(reason);
    return unavailable;
  }

  private static Failure transientFailure(Outcome outcome, Reason reason) {
    assertThat(outcome).isInstanceOf(Outcome.Failed.class);
    Failure failure = ((Outcome.Failed) outcome).failure();
    assertThat(failure.reason()).isEqualTo(reason);
    assertThat(failure.transientFault()).isTrue();
    return failure;
  }

  /** Three files, of which the second takes as long as the table says. */
  private static Engine threeFiles(Db db) {
    db.execute("CREATE TABLE probe (n int); CREATE TABLE pause AS SELECT 60 AS seconds");
    return Engine.on(db)
        .file(1, "h1", "INSERT INTO probe VALUES (1)")
        .file(2, "h2", "INSERT INTO probe VALUES (2); SELECT pg_sleep(seconds) FROM pause")
        .file(3, "h3", "INSERT INTO probe VALUES (3)");
  }

  /** The process in the middle of the second file. */
  private static long awaitSleeper(Db db) {
    String pids = "SELECT pid FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    await().atMost(SOON).until(() -> db.strings(pids).size() == 1);
    return Long.parseLong(db.strings(pids).getFirst());
  }

  private static void assertEachAppliedOnce(Engine engine, Db db) {
    assertThat(engine.tracking()).containsExactly("h1", "h2", "h3");
    assertThat(engine.ledger("content")).containsExactly("h1", "h2", "h3");
    assertThat(engine.ledger("applied")).containsExactly("h1", "h2", "h3");
    assertThat(db.strings("SELECT n FROM probe ORDER BY n")).containsExactly("1", "2", "3");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aServerThatEndsInTheMiddleOfAFileLosesNothingAndDoublesNothing(int major) throws Exception {
    Map<String, Consumer<PostgresServer>> ends =
        Map.of(
            "fast", PostgresServer::stop,
            "immediate", server -> server.kill("QUIT"),
            "crash", server -> server.kill("KILL"));
    try (PostgresServer server = PostgresServer.start(major);
        ExecutorService pool = Executors.newFixedThreadPool(1)) {
      for (String how : ends.keySet()) {
        Db db = server.createDatabase(how);
        Engine engine = threeFiles(db);
        Future<Outcome> run = pool.submit(() -> engine.run());
        awaitSleeper(db);
        ends.get(how).accept(server);
        Outcome.Unavailable lost = unavailable(run.get(), Reason.DATABASE_UNREACHABLE);
        assertThat(lost.sent()).as(how).isTrue();
        server.restart();
        assertThat(engine.tracking()).as(how).containsExactly("h1");
        db.execute("UPDATE pause SET seconds = 0");
        assertApplied(engine.run(), 2);
        assertEachAppliedOnce(engine, db);
      }
    }
  }

  /** As the kernel does it when memory runs out: the postmaster then starts all of them anew. */
  @ParameterizedTest
  @MethodSource(MAJORS)
  void aBackendThatIsKilledInTheMiddleOfAFileLosesNothingAndDoublesNothing(int major)
      throws Exception {
    try (PostgresServer server = PostgresServer.start(major);
        ExecutorService pool = Executors.newFixedThreadPool(1)) {
      Tiers.require(
          server.origin().equals("embedded"), 2, "kill -9 of a backend", "in a container");
      Db db = server.createDatabase("killed");
      Engine engine = threeFiles(db);
      Future<Outcome> run = pool.submit(() -> engine.run());
      ProcessHandle backend = ProcessHandle.of(awaitSleeper(db)).orElseThrow();
      db.execute("UPDATE pause SET seconds = 0");
      backend.destroyForcibly();
      backend.onExit().join();
      if (!(run.get() instanceof Outcome.Done)) {
        unavailable(run.get(), Reason.DATABASE_UNREACHABLE);
      }
      await().atMost(SOON).until(() -> engine.run() instanceof Outcome.Done);
      assertEachAppliedOnce(engine, db);
    }
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aStandbyIsRefusedUntilItIsPromoted(int major) {
    try (PostgresServer server = PostgresServer.start(major)) {
      Db fresh = server.createDatabase("fresh");
      Db db = server.createDatabase("primary");
      Engine engine = Engine.on(db).file(1, "one", "CREATE TABLE t (a int)");
      assertApplied(engine.run(), 1);
      engine.file(2, "two", "CREATE TABLE u (a int)");
      try (PostgresServer standby = server.standby()) {
        List<Engine> there =
            List.of(
                engine.through(fresh.via(standby.port())), engine.through(db.via(standby.port())));
        for (Engine each : there) {
          Outcome.Unavailable refused = unavailable(each.run(), Reason.DATABASE_READ_ONLY);
          assertThat(refused.message()).contains("standby").contains("name the primary");
          assertThat(refused.sent()).isFalse();
          assertThatThrownBy(each::look).hasMessage(refused.message());
        }
        // From here on the other node lags behind: what it does not have runs there, and nothing
        // twice.
        assertApplied(engine.run(), 1);
        standby.admin().strings("SELECT pg_promote()");
        assertApplied(there.getFirst().run(), 2);
        assertApplied(there.getLast().run(), 1);
        assertThat(there.getLast().tracking()).containsExactly("one", "two");
        assertThat(engine.tracking()).as("of the old primary").containsExactly("one", "two");
      }
    }
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aFullDiskIsWaitedForAndNothingOfTheFileIsKept(int major) throws Exception {
    PostgresServer server = PostgresServer.shared(major);
    Db db = server.createDatabase("full");
    try (SmallDisk disk = new SmallDisk(folder)) {
      String space = db.name() + "_space";
      server
          .admin()
          .execute(
              "CREATE TABLESPACE %s OWNER \"%s\" LOCATION '%s'"
                  .formatted(space, db.user(), disk.path));
      Engine engine =
          Engine.on(db)
              .file(1, "one", "CREATE TABLE t (a text) TABLESPACE " + space)
              .file(
                  2,
                  "two",
                  "INSERT INTO t VALUES ('first');\n"
                      + "INSERT INTO t SELECT repeat('x', 1000) FROM generate_series(1, 8000)");
      Failure failure = transientFailure(engine.run(), Reason.SERVER_RESOURCES);
      assertThat(failure.sqlState()).isEqualTo("53100");
      assertThat(failure.line()).isEqualTo(2);
      assertThat(engine.tracking()).containsExactly("one");
      assertThat(db.strings("SELECT count(*) FROM t")).containsExactly("0");
      disk.grow();
      assertApplied(engine.run(), 1);
      assertThat(db.strings("SELECT count(*) FROM t")).containsExactly("8001");
      db.execute("DROP TABLE t");
      server.admin().execute("DROP TABLESPACE " + space);
    }
  }

  /** A file system of its own in memory, which only root can have. */
  private static final class SmallDisk implements AutoCloseable {
    private final Path path;

    SmallDisk(Path folder) throws IOException {
      path = Files.createDirectory(folder.resolve("disk"));
      int code = run("mount", "-t", "tmpfs", "-o", "size=4m,mode=700", "tmpfs", path.toString());
      Tiers.require(code == 0, 2, "a full disk", "mount is not permitted");
    }

    void grow() throws IOException {
      assertThat(run("mount", "-o", "remount,size=64m", path.toString())).isZero();
    }

    @Override
    public void close() throws IOException {
      run("umount", path.toString());
    }

    private static int run(String... command) throws IOException {
      return new ProcessBuilder(command).start().onExit().join().exitValue();
    }
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aServerWithoutAConnectionToSpareIsWaitedFor(int major) throws Exception {
    try (PostgresServer server = PostgresServer.start(major, Map.of("max_connections", "10"))) {
      Db db = server.createDatabase("crowded");
      Engine engine = Engine.on(db).file(1, "one", "SELECT 1");
      try (Crowd crowd = new Crowd(db)) {
        assertThat(crowd.all).isNotEmpty();
        Outcome.Unavailable refused = unavailable(engine.run(), Reason.SERVER_RESOURCES);
        assertThat(refused.message()).contains("53300");
        assertThat(refused.sent()).isFalse();
      }
      await().atMost(SOON).until(() -> engine.run() instanceof Outcome.Done);
      assertThat(engine.tracking()).containsExactly("one");
    }
  }

  /** Connects until the server has no more. */
  private static final class Crowd implements AutoCloseable {
    private final List<Connection> all = new ArrayList<>();

    Crowd(Db db) {
      assertThatThrownBy(
              () -> {
                while (true) {
                  all.add(db.connect());
                }
              })
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).isEqualTo("53300"));
    }

    @Override
    public void close() throws SQLException {
      for (Connection each : all) {
        each.close();
      }
    }
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aDatabaseIsWorkedOnAsSoonAsItIsCreated(int major) {
    PostgresServer server = PostgresServer.shared(major);
    Db db = server.createDatabase("later");
    server.admin().execute("DROP DATABASE " + db.name());
    Engine engine = Engine.on(db).file(1, "one", "SELECT 1");
    Outcome.Unavailable refused = unavailable(engine.run(), Reason.DATABASE_NOT_FOUND);
    assertThat(refused.message()).contains("3D000").contains("create it");
    server.admin().execute("CREATE DATABASE %s OWNER %s".formatted(db.name(), db.user()));
    assertApplied(engine.run(), 1);
  }
}
