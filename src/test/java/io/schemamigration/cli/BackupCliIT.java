package io.schemamigration.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.schemamigration.Main;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.OperatorProcess;
import io.schemamigration.testing.PostgresPrograms;
import io.schemamigration.testing.PostgresServer;
import io.schemamigration.testing.Sightings;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Backup and restore without Kubernetes, as a person or a pipeline uses them. */
class BackupCliIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  private static PostgresServer server;

  @TempDir private Path folder;
  private Db db;
  private final Map<String, String> environment = new HashMap<>();

  /** What a command printed and returned. */
  private record Run(int code, String out, String err) {}

  @BeforeAll
  static void server() {
    server = PostgresPrograms.requireServer();
  }

  @BeforeEach
  void migrated() throws Exception {
    db = server.createDatabase("saved");
    environment.put("PATH", System.getenv("PATH"));
    Path sql = Files.createDirectory(folder.resolve("sql"));
    Files.writeString(
        sql.resolve("pg_1_a.sql"), "CREATE TABLE t AS SELECT n FROM generate_series(1, 50) n");
    Files.writeString(sql.resolve("pg_20_b.sql"), "CREATE TABLE \"Od d\" ()");
    assertThat(smig(db, "up", "--dir", sql.toString()).code()).isZero();
  }

  /** The login stands in the environment, as in a pipeline: the programs must not inherit it. */
  private Run smig(Db on, String... arguments) {
    StringWriter out = new StringWriter();
    StringWriter err = new StringWriter();
    environment.put("DATABASE_URL", on.uri());
    environment.put("PGPASSWORD", on.password());
    int code = Cli.run(arguments, environment, "1.2.3", new PrintWriter(out), new PrintWriter(err));
    assertThat(out + "" + err)
        .doesNotContain(on.password())
        .doesNotContain("127.0.0.1")
        .doesNotContain(Integer.toString(on.port()));
    return new Run(code, out.toString(), err.toString());
  }

  private Run backup(Path to) {
    return smig(db, "backup", "--out", to.toString());
  }

  private Run restore(Path from, String name, String... more) {
    List<String> arguments =
        new ArrayList<>(List.of("restore", "--from", from.toString(), "--database", name));
    arguments.addAll(List.of(more));
    return smig(server.admin(), arguments.toArray(String[]::new));
  }

  private List<String> left(Path of) throws Exception {
    try (var files = Files.list(of)) {
      return files.map(f -> f.getFileName().toString()).sorted().toList();
    }
  }

  @Test
  void whatABackupHoldsComesBackAsItWas() throws Exception {
    Path to = folder.resolve("deep/backup one");
    Run made = backup(to);
    assertThat(made.err()).isEmpty();
    assertThat(made.code()).isEqualTo(ExitCode.OK);
    assertThat(made.out()).contains("4 tables").contains("read to its end");
    assertThat(left(to)).containsExactly("dump.pgc", "manifest.json");
    assertThat(left(to.getParent())).containsExactly("backup one");
    JsonNode manifest = new ObjectMapper().readTree(to.resolve("manifest.json").toFile());
    assertThat(manifest.path("format").asInt()).isEqualTo(1);
    assertThat(manifest.path("name").asText()).as("fit for a store").isEqualTo("backup-one");
    assertThat(manifest.path("database").asText()).isEqualTo(db.name());
    assertThat(manifest.path("covers").toString()).isEqualTo("{\"sequence\":20,\"hash\":\"b\"}");
    assertThat(manifest.path("bytes").asLong()).isEqualTo(Files.size(to.resolve("dump.pgc")));
    assertThat(manifest.path("tables").path("public.t").asLong()).isEqualTo(50);
    assertThat(manifest.path("tables").path("public.\"Od d\"").asLong(-1)).isZero();
    assertThat(Instant.parse(manifest.path("finished").asText()))
        .isAfterOrEqualTo(Instant.parse(manifest.path("started").asText()));
    Run restored = restore(to, "saved copy", "--owner", db.user(), "--jobs", "2");
    assertThat(restored.err()).isEmpty();
    assertThat(restored.code()).isEqualTo(ExitCode.OK);
    assertThat(restored.out()).contains("saved copy: 4 tables").contains("equal to those");
    Db copy = db.connectTo("saved copy");
    assertThat(copy.strings("SELECT hash FROM drizzle_migrations ORDER BY id"))
        .containsExactly("a", "b");
    Run status = smig(copy, "status", "--dir", folder.resolve("sql").toString());
    assertThat(status.out()).contains("UpToDate, 2 applied, 0 pending");
    assertThat(restore(to, "saved copy").code()).isEqualTo(ExitCode.BLOCKED);
  }

  @Test
  void aFolderThatIsThereIsNotWrittenOver() throws Exception {
    Path to = Files.createDirectory(folder.resolve("there"));
    Run run = backup(to);
    assertThat(run.code()).isEqualTo(ExitCode.INVALID);
    assertThat(run.err()).contains("is there already").contains("name another folder");
    assertThat(to).isEmptyDirectory();
  }

  @Test
  void whatFailsLeavesNoFolder() throws Exception {
    server.admin().connectTo(db.name()).execute("CREATE TABLE closed ()");
    Run run = backup(folder.resolve("failed"));
    assertThat(run.code()).isEqualTo(ExitCode.BLOCKED);
    assertThat(run.err()).startsWith("smig: PermissionDenied: ").contains("public.closed");
    assertThat(left(folder)).containsExactly("sql");
  }

  @Test
  void aMissingProgramIsToldWithWhatToInstall() throws Exception {
    Path none = Files.createDirectory(folder.resolve("none"));
    for (String tool : List.of("mkdir", "rm", "mktemp")) {
      Files.createSymbolicLink(none.resolve(tool), PostgresPrograms.find(tool).orElseThrow());
    }
    environment.put("PATH", none.toString());
    Run run = backup(folder.resolve("bare"));
    assertThat(run.code()).isEqualTo(ExitCode.INVALID);
    assertThat(run.err()).contains("psql is not there; install the client programs of PostgreSQL");
    assertThat(folder.resolve("bare.partial")).doesNotExist();
  }

  @Test
  void aDumpThatWasChangedIsNotRestored() throws Exception {
    Path to = folder.resolve("changed");
    assertThat(backup(to).code()).isZero();
    byte[] bytes = Files.readAllBytes(to.resolve("dump.pgc"));
    bytes[bytes.length / 2] ^= 1;
    Files.write(to.resolve("dump.pgc"), bytes);
    Run run = restore(to, "changed_copy");
    assertThat(run.code()).isEqualTo(ExitCode.FAILED);
    assertThat(run.err()).contains("VerificationFailed").contains("sha256");
    assertThat(
            server
                .admin()
                .strings(
                    "SELECT datname FROM pg_database WHERE datname ~"
                        + " '^(changed_copy|smig_restore)'"))
        .isEmpty();
  }

  @Test
  void aFolderWithoutAManifestIsNoBackup() throws Exception {
    Path to = folder.resolve("bare");
    assertThat(backup(to).code()).isZero();
    Files.delete(to.resolve("manifest.json"));
    Run run = restore(to, "bare_copy");
    assertThat(run.code()).isEqualTo(ExitCode.INVALID);
    assertThat(run.err()).contains("manifest.json").contains("no backup");
  }

  private OperatorProcess process(Path to) {
    Map<String, String> all = new HashMap<>(environment);
    all.put("TMPDIR", folder.toString());
    return OperatorProcess.start(Main.class, all, folder, "backup", "--out", to.toString());
  }

  /** The command's own environment is the user's; what it starts must not have it. */
  @Test
  void noProgramInheritsThePassword() throws Exception {
    Sightings sightings = Sightings.of(db.password());
    try (sightings;
        OperatorProcess backup = process(folder.resolve("watched"))) {
      assertThat(backup.awaitEnd(SOON)).as(backup.output().toString()).isZero();
    }
    assertThat(sightings.seen()).as("what was looked at").anyMatch(s -> s.contains("pg_dump -Fc"));
    assertThat(sightings.found())
        .filteredOn(s -> !s.contains(Main.class.getName()) && !s.contains("jspawnhelper"))
        .isEmpty();
  }

  @Test
  void whoEndsItLeavesNothing() throws Exception {
    try (Connection other = db.connect();
        var statement = other.createStatement();
        OperatorProcess backup = process(folder.resolve("ended"))) {
      other.setAutoCommit(false);
      statement.execute("LOCK TABLE t");
      String waiting = "SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 't'::regclass";
      await().atMost(SOON).until(() -> db.strings(waiting).size() == 1);
      backup.terminate(SOON);
      await().atMost(SOON).until(() -> db.strings(waiting).isEmpty());
    }
    assertThat(folder.resolve("ended")).doesNotExist();
    assertThat(folder.resolve("ended.partial")).doesNotExist();
  }
}
