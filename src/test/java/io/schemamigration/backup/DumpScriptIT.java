package io.schemamigration.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.schemamigration.testing.CuttingProxy;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.LeastPrivilege;
import io.schemamigration.testing.PostgresPrograms;
import io.schemamigration.testing.PostgresServer;
import io.schemamigration.testing.Sightings;
import io.schemamigration.testing.Tiers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The script that dumps, with PostgreSQL's own programs, by the shells of both kinds of image. */
@Timeout(180)
class DumpScriptIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  private static PostgresServer server;

  @TempDir private Path folder;

  @BeforeAll
  static void server() {
    server = PostgresPrograms.requireServer();
  }

  private static Map<String, Long> rows(Path file) throws Exception {
    return Files.readAllLines(file).stream()
        .map(line -> line.split("\t"))
        .collect(Collectors.toMap(p -> p[0], p -> Long.valueOf(p[1]), Long::sum, TreeMap::new));
  }

  private static Db filled(String name) {
    Db db = server.createDatabase(name);
    db.execute(
        "CREATE TABLE t AS SELECT n, repeat(md5(n::text), 20) AS text FROM generate_series(1,"
            + " 20000) n");
    return db;
  }

  /** It failed so, told it without a secret, and left nothing that looks like a dump. */
  private static ScriptRun.Ended assertFailed(
      ScriptRun run, ScriptRun.Ended ended, StepExit exit, Db db) throws Exception {
    assertThat(ended.exit()).as(ended.err()).isEqualTo(exit);
    assertThat(ended.message()).isNotBlank().hasSizeLessThanOrEqualTo(2048);
    assertThat(ended.err()).contains(ended.message().strip());
    assertThat(ended.message() + ended.err() + ended.out())
        .doesNotContain(db.password())
        .doesNotContain(db.host())
        .doesNotContain(Integer.toString(db.port()));
    try (var files = Files.list(run.work())) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .as("left behind")
          .isSubsetOf(
              "client-version", "server-version", "database", "database-id", "encoding", "started");
    }
    assertThat(run.scratch()).isEmptyDirectory();
    return ended;
  }

  @ParameterizedTest
  @ValueSource(strings = {"dash", "busybox"})
  void countsTheRowsOfEveryTableWhateverItIsCalled(String shell) throws Exception {
    Db db = server.createDatabase("everything");
    Everything.fill(db.as("postgres", server.password()));
    ScriptRun run = new ScriptRun(folder, db.as("postgres", server.password())).by(shell);
    ScriptRun.Ended ended = run.dump();
    assertThat(ended.err()).isEmpty();
    assertThat(ended.code()).isZero();
    assertThat(rows(run.work().resolve("rows.tsv"))).isEqualTo(Everything.ROWS);
    assertThat(Files.readAllLines(run.work().resolve("hashes")))
        .containsExactly("one", "two", "odd \\\\ hash", "ten");
    assertThat(run.work().resolve("database")).hasContent(db.name());
    assertThat(run.work().resolve("database-id"))
        .hasContent(
            db.strings(
                    "SELECT system_identifier || '/' || oid FROM pg_control_system(), pg_database"
                        + " WHERE datname = current_database()")
                .getFirst());
    assertThat(Files.readString(run.work().resolve("server-version")))
        .startsWith(server.major() + ".");
    assertThat(Files.readString(run.work().resolve("client-version")))
        .startsWith(PostgresPrograms.major() + ".");
    assertThat(Files.readString(run.work().resolve("started")).strip())
        .matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
    long size = Files.size(run.work().resolve("dump.pgc"));
    assertThat(ended.out().lines().reduce((a, b) -> b)).contains("bytes " + size);
    assertThat(run.work().resolve("dump.pgc.partial")).doesNotExist();
    assertThat(run.scratch()).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(strings = {"dash", "busybox"})
  void namesOfAnotherEncodingAreEscapedByBytes(String shell) throws Exception {
    Db admin = server.admin();
    String name = "latin_" + shell;
    admin.execute("CREATE DATABASE " + name + " TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'");
    Db db = admin.connectTo(name);
    db.execute("CREATE TABLE \"é\" (a text); INSERT INTO \"é\" VALUES ('é'), ('x')");
    ScriptRun run = new ScriptRun(folder, db).by(shell);
    ScriptRun.Ended ended = run.dump();
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(rows(run.work().resolve("rows.tsv"))).isEqualTo(Map.of("public.\"\\351\"", 2L));
    assertThat(run.work().resolve("encoding")).hasContent("LATIN1");
  }

  @Test
  void whatAnEarlierRunLeftIsNotTakenForItsOwn() throws Exception {
    Db db = filled("again");
    ScriptRun run = new ScriptRun(folder, db);
    Files.writeString(run.work().resolve("dump.pgc"), "old");
    Files.writeString(run.work().resolve("rows.tsv"), "old");
    Files.writeString(run.work().resolve("dump.pgc.partial"), "old");
    ScriptRun.Ended ended = run.with("PATH", "/nowhere").dump();
    assertThat(ended.code()).isNotZero();
    run.with("PATH", System.getenv("PATH"));
    assertThat(run.dump().code()).isZero();
    assertThat(rows(run.work().resolve("rows.tsv"))).isEqualTo(Map.of("public.t", 20000L));
  }

  @Test
  void aMissingProgramIsNamed() throws Exception {
    ScriptRun run = new ScriptRun(folder, filled("bare")).by("busybox");
    run.with("PATH", run.scratch().resolveSibling("tools").toString());
    ScriptRun.Ended ended = run.dump();
    assertThat(ended.exit()).isEqualTo(StepExit.SETTINGS_INVALID);
    assertThat(ended.message()).startsWith("psql is not there; set job.image");
  }

  @Test
  void aServerNewerThanTheProgramsIsToldWithTheFieldToSet() throws Exception {
    int newer = PostgresPrograms.major() + 1;
    while (newer < 18 && !PostgresServer.available(newer)) {
      newer++;
    }
    PostgresServer other = Tiers.requirePostgres(newer);
    Db db = other.createDatabase("newer");
    ScriptRun run = new ScriptRun(folder, db);
    ScriptRun.Ended ended = assertFailed(run, run.dump(), StepExit.NEWER_THAN_CLIENT, db);
    assertThat(ended.message())
        .contains("the server is PostgreSQL " + newer)
        .contains("set job.image to one with PostgreSQL " + newer);
  }

  @Test
  void whyThereIsNoConnectionIsToldApart() throws Exception {
    Db db = filled("apart");
    Map<StepExit, Db> cases =
        Map.of(
            StepExit.LOGIN_FAILED, db.as(db.user(), "sentinel"),
            StepExit.DATABASE_NOT_FOUND, db.connectTo("nowhere"),
            StepExit.UNREACHABLE, db.via(1));
    for (var each : cases.entrySet()) {
      ScriptRun run = new ScriptRun(folder, each.getValue());
      ScriptRun.Ended ended = run.dump();
      assertThat(ended.exit()).as(ended.err()).isEqualTo(each.getKey());
      assertThat(ended.message() + ended.err())
          .doesNotContain("sentinel")
          .doesNotContain("127.0.0.1")
          .doesNotContain(db.user());
    }
  }

  @Test
  void withoutALoginItIsTold() throws Exception {
    ScriptRun run = new ScriptRun(folder, filled("none")).with("SMIG_LOGIN_FOLDER", "/nowhere");
    assertThat(run.dump().exit()).isEqualTo(StepExit.SETTINGS_INVALID);
  }

  @Test
  void allTablesThatMayNotBeReadAreNamedBeforeAnythingIsDumped() throws Exception {
    Db db = server.createDatabase("closed");
    Db admin = db.as("postgres", server.password());
    admin.execute(
        "CREATE SCHEMA \"In ner\"; CREATE TABLE \"In ner\".a (); CREATE TABLE b ();"
            + " CREATE SEQUENCE c; CREATE TABLE d (); CREATE TABLE e (); GRANT SELECT ON e TO "
            + db.user());
    ScriptRun run = new ScriptRun(folder, db);
    ScriptRun.Ended ended = assertFailed(run, run.dump(), StepExit.PERMISSION_DENIED, db);
    assertThat(ended.message())
        .contains("may not read all of \"In ner\".a, public.b, public.c and 1 more; GRANT");
  }

  @Test
  void rowsThatRowSecurityHidesAreNotLeftOutInSilence() throws Exception {
    Db db = server.createDatabase("hidden");
    db.as("postgres", server.password())
        .execute(
            "CREATE TABLE mine (a int); ALTER TABLE mine ENABLE ROW LEVEL SECURITY;"
                + " GRANT SELECT ON mine TO "
                + db.user());
    ScriptRun run = new ScriptRun(folder, db);
    ScriptRun.Ended ended = assertFailed(run, run.dump(), StepExit.PERMISSION_DENIED, db);
    assertThat(ended.message()).contains("public.mine").contains("BYPASSRLS");
  }

  @Test
  void whatTheDocumentGrantsIsEnoughToDumpWhatIsSomebodyElses() throws Exception {
    Db db = LeastPrivilege.createDatabase(server, "granted");
    db.as("postgres", server.password()).execute("CREATE TABLE foreign_ (a int)");
    ScriptRun run = new ScriptRun(folder, db);
    assertFailed(run, run.dump(), StepExit.PERMISSION_DENIED, db);
    LeastPrivilege.grant(server, db, 5);
    assertThat(run.dump().code()).isZero();
  }

  @Test
  void whatTheDocumentGrantsIsEnoughToDumpAsTheOwnerWhatIsAThirdOnes() throws Exception {
    Db db = LeastPrivilege.createDatabase(server, "third");
    String owner = db.name() + "_owner";
    LeastPrivilege.grant(server, db, 3);
    db.as("postgres", server.password())
        .execute(
            "CREATE TABLE foreign_ (a int); CREATE TABLE own (a int); ALTER TABLE own OWNER TO "
                + owner);
    ScriptRun run = new ScriptRun(folder, db).with("SMIG_ROLE", owner);
    LeastPrivilege.grant(server, db, 5);
    ScriptRun.Ended ended = assertFailed(run, run.dump(), StepExit.PERMISSION_DENIED, db);
    assertThat(ended.message()).contains("public.foreign_;");
    LeastPrivilege.grant(server, db, 6);
    assertThat(run.dump().code()).isZero();
  }

  @Test
  void aRoleIsTakenOnWhereTheUserMayNothingByItself() throws Exception {
    Db db = filled("role");
    server
        .admin()
        .execute(
            "CREATE ROLE \"Re ader\" LOGIN NOINHERIT PASSWORD 'word'; GRANT "
                + db.user()
                + " TO \"Re ader\"");
    Db reader = db.as("Re ader", "word");
    ScriptRun plain = new ScriptRun(folder, reader);
    assertFailed(plain, plain.dump(), StepExit.PERMISSION_DENIED, db);
    ScriptRun run = new ScriptRun(folder, reader).with("SMIG_ROLE", db.user());
    assertThat(run.dump().code()).isZero();
    run.with("SMIG_ROLE", "no'body");
    assertThat(run.dump().exit()).isEqualTo(StepExit.PERMISSION_DENIED);
  }

  @Test
  void aLockIsNotWaitedForForEver() throws Exception {
    Db db = filled("locked");
    try (Connection other = db.connect();
        var statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("LOCK TABLE t");
      ScriptRun run = new ScriptRun(folder, db).with("SMIG_LOCK_TIMEOUT", "2500");
      ScriptRun.Ended ended = assertFailed(run, run.dump(), StepExit.LOCK_TIMEOUT, db);
      assertThat(ended.message()).contains("LOCK TABLE public.t");
      assertThat(ended.out()).contains("bytes "); // told how far it is, after two seconds
    }
  }

  @Test
  void aConnectionThatBreaksInTheMiddleLeavesNoDump() throws Exception {
    Db db = filled("cut");
    try (CuttingProxy proxy = CuttingProxy.to(db.host(), db.port())) {
      proxy.cutAfterServerBytes(2_000_000);
      ScriptRun run = new ScriptRun(folder, db.via(proxy.port()));
      assertFailed(run, run.dump(), StepExit.UNREACHABLE, db);
      assertThat(proxy.cuts()).isEqualTo(1);
    }
  }

  /** A program of that name which goes before the real one. */
  private Path inFrontOf(String program, String script) throws Exception {
    Path programs = Files.createTempDirectory(folder, "programs");
    Path file = programs.resolve(program);
    String real = PostgresPrograms.find(program).orElseThrow().toString();
    Files.writeString(file, "#!/bin/sh\n" + script.replace("REAL", real) + "\n");
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rwxr-xr-x"));
    return programs;
  }

  /** Slow enough to meet it at work. */
  private static List<ProcessHandle> dumpers(ScriptRun.Running running) {
    return running
        .process()
        .descendants()
        .filter(p -> p.info().commandLine().orElse("").contains("-Fc"))
        .toList();
  }

  private ScriptRun.Running atWork(ScriptRun run, Db db) throws Exception {
    ScriptRun.Running running = run.start(Scripts.dump());
    await()
        .atMost(SOON)
        .until(
            () ->
                db.strings("SELECT 1 FROM pg_locks WHERE NOT granted AND relation = 't'::regclass")
                        .size()
                    == 1);
    assertThat(dumpers(running)).isNotEmpty();
    return running;
  }

  @Test
  void aPgDumpThatIsKilledLeavesNoDump() throws Exception {
    Db db = filled("killed");
    try (Connection other = db.connect();
        var statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("LOCK TABLE t");
      ScriptRun run = new ScriptRun(folder, db);
      ScriptRun.Running running = atWork(run, db);
      dumpers(running).forEach(ProcessHandle::destroyForcibly);
      ScriptRun.Ended ended = assertFailed(run, running.await(), StepExit.KILLED, db);
      assertThat(ended.message()).contains("pg_dump was killed by signal 9");
    }
  }

  @Test
  void aConnectionThatAnAdministratorEndsIsToldAsThat() throws Exception {
    Db db = filled("terminated");
    try (Connection other = db.connect();
        var statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("LOCK TABLE t");
      ScriptRun run = new ScriptRun(folder, db);
      ScriptRun.Running running = atWork(run, db);
      db.execute(
          "SELECT pg_terminate_backend(pid) FROM pg_stat_activity"
              + " WHERE application_name LIKE 'smig-backup%' AND datname = current_database()");
      ScriptRun.Ended ended = assertFailed(run, running.await(), StepExit.UNREACHABLE, db);
      assertThat(ended.message()).startsWith("the server ended the connection");
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dash", "busybox"})
  void asASignalAsksItEndsAtOnceAndPgDumpWithIt(String shell) throws Exception {
    Db db = filled("term");
    try (Connection other = db.connect();
        var statement = other.createStatement()) {
      other.setAutoCommit(false);
      statement.execute("LOCK TABLE t");
      ScriptRun run = new ScriptRun(folder, db).by(shell);
      ScriptRun.Running running = atWork(run, db);
      List<ProcessHandle> all = running.process().descendants().toList();
      long since = System.nanoTime();
      running.process().destroy();
      assertFailed(run, running.await(), StepExit.STOPPED, db);
      assertThat(Duration.ofNanos(System.nanoTime() - since)).isLessThan(Duration.ofSeconds(5));
      await().atMost(SOON).until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
    }
  }

  @ParameterizedTest
  @ValueSource(strings = {"dash", "busybox"})
  void asASignalAsksTheReadingEnds(String shell) throws Exception {
    Db db = filled("reading");
    ScriptRun run = new ScriptRun(folder, db).by(shell);
    run.first(inFrontOf("pg_restore", "[ $# -gt 2 ] || exec REAL \"$@\"\nexec /bin/sleep 60"));
    ScriptRun.Running running = run.start(Scripts.dump());
    await()
        .atMost(SOON)
        .until(
            () ->
                running
                    .process()
                    .descendants()
                    .anyMatch(p -> p.info().commandLine().orElse("").contains("sleep 60")));
    List<ProcessHandle> all = running.process().descendants().toList();
    running.process().destroy();
    assertFailed(run, running.await(), StepExit.STOPPED, db);
    await()
        .atMost(Duration.ofSeconds(5))
        .until(() -> all.stream().noneMatch(ProcessHandle::isAlive));
  }

  @Test
  void aFullDiskIsTold() throws Exception {
    Db db = filled("full");
    ScriptRun run = new ScriptRun(folder, db);
    Process mount =
        new ProcessBuilder(
                "mount", "-t", "tmpfs", "-o", "size=300k,mode=700", "tmpfs", run.work().toString())
            .start();
    Tiers.require(mount.waitFor() == 0, 2, "a full disk", "mount is not permitted");
    try {
      ScriptRun.Ended ended = assertFailed(run, run.dump(), StepExit.NO_SPACE, db);
      assertThat(ended.message()).contains("no space left where the dump is; make room");
    } finally {
      new ProcessBuilder("umount", run.work().toString()).start().waitFor();
    }
  }

  @ParameterizedTest
  @CsvSource({
    "truncated, 'size=$(wc -c <$f); head -c $((size - 1)) $f >$f.x; mv $f.x $f'",
    "half of it, 'size=$(wc -c <$f); head -c $((size / 2)) $f >$f.x; mv $f.x $f'",
    "one byte, 'size=$(wc -c <$f); printf X | dd of=$f bs=1 seek=$((size - 5000)) conv=notrunc"
        + " 2>/dev/null'",
    "nothing, ': >$f'"
  })
  void aDumpThatCannotBeReadToItsEndIsNone(String what, String damage) throws Exception {
    Db db = filled("damaged");
    String script =
        "REAL \"$@\"; code=$?\nfor f; do :; done\n[ $# -lt 3 ] || { " + damage + "; }\n";
    ScriptRun run = new ScriptRun(folder, db).first(inFrontOf("pg_dump", script + "exit $code"));
    ScriptRun.Ended ended = assertFailed(run, run.dump(), StepExit.VERIFICATION_FAILED, db);
    assertThat(ended.message()).as(what).contains("cannot be read to its end");
  }

  /** The password is nowhere where another process of the machine could see it. */
  @Test
  void noProcessHasThePasswordInItsArgumentsOrEnvironment() throws Exception {
    Db db = filled("watched");
    Sightings sightings = Sightings.of(db.password());
    try (sightings) {
      assertThat(new ScriptRun(folder, db).dump().code()).isZero();
    }
    assertThat(sightings.seen()).as("what was looked at").anyMatch(s -> s.contains("pg_dump"));
    assertThat(sightings.found()).isEmpty();
  }

  @Test
  void aDumpIsForItsOwnerAlone() throws Exception {
    ScriptRun run = new ScriptRun(folder, filled("private"));
    assertThat(run.dump().code()).isZero();
    assertThat(Files.getPosixFilePermissions(run.work().resolve("dump.pgc")))
        .isEqualTo(PosixFilePermissions.fromString("rw-------"));
    assertThat(
            new String(
                Files.readAllBytes(run.work().resolve("dump.pgc")),
                0,
                5,
                StandardCharsets.US_ASCII))
        .isEqualTo("PGDMP");
  }
}
