package io.schemamigration.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Reason;
import io.schemamigration.plan.UndoRequest;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Databases as older versions left them, dumped from a real one: this version sees in them what
 * those saw, and goes on.
 */
class OlderLedgerIT {
  private static final String MAJORS = "io.schemamigration.testing.PostgresMajors#all";
  private static final Path V1 = Path.of("src/test/resources/upgrade/v1");
  private static final String ALL =
      "SELECT * FROM drizzle_migrations_ledger l FULL JOIN drizzle_migrations t ON false"
          + " ORDER BY l.id, t.id";

  private static Db restored(int major, String state) {
    Db db = PostgresServer.shared(major).createDatabase("older");
    try {
      db.execute(Files.readString(V1.resolve("ledger-" + state + ".sql")));
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
    return db;
  }

  /** The files that the dumps were made with. */
  private static Engine engine(Db db) {
    return Engine.on(db)
        .file(0, "legacy", "CREATE TABLE legacy(id int);\n")
        .file(1, "a", "CREATE TABLE a(id int);\n")
        .file("rollback_pg_1_a.sql", "DROP TABLE a;\n")
        .file(2, "b", "-- two statements\nCREATE TABLE b(id int);\nINSERT INTO b VALUES (1);\n")
        .file("rollback_pg_2_b.sql", "DROP TABLE b;\n")
        .file(3, "c", "CREATE TABLE c(id int);\n")
        .file("rollback_pg_3_c.sql", "DROP TABLE c;\n");
  }

  private static Engine withSteps(Db db) {
    return engine(db)
        .file(4, "steps", "CREATE INDEX CONCURRENTLY a_id ON a(id);\nCREATE TABLE d(id int);\n");
  }

  private static void assertNothingPending(Engine engine) {
    List<String> before = engine.db().strings(ALL);
    assertThat(before).hasSizeGreaterThan(8);
    assertDone(engine.run(), 0);
    assertThat(engine.db().strings(ALL)).isEqualTo(before);
  }

  private static void assertDone(Outcome outcome, int applied) {
    assertThat(outcome).isInstanceOf(Outcome.Done.class);
    assertThat(((Outcome.Done) outcome).plan())
        .as(outcome.text())
        .isInstanceOf(Plan.UpToDate.class);
    assertThat(((Outcome.Done) outcome).applied()).isEqualTo(applied);
  }

  private static Plan.Refuse refused(Outcome outcome) {
    assertThat(((Outcome.Done) outcome).plan()).isInstanceOf(Plan.Refuse.class);
    return (Plan.Refuse) ((Outcome.Done) outcome).plan();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whatWasUpToDateStillIsAndAnAddedFileRuns(int major) throws DatabaseUnavailable {
    Engine engine = engine(restored(major, "up-to-date"));
    assertNothingPending(engine);
    assertThat(engine.tracking()).containsExactly("legacy", "a", "b", "c");
    Look look = engine.look();
    assertThat(look.history().owner().orElseThrow().name()).isEqualTo("m");
    assertThat(look.history().lastDump().orElseThrow().location()).startsWith("pvc:dumps/m-");
    assertThat(look.history().applied().getFirst().recorded().orElseThrow().adopted()).isTrue();
    assertDone(engine.file(9, "later", "CREATE TABLE later(id int);").run(), 1);
    assertThat(engine.tracking()).endsWith("c", "later");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aFileThatHadFailedRunsOnceItIsCorrected(int major) {
    Engine engine = engine(restored(major, "failed"));
    assertThat(engine.ledger("failed")).containsExactly("c");
    assertDone(engine.run(), 1);
    assertThat(engine.tracking()).containsExactly("legacy", "a", "b", "c");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whatWasHeldIsHeldUntilItsPlanIsApproved(int major) {
    Engine engine = engine(restored(major, "held"));
    List<String> before = engine.db().strings(ALL);
    Plan.Refuse held = refused(engine.run());
    assertThat(held.reason()).isEqualTo(Reason.ROLLED_BACK);
    assertThat(engine.db().strings(ALL)).isEqualTo(before);
    String plan = held.message().replaceFirst("(?s).*(p-[0-9a-f]{32}).*", "$1");
    assertDone(engine.approve(plan).run(), 1);
    assertThat(engine.tracking()).containsExactly("legacy", "a", "b", "c");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void anApprovalStaysUsedUpAndWhatCameAfterItIsUndoneByTheStoredText(int major) {
    Engine engine = engine(restored(major, "approved"));
    assertNothingPending(engine);
    assertThat(engine.ledger("approved")).hasSize(1);
    Db db = engine.db();
    Engine reverted = Engine.on(db).file(1, "a", "CREATE TABLE a(id int);\n");
    UndoRequest request = new UndoRequest("shop/undo-now", List.of("c", "b"), false);
    assertDone(reverted.undo(request), 2);
    assertThat(reverted.tracking()).containsExactly("legacy", "a");
    assertThat(db.strings("SELECT to_regclass('c'), to_regclass('b')"))
        .containsExactly("null|null");
  }

  /** What was undone for a request is never undone for it again. */
  @ParameterizedTest
  @MethodSource(MAJORS)
  void aRequestThatWasCarriedOutStaysSo(int major) {
    Db db = restored(major, "approved");
    String key =
        db.strings(
                "SELECT detail->>'request' FROM drizzle_migrations_ledger WHERE event ="
                    + " 'rolled_back'")
            .getFirst();
    engine(db).undo(new UndoRequest(key, List.of("c"), false));
    assertThat(engine(db).tracking()).containsExactly("legacy", "a", "b", "c");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aFileThatRanInStepsIsDone(int major) {
    Engine engine = withSteps(restored(major, "steps"));
    assertNothingPending(engine);
    assertThat(engine.ledger("progress")).isNotEmpty().containsOnly("steps");
  }

  /** Before comments might change, a row had no digest of its SQL; the index had another name. */
  @ParameterizedTest
  @MethodSource(MAJORS)
  void theFirstLedgersWithoutDigestsOfTheSqlAreRead(int major) {
    Db db = restored(major, "up-to-date");
    db.execute(
        "UPDATE drizzle_migrations_ledger SET detail = NULL WHERE event IN ('content', 'adopted');"
            + "ALTER INDEX drizzle_migrations_events RENAME TO drizzle_migrations_ledger_hash");
    Engine engine = engine(db);
    assertNothingPending(engine);
    assertDone(engine.file(9, "later", "CREATE TABLE later(id int);").run(), 1);
    Engine changed =
        Engine.on(db)
            .file(1, "a", "CREATE TABLE a(id bigint);\n")
            .file(2, "b", "-- two statements\nCREATE TABLE b(id int);\nINSERT INTO b VALUES (1);\n")
            .file(3, "c", "CREATE TABLE c(id int);\n")
            .file(9, "later", "CREATE TABLE later(id int);");
    assertThat(refused(changed.run()).reason()).isEqualTo(Reason.CONTENT_CHANGED);
  }
}
