package io.schemamigration.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.schemamigration.testing.Db;
import io.schemamigration.testing.PostgresServer;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What is told of a file that takes its time. */
class ActivityIT {
  private static final String MAJORS = "io.schemamigration.testing.PostgresMajors#all";

  private final List<String> told = new CopyOnWriteArrayList<>();

  private RunControl control(Consumer<RunControl> then) {
    return new RunControl() {
      @Override
      protected void active(Activity activity) {
        told.add(activity.text());
        then.accept(this);
      }
    };
  }

  private static int pid(Statement statement) throws SQLException {
    try (ResultSet row = statement.executeQuery("SELECT pg_backend_pid()")) {
      row.next();
      return row.getInt(1);
    }
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whoHoldsTheLockIsNamedAndNeverWhatTheyRun(int major) throws Exception {
    Db db = PostgresServer.shared(major).createDatabase("activity");
    db.execute("CREATE TABLE held(id int)");
    Engine engine = Engine.on(db).file(1, "a", "ALTER TABLE held ADD x int;");
    try (Connection holder = db.connect();
        Statement statement = holder.createStatement()) {
      holder.setAutoCommit(false);
      statement.execute("LOCK TABLE held IN ACCESS SHARE MODE /* secret */");
      String who = "pid " + pid(statement) + " (test, in a transaction for some seconds)";
      Outcome.Failed failed = (Outcome.Failed) engine.run(control(RunControl::stop));
      // The watch may look once more after the wait was given up, and see nothing.
      assertThat(told.getFirst()).isEqualTo("waits for " + who);
      assertThat(told.subList(1, told.size())).allMatch(String::isEmpty);
      assertThat(failed.failure().hint()).isEqualTo("waits for " + who);
      holder.rollback();
    }
    assertThat(engine.run()).isInstanceOf(Outcome.Done.class);
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void anIndexThatIsBuiltTellsItsPhase(int major) throws Exception {
    Db db = PostgresServer.shared(major).createDatabase("activity");
    db.execute("CREATE TABLE t(id int)");
    Engine engine =
        Engine.on(db)
            .file(1, "a", "CREATE INDEX CONCURRENTLY i ON t(id);")
            .lockTimeout(Duration.ofSeconds(1));
    try (Connection writer = db.connect();
        Statement statement = writer.createStatement()) {
      writer.setAutoCommit(false);
      statement.execute("INSERT INTO t VALUES (1)");
      String who = "waits for pid " + pid(statement) + " (test";
      CompletableFuture<Outcome> run =
          CompletableFuture.supplyAsync(() -> engine.run(control(c -> {})));
      await()
          .atMost(Duration.ofSeconds(20))
          .until(
              () ->
                  told.stream()
                      .anyMatch(t -> t.startsWith("waiting for writers before build; " + who)));
      writer.commit();
      assertThat(run.get()).isInstanceOf(Outcome.Done.class);
    }
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aFileThatIsDoneAtOnceAsksNothing(int major) {
    Db db = PostgresServer.shared(major).createDatabase("activity");
    assertThat(Engine.on(db).file(1, "a", "SELECT 1;").run(control(c -> {})))
        .isInstanceOf(Outcome.Done.class);
    assertThat(told).isEmpty();
  }

  @Test
  void severalAreCountedAndAgesAreCoarse() {
    List<Activity.Blocker> blockers =
        List.of(
            new Activity.Blocker(1, "psql", Optional.of(Duration.ofSeconds(59))),
            new Activity.Blocker(2, "", Optional.of(Duration.ofMinutes(59))),
            new Activity.Blocker(3, "a", Optional.of(Duration.ofHours(30))),
            new Activity.Blocker(4, "b", Optional.empty()));
    assertThat(new Activity(Optional.of("x"), OptionalInt.of(7), blockers).text())
        .isEqualTo(
            "x, 7 %; waits for pid 1 (psql, in a transaction for 50s), pid 2 (no application_name,"
                + " in a transaction for 59m), pid 3 (a, in a transaction for 30h) and 1 more");
    assertThat(Activity.NONE.text()).isEmpty();
  }
}
