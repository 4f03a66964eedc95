package io.schemamigration.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.schemamigration.Main;
import io.schemamigration.plan.Digest;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.OperatorProcess;
import io.schemamigration.testing.PostgresMajors;
import io.schemamigration.testing.PostgresServer;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The command line on a real database, as a person or a pipeline uses it. */
class CliIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  @TempDir private Path folder;
  private Db db;

  /** What a command printed and returned. */
  private record Run(int code, String out, String err) {}

  @BeforeEach
  void database() {
    db = PostgresServer.shared(PostgresMajors.newest()).createDatabase("cli");
  }

  private void file(String name, String text) throws IOException {
    Files.writeString(folder.resolve(name), text);
  }

  private Run smig(Map<String, String> environment, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    int code = Cli.run(arguments, environment, "1.2.3", new PrintWriter(out), new PrintWriter(err));
    assertThat(out + "" + err).doesNotContain(db.password()).doesNotContain(db.uri());
    return new Run(code, out.toString(), err.toString());
  }

  /** On the database of this test and the files of its folder. */
  private Run smig(String command, String... more) {
    String[] arguments =
        Stream.concat(
                Stream.of(command, "--url", db.uri(), "--dir", folder.toString()), Stream.of(more))
            .toArray(String[]::new);
    return smig(Map.of(), arguments);
  }

  private List<String> tracked() {
    return db.strings("SELECT hash FROM drizzle_migrations ORDER BY id");
  }

  @Test
  void upRunsWhatIsPendingAndThenNothing() throws IOException {
    file("pg_1_a.sql", "CREATE TABLE a(id int)");
    file("pg_2_b.sql", "CREATE TABLE b(id int)");
    file("README.md", "not sql");
    Run first = smig("up");
    assertThat(first.code()).isEqualTo(ExitCode.OK);
    assertThat(first.err())
        .containsPattern("\\[1/2] pg_1_a.sql: applied in \\d+ ms")
        .containsPattern("\\[2/2] pg_2_b.sql: applied in \\d+ ms");
    assertThat(first.out()).contains("UpToDate, 2 applied, 0 pending");
    assertThat(tracked()).containsExactly("a", "b");
    Run second = smig("up");
    assertThat(second.code()).isEqualTo(ExitCode.OK);
    assertThat(second.err()).isEmpty();
  }

  @Test
  void statusAndPlanShowWhatUpWouldDoAndChangeNothing() throws IOException {
    file("pg_1_a.sql", "CREATE TABLE a(id int)");
    smig("up");
    file("pg_20_b.sql", "CREATE TABLE b(id int)");
    Run status = smig("status");
    assertThat(status.code()).isEqualTo(ExitCode.OK);
    assertThat(status.out().lines())
        .anyMatch(l -> l.matches("1 +a +applied +\\d{4}-.*Z +\\d+ ms"))
        .anyMatch(l -> l.matches("20 +b +pending +- +-"));
    Run plan = smig("plan");
    assertThat(plan.out()).contains("run pg_20_b.sql").containsPattern("plan p-[0-9a-f]{32}");
    assertThat(tracked()).containsExactly("a");
  }

  @Test
  void aDatabaseThatNobodyMigratedIsShownWithoutTouchingIt() throws IOException {
    file("pg_1_a.sql", "CREATE TABLE a(id int)");
    assertThat(smig("status").out()).contains("Pending, 0 applied, 1 pending");
    assertThat(db.strings("SELECT to_regclass('drizzle_migrations')")).containsExactly("null");
  }

  @Test
  void statusSpeaksJsonAndYaml() throws IOException {
    file("pg_1_a.sql", "CREATE TABLE a(id int)");
    smig("up");
    JsonNode json = new ObjectMapper().readTree(smig("status", "-o", "json").out());
    assertThat(json.at("/state").asText()).isEqualTo("UpToDate");
    assertThat(json.at("/migrations/0/hash").asText()).isEqualTo("a");
    assertThat(json.at("/migrations/0/sequence").asLong()).isEqualTo(1);
    assertThat(json.has("message")).isFalse();
    assertThat(smig("status", "-o", "yaml").out())
        .startsWith("database: " + db.name())
        .contains("  state: applied");
  }

  @Test
  void aDatabaseWithItsSchemaIsBaselinedAndGoesOnFromThere() throws IOException {
    db.execute("CREATE TABLE a(id int); CREATE TABLE b(id int)");
    file("pg_1_a.sql", "CREATE TABLE a(id int)");
    file("pg_2_b.sql", "CREATE TABLE b(id int)");
    file("pg_3_c.sql", "ALTER TABLE b ADD x int");
    assertThat(smig("up").err()).contains("relation \"a\" already exists");
    Run run = smig("baseline", "--to", "b");
    assertThat(run.code()).isEqualTo(ExitCode.OK);
    assertThat(run.out())
        .contains("recorded pg_1_a.sql as applied")
        .contains("recorded pg_2_b.sql as applied")
        .doesNotContain("pg_3_c.sql");
    assertThat(tracked()).containsExactly("a", "b");
    assertThat(
            db.strings(
                "SELECT hash, up_text FROM drizzle_migrations_ledger WHERE event = 'adopted'"))
        .containsExactly("a|CREATE TABLE a(id int)", "b|CREATE TABLE b(id int)");
    assertThat(smig("baseline", "--to", "b").out()).doesNotContain("recorded");
    assertThat(smig("up").code()).isEqualTo(ExitCode.OK);
    assertThat(tracked()).containsExactly("a", "b", "c");
    Run unknown = smig("baseline", "--to", "nowhere");
    assertThat(unknown.code()).isEqualTo(ExitCode.INVALID);
    assertThat(unknown.out()).contains("TargetNotFound");
  }

  @Test
  void whoeverOwnsTheDatabaseIsAskedAlsoWhereTheFilesAreWrong() throws IOException {
    file("pg_1_a.sql", "CREATE TABLE a(id int)");
    file("rollback_pg_1_a.sql", "DROP TABLE a");
    smig("up");
    db.execute(
        "UPDATE drizzle_migrations_ledger SET detail = detail || '{\"cluster\": \"c\","
            + " \"namespace\": \"shop\", \"name\": \"orders\"}' WHERE event = 'owner'");
    file("pg_2_b.sql", "COMMIT;");
    file("stray.sql", "SELECT 1");
    for (Run run : List.of(smig("down", "--yes"), smig("baseline", "--to", "b"))) {
      assertThat(run.code()).isEqualTo(ExitCode.BLOCKED);
      assertThat(run.out()).contains("OwnedByOther").contains("--as shop/orders");
    }
    assertThat(tracked()).containsExactly("a");
    assertThat(smig("down", "--yes", "--as", "shop/orders").code()).isEqualTo(ExitCode.OK);
    assertThat(tracked()).isEmpty();
    Run typo = smig("baseline", "--to", "typo", "--as", "shop/orders");
    assertThat(typo.out()).contains("TargetNotFound");
  }

  @Test
  void whatWasAppliedLastIsUndoneAndHeld() throws IOException {
    file("pg_1_a.sql", "CREATE TABLE a(id int)");
    file("rollback_pg_1_a.sql", "DROP TABLE a");
    file("pg_2_b.sql", "CREATE TABLE b(id int)");
    file("rollback_pg_2_b.sql", "DROP TABLE b");
    smig("up");
    assertThat(smig("down").err()).contains("without a terminal give --yes");
    Run run = smig("down", "--yes");
    assertThat(run.code()).isEqualTo(ExitCode.OK);
    assertThat(run.err()).contains("[1/1] rollback_pg_2_b.sql: undone in ");
    assertThat(run.out()).contains("RolledBack, 1 applied, 1 pending");
    assertThat(tracked()).containsExactly("a");
    Run held = smig("up");
    assertThat(held.code()).isEqualTo(ExitCode.BLOCKED);
    assertThat(held.out()).contains("pg_2_b.sql was rolled back on request");
    assertThat(smig("status").out().lines()).anyMatch(l -> l.matches("2 +b +held .*"));
    String plan = held.out().replaceAll("(?s).*(p-[0-9a-f]{32}).*", "$1");
    assertThat(smig("up", "--approve", plan).code()).isEqualTo(ExitCode.OK);
    assertThat(tracked()).containsExactly("a", "b");
    assertThat(smig("down", "--yes", "--to", "zz").code()).isEqualTo(ExitCode.INVALID);
    assertThat(smig("down", "--yes", "--to", "b").err()).contains("nothing to undo");
    Run rows = smig("down", "--yes", "--steps", "9", "--tracking-only");
    assertThat(rows.err()).contains("the schema was not touched");
    assertThat(tracked()).isEmpty();
    assertThat(db.strings("SELECT to_regclass('a')")).containsExactly("a");
  }

  @Test
  void aFailedFileIsOneWithFileAndLine() throws IOException {
    file("pg_1_a.sql", "CREATE TABLE a(id int);\nSELECT nothing;\n");
    Run run = smig("up");
    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("pg_1_a.sql:2: column \"nothing\" does not exist (42703)");
    assertThat(run.out()).contains("0 applied, 1 pending");
    assertThat(tracked()).isEmpty();
  }

  @Test
  void filesThatCannotRunAreTwo() throws IOException {
    file("pg_1_a.sql", "SELECT 1;\nCOMMIT;\n");
    file("pg_2_b.sql", "");
    Run validate = smig(Map.of(), "validate", "--dir", folder.toString());
    assertThat(validate.code()).isEqualTo(ExitCode.INVALID);
    assertThat(validate.out()).contains("pg_1_a.sql:2: COMMIT").contains("pg_2_b.sql: is empty");
    Run up = smig("up");
    assertThat(up.code()).isEqualTo(ExitCode.INVALID);
    assertThat(up.out()).contains("pg_1_a.sql:2: COMMIT");
    Run none = smig(Map.of(), "validate", "--dir", folder.resolve("nowhere").toString());
    assertThat(none.code()).isEqualTo(ExitCode.INVALID);
    assertThat(none.err()).contains("cannot read");
  }

  @Test
  void wrongUsageIsTwo() {
    assertThat(smig(Map.of(), "up", "--lock-timeout", "soon").code()).isEqualTo(ExitCode.INVALID);
    assertThat(smig(Map.of(), "sideways").code()).isEqualTo(ExitCode.INVALID);
    assertThat(smig(Map.of(), "status", "--url", "mysql://u@h/d", "--dir", ".").err())
        .contains("--dir"); // no files there: told before the URL is read
    Run help = smig(Map.of(), "up", "--help");
    assertThat(help.code()).isEqualTo(ExitCode.OK);
    assertThat(help.out()).contains("--lock-wait").contains("Exit codes");
    assertThat(smig(Map.of(), "--version").out()).contains("1.2.3");
  }

  @Test
  void aChangedFileBlocksWithThree() throws IOException {
    file("pg_1_a.sql", "CREATE TABLE a(id int)");
    smig("up");
    file("pg_1_a.sql", "CREATE TABLE a(id bigint)");
    Run run = smig("up");
    assertThat(run.code()).isEqualTo(ExitCode.BLOCKED);
    assertThat(run.out()).contains("ContentChanged").contains("pg_1_a.sql");
    assertThat(smig("status").out().lines()).anyMatch(l -> l.matches("1 +a +changed .*"));
    String sha256 = Digest.sha256("CREATE TABLE a(id bigint)");
    Run wrong = smig("up", "--acknowledge", "a=" + Digest.sha256("another text"));
    assertThat(wrong.code()).isEqualTo(ExitCode.BLOCKED);
    Run right = smig("up", "--acknowledge", "a=" + sha256, "--acknowledge", "b=" + sha256);
    assertThat(right.code()).isEqualTo(ExitCode.OK);
    assertThat(right.out()).contains("UpToDate, 1 applied, 0 pending");
  }

  @Test
  void aDatabaseOutOfReachIsFour() throws IOException {
    file("pg_1_a.sql", "CREATE TABLE a(id int)");
    Run run =
        smig(
            Map.of("PGHOST", "127.0.0.1", "PGPORT", "1", "PGUSER", "u"),
            "up",
            "--dir",
            "" + folder);
    assertThat(run.code()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(run.err()).contains("DatabaseUnreachable");
    Run wrong =
        smig(
            Map.of("DATABASE_URL", db.as(db.user(), "wrong").uri()),
            "status",
            "--dir",
            "" + folder);
    assertThat(wrong.code()).isEqualTo(ExitCode.UNREACHABLE);
    assertThat(wrong.err()).contains("AuthenticationFailed");
  }

  @Test
  void theEnvironmentOfLibpqIsReadAndTheUrlWins() throws IOException {
    file("pg_1_a.sql", "CREATE TABLE a(id int)");
    Map<String, String> environment = new HashMap<>();
    environment.put("PGHOST", db.host());
    environment.put("PGPORT", "" + db.port());
    environment.put("PGDATABASE", "not_this_one");
    environment.put("PGUSER", db.user());
    environment.put("PGPASSWORD", db.password());
    Run run =
        smig(environment, "up", "--url", "postgres:///" + db.name(), "--dir", folder.toString());
    assertThat(run.err()).contains("applied");
    assertThat(run.code()).isEqualTo(ExitCode.OK);
    assertThat(tracked()).containsExactly("a");
  }

  @Test
  void twoAtOnceBothSucceedAndEachFileRunsOnce() throws Exception {
    db.execute("CREATE TABLE probe(n int)");
    for (int i = 1; i <= 10; i++) {
      file(
          "pg_" + i + "_h" + i + ".sql",
          "INSERT INTO probe VALUES (" + i + "); SELECT pg_sleep(.1)");
    }
    try (ExecutorService pool = Executors.newFixedThreadPool(2)) {
      for (Future<Run> each :
          pool.invokeAll(List.<Callable<Run>>of(() -> smig("up"), () -> smig("up")))) {
        assertThat(each.get().code()).isEqualTo(ExitCode.OK);
      }
    }
    assertThat(db.strings("SELECT n FROM probe")).hasSize(10).doesNotHaveDuplicates();
  }

  @Test
  void aDatabaseOfASchemaMigrationIsLeftToIt() throws IOException {
    file("pg_1_a.sql", "CREATE TABLE a(id int)");
    smig("up");
    db.execute(
        "INSERT INTO drizzle_migrations_ledger(event, detail) SELECT 'owner', detail ||"
            + " '{\"cluster\": \"uid\", \"namespace\": \"shop\", \"name\": \"orders\"}'"
            + " FROM drizzle_migrations_ledger WHERE event = 'owner'");
    file("pg_2_b.sql", "CREATE TABLE b(id int)");
    Run refused = smig("up");
    assertThat(refused.code()).isEqualTo(ExitCode.BLOCKED);
    assertThat(refused.out()).contains("--as shop/orders");
    assertThat(smig("up", "--as", "shop/orders").code()).isEqualTo(ExitCode.OK);
    assertThat(tracked()).containsExactly("a", "b");
    assertThat(db.strings("SELECT count(*) FROM drizzle_migrations_ledger WHERE event = 'owner'"))
        .containsExactly("2");
  }

  @Test
  void ctrlCRollsTheFileBack() throws Exception {
    file("pg_1_a.sql", "CREATE TABLE a(id int)");
    file("pg_2_b.sql", "CREATE TABLE b(id int); SELECT pg_sleep(120)");
    Path home = Files.createDirectory(folder.resolve("home"));
    String sleeping =
        "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep' AND datname ="
            + " current_database()";
    try (OperatorProcess process =
        OperatorProcess.start(
            Main.class, Map.of("DATABASE_URL", db.uri()), home, "up", "--dir", "" + folder)) {
      await().atMost(SOON).until(() -> db.strings(sleeping).size() == 1);
      assertThat(process.terminate(SOON)).isEqualTo(143);
      assertThat(db.strings(sleeping)).isEmpty();
      assertThat(process.output()).anyMatch(l -> l.contains("pg_1_a.sql: applied"));
    }
    assertThat(tracked()).containsExactly("a");
    assertThat(db.strings("SELECT to_regclass('b')")).containsExactly("null");
  }
}
