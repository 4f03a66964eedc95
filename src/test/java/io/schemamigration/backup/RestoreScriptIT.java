package io.schemamigration.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.schemamigration.testing.Db;
import io.schemamigration.testing.PostgresPrograms;
import io.schemamigration.testing.PostgresServer;
import io.schemamigration.testing.Sightings;
import io.schemamigration.testing.Tiers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.security.MessageDigest;
import java.sql.Connection;
import java.sql.Statement;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The script that restores: into a new database or not at all. */
@Timeout(180)
class RestoreScriptIT {
  private static final Duration SOON = Duration.ofSeconds(30);

  /** What a restore makes of a name that is not its own. */
  private static final String MADE =
      "SELECT datname FROM pg_database WHERE datname LIKE 'smig_re%'";

  private static PostgresServer server;

  @TempDir private Path folder;

  @BeforeAll
  static void server() {
    server = PostgresPrograms.requireServer();
  }

  private static Db superuser(Db db) {
    return db.as("postgres", server.password());
  }

  /** A database of one's own with a tracking table and two rows, and its dump. */
  private Path dumped(Db db) throws Exception {
    db.execute(
        "CREATE TABLE drizzle_migrations (id serial PRIMARY KEY, hash text);"
            + " INSERT INTO drizzle_migrations (hash) VALUES ('one'), ('two');"
            + " CREATE TABLE t AS SELECT n FROM generate_series(1, 1000) n");
    return dump(db);
  }

  private Path dump(Db db) throws Exception {
    ScriptRun run = new ScriptRun(folder, superuser(db));
    ScriptRun.Ended ended = run.dump();
    assertThat(ended.code()).as(ended.err()).isZero();
    return run.work();
  }

  private ScriptRun into(String name, String uid, Path dump) throws Exception {
    return into(name, uid, dump, server.admin());
  }

  private ScriptRun into(String name, String uid, Path dump, Db as) throws Exception {
    ScriptRun run = new ScriptRun(folder, as);
    Files.copy(dump.resolve("rows.tsv"), run.work().resolve("rows.tsv"));
    return run.with("SMIG_DUMP", dump.resolve("dump.pgc").toString())
        .with("SMIG_DATABASE", name)
        .with("SMIG_UID", uid);
  }

  private static String sha256(Path file) throws Exception {
    return HexFormat.of()
        .formatHex(MessageDigest.getInstance("SHA-256").digest(Files.readAllBytes(file)));
  }

  private static List<String> databases(String name) {
    return server
        .admin()
        .strings(
            "SELECT datname FROM pg_database WHERE datname = '%s'"
                .formatted(name.replace("'", "''")));
  }

  private static ScriptRun.Ended assertFailed(
      ScriptRun run, ScriptRun.Ended ended, StepExit exit, String name) {
    assertThat(ended.exit()).as(ended.err()).isEqualTo(exit);
    assertThat(ended.message()).isNotBlank().hasSizeLessThanOrEqualTo(2048);
    assertThat(ended.out()).isEmpty();
    assertThat(ended.message() + ended.err())
        .doesNotContain(server.password())
        .doesNotContain(server.host())
        .doesNotContain(Integer.toString(server.port()));
    assertThat(databases(name)).as("left behind").isEmpty();
    assertThat(server.admin().strings(MADE)).as("left behind").isEmpty();
    assertThat(run.scratch()).isEmptyDirectory();
    return ended;
  }

  @ParameterizedTest
  @CsvSource({"dash, 1", "busybox, 1", "dash, 3"})
  void bringsBackEveryRowAndEveryObject(String shell, String jobs) throws Exception {
    Db db = server.createDatabase("whole");
    Everything.fill(superuser(db));
    superuser(db).execute("GRANT SELECT ON big TO PUBLIC; ALTER TABLE big OWNER TO " + db.user());
    Path dump = dump(db);
    String name = "copy_" + shell + jobs;
    String uid = "0d7c-" + shell + jobs;
    ScriptRun run =
        into(name, uid, dump).by(shell).with("SMIG_JOBS", jobs).with("SMIG_OWNER", db.user());
    ScriptRun.Ended ended = run.restore();
    assertThat(ended.err()).isEmpty();
    assertThat(ended.code()).isZero();
    assertThat(ended.out().strip())
        .isEqualTo(
            "{\"result\" : \"Restored\", \"database\" : \"%s\", \"tables\" : 19, \"rows\" : 100039, \"applied\" : 4}"
                .formatted(name));
    assertThat(ended.message()).isEqualTo(ended.out());
    Db copy = db.connectTo(name);
    assertThat(Everything.content(superuser(copy))).isEqualTo(Everything.content(superuser(db)));
    assertThat(
            copy.strings(
                "SELECT DISTINCT pg_get_userbyid(relowner) FROM pg_class WHERE oid >= 16384"
                    + " AND relnamespace <> 'pg_toast'::regnamespace"))
        .as("owners")
        .containsExactly(db.user());
    assertThat(
            copy.strings(
                "SELECT pg_get_userbyid(datdba), shobj_description(oid, 'pg_database')"
                    + " FROM pg_database WHERE datname = current_database()"))
        .containsExactly(db.user() + "|smig-restore " + uid + " complete");
    assertThat(server.admin().strings(MADE)).isEmpty();
    assertThat(run.scratch()).isEmptyDirectory();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x\"; DROP DATABASE postgres; --",
        "o'brien",
        "a b",
        ":'name'",
        "back\\slash",
        "$(id)",
        "Ü"
      })
  void anyNameIsANameAndNothingElse(String name) throws Exception {
    Db db = server.createDatabase("named");
    String owner = "own " + name;
    String quoted = "\"" + owner.replace("\"", "\"\"") + "\"";
    server.admin().execute("CREATE ROLE " + quoted);
    ScriptRun.Ended ended = into(name, "1", dumped(db)).with("SMIG_OWNER", owner).restore();
    assertThat(ended.err()).isEmpty();
    assertThat(ended.code()).isZero();
    assertThat(databases(name)).containsExactly(name);
    assertThat(
            superuser(db)
                .connectTo(name)
                .strings("SELECT tableowner FROM pg_tables WHERE tablename = 't'"))
        .containsExactly(owner);
    server.admin().execute("DROP DATABASE \"%s\"".formatted(name.replace("\"", "\"\"")));
    server.admin().execute("DROP ROLE " + quoted);
  }

  @Test
  void aDatabaseThatIsThereIsNeverTouched() throws Exception {
    Db db = server.createDatabase("there");
    ScriptRun run = into(db.name(), "2", dumped(db));
    db.execute("INSERT INTO t VALUES (-1)");
    ScriptRun.Ended ended = run.restore();
    assertThat(ended.exit()).isEqualTo(StepExit.DATABASE_EXISTS);
    assertThat(ended.message())
        .contains("the database " + db.name() + " is there already")
        .contains("choose another name");
    assertThat(db.strings("SELECT count(*) FROM t")).containsExactly("1001");
    assertThat(server.admin().strings(MADE)).isEmpty();
  }

  @Test
  void aSecondRunFindsItDoneAndReportsTheSame() throws Exception {
    Db db = server.createDatabase("done");
    Path dump = dumped(db);
    ScriptRun.Ended first = into("done_copy", "3", dump).restore();
    assertThat(first.code()).as(first.err()).isZero();
    Db copy = superuser(db).connectTo("done_copy");
    copy.execute("INSERT INTO t VALUES (-1)"); // somebody works with it already
    ScriptRun.Ended second = into("done_copy", "3", dump).restore();
    assertThat(second.code()).as(second.err()).isZero();
    assertThat(second.out()).isEqualTo(first.out());
    assertThat(copy.strings("SELECT count(*) FROM t")).containsExactly("1001");
    assertThat(into("done_copy", "4", dump).restore().exit()).isEqualTo(StepExit.DATABASE_EXISTS);
  }

  @Test
  void whatAKilledRunLeftIsMadeAnewAndNothingElseIs() throws Exception {
    Db db = server.createDatabase("killed");
    Path dump = dumped(db);
    server.admin().execute("CREATE DATABASE smig_restore_5");
    server.admin().execute("CREATE DATABASE smig_restore_6");
    server.admin().execute("CREATE DATABASE smig_restore_7");
    server.admin().execute("COMMENT ON DATABASE smig_restore_6 IS 'smig-restore 6 running'");
    server.admin().execute("COMMENT ON DATABASE smig_restore_7 IS 'mine'");
    try {
      assertThat(into("killed_5", "5", dump).restore().code()).isZero();
      try (Connection other = server.admin().connectTo("smig_restore_6").connect()) {
        assertThat(other.isValid(1)).isTrue(); // of the run that was killed
        assertThat(into("killed_6", "6", dump).restore().code()).isZero();
      }
      ScriptRun.Ended foreign = into("killed_7", "7", dump).restore();
      assertThat(foreign.exit()).isEqualTo(StepExit.RESTORE_FAILED);
      assertThat(server.admin().strings(MADE)).containsExactly("smig_restore_7");
    } finally {
      server.admin().execute("DROP DATABASE IF EXISTS smig_restore_7");
    }
  }

  @Test
  void asASignalAsksItEndsAtOnceAndDropsWhatItMade() throws Exception {
    Db db = server.createDatabase("term");
    // In a copy alone the index takes a minute.
    db.execute(
        "CREATE TABLE slow (a int); INSERT INTO slow VALUES (60);"
            + " CREATE FUNCTION sleep(int) RETURNS int IMMUTABLE LANGUAGE sql AS 'SELECT CASE"
            + " current_database() WHEN ''%s'' THEN 1 ELSE (SELECT 1 FROM pg_catalog.pg_sleep($1))"
                .formatted(db.name())
            + " END'; CREATE INDEX ON slow (sleep(a))");
    Path dump = dump(db);
    ScriptRun run = into("term_copy", "8", dump);
    ScriptRun.Running running = run.start(Scripts.restore());
    String sleeping = "SELECT 1 FROM pg_stat_activity WHERE wait_event = 'PgSleep'";
    await().atMost(SOON).until(() -> server.admin().strings(sleeping).size() == 1);
    running.process().destroy();
    assertFailed(run, running.await(), StepExit.STOPPED, "term_copy");
    assertThat(server.admin().strings(sleeping)).isEmpty();
  }

  /** As where a node is cut off and the Job's next pod has begun the same restore anew. */
  @Test
  void anotherRunsHalfDatabaseIsNeverGivenTheName() throws Exception {
    Path dump = dumped(server.createDatabase("twice"));
    server.admin().execute("CREATE DATABASE half_of_another");
    ScriptRun run = into("twice_copy", "22", dump);
    try (Connection other = server.admin().connect();
        Statement sql = other.createStatement()) {
      ScriptRun.Running running = run.start(Scripts.restore());
      await()
          .pollDelay(Duration.ZERO)
          .pollInterval(Duration.ofMillis(10))
          .until(() -> !databases("smig_restore_22").isEmpty());
      sql.execute("BEGIN; COMMENT ON DATABASE smig_restore_22 IS 'smig-restore 22 running'");
      await()
          .until(
              () ->
                  !server
                      .admin()
                      .strings(
                          "SELECT 1 FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
                              + " AND query LIKE 'COMMENT ON DATABASE%'")
                      .isEmpty());
      sql.execute("ALTER DATABASE smig_restore_22 RENAME TO set_aside");
      sql.execute("ALTER DATABASE half_of_another RENAME TO smig_restore_22; COMMIT");
      assertThat(running.await().exit()).isEqualTo(StepExit.RESTORE_FAILED);
      assertThat(databases("twice_copy")).isEmpty();
      assertThat(databases("smig_restore_22")).as("it is the other's").hasSize(1);
    } finally {
      server.admin().execute("DROP DATABASE IF EXISTS twice_copy");
      server.admin().execute("DROP DATABASE IF EXISTS smig_restore_22");
      server.admin().execute("DROP DATABASE IF EXISTS half_of_another");
      server.admin().execute("DROP DATABASE IF EXISTS set_aside");
    }
  }

  @Test
  void aDumpThatIsNotThatOfItsManifestIsNotRestored() throws Exception {
    Path dump = dumped(server.createDatabase("changed"));
    ScriptRun run = into("changed_copy", "9", dump).with("SMIG_SHA256", "0".repeat(64));
    ScriptRun.Ended ended =
        assertFailed(run, run.restore(), StepExit.VERIFICATION_FAILED, "changed_copy");
    assertThat(ended.message()).contains("sha256");
    String right = sha256(dump.resolve("dump.pgc"));
    assertThat(run.with("SMIG_SHA256", right).restore().code()).isZero();
  }

  @ParameterizedTest
  @ValueSource(strings = {"flipped", "truncated", "none"})
  void aDamagedDumpLeavesNothing(String how) throws Exception {
    Path dump = dumped(server.createDatabase("damaged"));
    Path file = dump.resolve("dump.pgc");
    byte[] bytes = Files.readAllBytes(file);
    byte[] damaged =
        switch (how) {
          case "flipped" -> {
            bytes[bytes.length - 600] ^= 0x55; // in the rows of t, which come last
            yield bytes;
          }
          case "truncated" -> java.util.Arrays.copyOf(bytes, bytes.length - 1);
          default -> new byte[0];
        };
    Files.write(file, damaged);
    ScriptRun run = into("damaged_copy", "10", dump);
    ScriptRun.Ended ended = run.restore();
    assertFailed(
        run,
        ended,
        how.equals("none") ? StepExit.VERIFICATION_FAILED : StepExit.RESTORE_FAILED,
        "damaged_copy");
  }

  @ParameterizedTest
  @CsvSource({
    "public.t, 999, public.t has 1000 rows",
    "public.t, 1001, public.t has 1000 rows",
    "public.gone, 0, public.gone has no rows",
    "'public.t; DROP TABLE t', 5, ''"
  })
  void rowsThatAreNotThoseOfTheManifestAreTold(String table, String rows, String told)
      throws Exception {
    Path dump = dumped(server.createDatabase("differ"));
    ScriptRun run = into("differ_copy", "11", dump);
    Files.writeString(
        run.work().resolve("rows.tsv"),
        "public.drizzle_migrations\t2\n%s\t%s\n".formatted(table, rows));
    ScriptRun.Ended ended = run.restore();
    assertThat(ended.exit()).isIn(StepExit.VERIFICATION_FAILED, StepExit.RESTORE_FAILED);
    assertFailed(run, ended, ended.exit(), "differ_copy");
    assertThat(ended.message()).contains(told);
  }

  /** The tracking table has the hashes in an order, and that is what a database is judged by. */
  @Test
  void aTrackingTableWithOtherHashesIsTold() throws Exception {
    Db db = server.createDatabase("tracking");
    Path dump = dumped(db);
    ScriptRun run = into("tracking_copy", "12", dump);
    Path programs = Files.createTempDirectory(folder, "programs");
    String real = PostgresPrograms.find("pg_restore").orElseThrow().toString();
    Files.writeString(
        programs.resolve("pg_restore"),
        "#!/bin/sh\ncase \"$*\" in *--section=data*) "
            + real
            + " \"$@\" | sed 's/^1\\tone$/1\\tother/';; *) exec "
            + real
            + " \"$@\";; esac\n");
    programs.resolve("pg_restore").toFile().setExecutable(true);
    ScriptRun.Ended ended = run.first(programs).restore();
    assertFailed(run, ended, StepExit.VERIFICATION_FAILED, "tracking_copy");
    assertThat(ended.message()).contains("tracking table");
  }

  @Test
  void aTrackingTableWithHashesOfAFixedLengthIsTheSame() throws Exception {
    Db db = server.createDatabase("fixed");
    db.execute(
        "CREATE TABLE drizzle_migrations (id serial PRIMARY KEY, hash char(64));"
            + " INSERT INTO drizzle_migrations (hash) VALUES ('one'), ('two')");
    Path dump = dump(db);
    assertThat(WorkFolder.read(dump).lastHash()).contains("two");
    ScriptRun.Ended ended = into("fixed_copy", "25", dump).restore();
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("\"applied\" : 2");
  }

  @Test
  void aRowThatIsRefusedIsToldByItsTableAndNotByItsValues() throws Exception {
    Db db = server.createDatabase("refused");
    db.execute(
        "CREATE TABLE limits (n int); INSERT INTO limits VALUES (5);"
            + " CREATE FUNCTION low(text) RETURNS boolean LANGUAGE sql AS"
            + " 'SELECT length($1) > (SELECT min(n) FROM public.limits)';"
            + " CREATE TABLE zheld (a text CHECK (low(a)), b int); INSERT INTO zheld VALUES"
            + " ('sentinel-4711', 3); UPDATE limits SET n = 50");
    Path dump = dump(db);
    ScriptRun run = into("refused_copy", "13", dump);
    ScriptRun.Ended ended =
        assertFailed(run, run.restore(), StepExit.RESTORE_FAILED, "refused_copy");
    assertThat(ended.message())
        .contains("zheld")
        .contains("violates check constraint")
        .doesNotContain("sentinel-4711");
    assertThat(ended.err()).doesNotContain("sentinel-4711");
  }

  @Test
  void whoMayNotMakeADatabaseIsToldWhatItNeeds() throws Exception {
    Db db = server.createDatabase("maker");
    Path dump = dumped(db);
    ScriptRun run = into("maker_copy", "14", dump, db);
    ScriptRun.Ended ended =
        assertFailed(run, run.restore(), StepExit.PERMISSION_DENIED, "maker_copy");
    assertThat(ended.message()).contains("CREATEDB").contains("member");
    server.admin().execute("ALTER ROLE " + db.user() + " CREATEDB");
    ScriptRun.Ended again = into("maker_copy", "15", dump, db).restore();
    assertThat(again.err()).isEmpty();
    assertThat(again.code()).isZero();
    assertThat(db.connectTo("maker_copy").strings("SELECT count(*) FROM t"))
        .containsExactly("1000");
  }

  /** A user who is only a member of the owner, as on a managed server. */
  @Test
  void whoIsNoSuperuserRestoresForARoleOfWhichItIsAMember() throws Exception {
    Db db = server.createDatabase("member");
    Path dump = dumped(db);
    server
        .admin()
        .execute(
            "CREATE ROLE member LOGIN CREATEDB PASSWORD 'word'; GRANT %s TO member"
                .formatted(db.user()));
    ScriptRun.Ended ended =
        into("member_copy", "16", dump, server.admin().as("member", "word"))
            .with("SMIG_OWNER", db.user())
            .restore();
    assertThat(ended.err()).isEmpty();
    assertThat(ended.code()).isZero();
    assertThat(db.connectTo("member_copy").strings("SELECT count(*) FROM t"))
        .containsExactly("1000");
  }

  /** What is forced hides rows from the owner as well, who counts them. */
  @Test
  void rowSecurityIsThatOfTheDumpAndHidesNoRowFromTheComparison() throws Exception {
    Db db = server.createDatabase("forced");
    db.execute(
        "CREATE TABLE drizzle_migrations (id serial PRIMARY KEY, hash text);"
            + " INSERT INTO drizzle_migrations (hash) VALUES ('one');"
            + " CREATE TABLE t AS SELECT n FROM generate_series(1, 10) n;"
            + " CREATE POLICY even ON t USING (n % 2 = 0);"
            + " ALTER TABLE t ENABLE ROW LEVEL SECURITY, FORCE ROW LEVEL SECURITY;"
            + " ALTER TABLE drizzle_migrations ENABLE ROW LEVEL SECURITY,"
            + " FORCE ROW LEVEL SECURITY; CREATE MATERIALIZED VIEW seen AS SELECT n FROM t");
    Path dump = dump(db);
    server
        .admin()
        .execute(
            "CREATE ROLE forced LOGIN CREATEDB PASSWORD 'word'; GRANT %s TO forced"
                .formatted(db.user()));
    ScriptRun.Ended ended =
        into("forced_copy", "23", dump, server.admin().as("forced", "word"))
            .with("SMIG_OWNER", db.user())
            .restore();
    assertThat(ended.err()).isEmpty();
    assertThat(ended.out()).contains("\"tables\" : 2, \"rows\" : 11, \"applied\" : 1");
    Db copy = db.connectTo("forced_copy");
    String secured =
        "SELECT relname FROM pg_class WHERE relrowsecurity AND relforcerowsecurity ORDER BY 1";
    assertThat(copy.strings(secured)).containsExactly("drizzle_migrations", "t");
    assertThat(copy.strings("SELECT count(*) FROM t")).containsExactly("5");
    assertThat(copy.strings("SELECT count(*) FROM seen")).as("as in the dump").containsExactly("5");
    assertThat(superuser(copy).strings("SELECT count(*) FROM t")).containsExactly("10");
  }

  @Test
  void anEventTriggerNoticesNothingOfTheRestore() throws Exception {
    Db db = superuser(server.createDatabase("noticing"));
    db.execute(
        "CREATE TABLE noticed (tag text); CREATE FUNCTION notice() RETURNS event_trigger"
            + " LANGUAGE plpgsql AS 'BEGIN INSERT INTO public.noticed VALUES (tg_tag); END';"
            + " CREATE TABLE t (n int); ALTER TABLE t ENABLE ROW LEVEL SECURITY;"
            + " CREATE EVENT TRIGGER noticing ON ddl_command_end EXECUTE FUNCTION notice()");
    ScriptRun.Ended ended = into("noticing_copy", "24", dump(db)).restore();
    assertThat(ended.code()).as(ended.err()).isZero();
    Db copy = db.connectTo("noticing_copy");
    assertThat(copy.strings("SELECT tag FROM noticed")).isEmpty();
    assertThat(copy.strings("SELECT evtname FROM pg_event_trigger")).containsExactly("noticing");
  }

  @Test
  void aMissingOwnerAndBadNamesAreToldBeforeAnythingIsMade() throws Exception {
    Path dump = dumped(server.createDatabase("early"));
    ScriptRun owner = into("early_copy", "17", dump).with("SMIG_OWNER", "nobody");
    ScriptRun.Ended ended =
        assertFailed(owner, owner.restore(), StepExit.SETTINGS_INVALID, "early_copy");
    assertThat(ended.message()).contains("the role nobody").contains("create it");
    for (String name : List.of("", "x".repeat(64))) {
      assertThat(into(name, "17", dump).restore().exit()).isEqualTo(StepExit.SETTINGS_INVALID);
    }
    assertThat(into("early_copy", "", dump).restore().exit()).isEqualTo(StepExit.SETTINGS_INVALID);
  }

  @Test
  void encodingAndLocaleAreThoseOfTheDump() throws Exception {
    Db admin = server.admin();
    admin.execute("CREATE DATABASE latin_source TEMPLATE template0 ENCODING 'LATIN1' LOCALE 'C'");
    Db db = admin.connectTo("latin_source");
    db.execute("CREATE TABLE \"é\" (a text); INSERT INTO \"é\" VALUES ('é'), ('x')");
    ScriptRun.Ended ended = into("latin_copy", "18", dump(db)).restore();
    assertThat(ended.err()).isEmpty();
    assertThat(ended.code()).isZero();
    Db copy = db.connectTo("latin_copy");
    assertThat(copy.strings("SHOW server_encoding")).containsExactly("LATIN1");
    assertThat(copy.strings("SELECT a FROM \"é\"")).containsExactly("é", "x");
  }

  @Test
  void aLocaleThatTheServerLacksIsLeftOutAndTold() throws Exception {
    Path dump = dumped(server.createDatabase("locale"));
    byte[] bytes = Files.readAllBytes(dump.resolve("dump.pgc"));
    String text = new String(bytes, StandardCharsets.ISO_8859_1);
    assertThat(text).contains("LOCALE = 'C'");
    Files.write(
        dump.resolve("dump.pgc"),
        text.replace("LOCALE = 'C'", "LOCALE = 'Q'").getBytes(StandardCharsets.ISO_8859_1));
    ScriptRun.Ended ended = into("locale_copy", "19", dump).restore();
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.err()).contains("does not have the dump's locale");
    assertThat(databases("locale_copy")).hasSize(1);
  }

  /** As PostGIS has it: a table of the extension with rows of the user in it. */
  @Test
  void extensionsAreMadeAsTheUserAndEverythingElseAsTheOwner() throws Exception {
    Tiers.require(
        server.origin().equals("embedded"), 2, "an extension of one's own", "in a container");
    Path share =
        Path.of(
            server
                .admin()
                .strings("SELECT setting || '/extension' FROM pg_config() WHERE name = 'SHAREDIR'")
                .getFirst());
    Map<String, String> files =
        Map.of(
            "smig_probe.control",
            "default_version = '1'\nrelocatable = true\n",
            "smig_probe--1.sql",
            "CREATE TABLE probe (a int, own boolean);\nINSERT INTO probe VALUES (1, true);\n"
                + "SELECT pg_catalog.pg_extension_config_dump('probe', 'WHERE NOT own');\n");
    for (var file : files.entrySet()) {
      Files.writeString(folder.resolve(file.getKey()), file.getValue());
      Files.move(
          folder.resolve(file.getKey()),
          share.resolve(file.getKey()),
          StandardCopyOption.REPLACE_EXISTING);
    }
    Db db = server.createDatabase("extended");
    superuser(db)
        .execute(
            "CREATE SCHEMA ext; CREATE EXTENSION smig_probe SCHEMA ext; CREATE EXTENSION hstore"
                + " SCHEMA ext; CREATE EXTENSION postgres_fdw; INSERT INTO ext.probe VALUES (2,"
                + " false), (3, false); CREATE SERVER far FOREIGN DATA WRAPPER postgres_fdw; CREATE"
                + " FOREIGN TABLE away (a int) SERVER far; CREATE TABLE pairs (p ext.hstore);"
                + " INSERT INTO pairs VALUES ('a=>1'); CREATE FUNCTION noticed() RETURNS"
                + " event_trigger LANGUAGE plpgsql AS 'BEGIN END'; CREATE EVENT TRIGGER noticed ON"
                + " ddl_command_end EXECUTE FUNCTION noticed(); CREATE PUBLICATION p FOR ALL"
                + " TABLES");
    Path dump = dump(db);
    assertThat(dump.resolve("rows.tsv")).content().contains("ext.probe\t2");
    ScriptRun.Ended ended =
        into("extended_copy", "20", dump).with("SMIG_OWNER", db.user()).restore();
    assertThat(ended.err()).isEmpty();
    assertThat(ended.code()).isZero();
    Db copy = superuser(db).connectTo("extended_copy");
    assertThat(copy.strings("SELECT a FROM ext.probe ORDER BY a")).containsExactly("1", "2", "3");
    assertThat(copy.strings("SELECT p FROM pairs")).containsExactly("\"a\"=>\"1\"");
    assertThat(copy.strings("SELECT evtname FROM pg_event_trigger")).containsExactly("noticed");
    assertThat(
            copy.strings(
                "SELECT pg_get_userbyid(relowner) FROM pg_class WHERE relname IN ('pairs',"
                    + " 'away')"))
        .containsOnly(db.user());
  }

  @Test
  void withoutRowsOfAManifestTheDumpIsCounted() throws Exception {
    Path dump = dumped(server.createDatabase("counted"));
    ScriptRun run = into("counted_copy", "21", dump);
    Files.delete(run.work().resolve("rows.tsv"));
    ScriptRun.Ended ended = run.restore();
    assertThat(ended.code()).as(ended.err()).isZero();
    assertThat(ended.out()).contains("\"tables\" : 2, \"rows\" : 1002, \"applied\" : 2");
  }

  @Test
  void noProcessHasThePasswordInItsArgumentsOrEnvironment() throws Exception {
    Path dump = dumped(server.createDatabase("watched"));
    Sightings sightings = Sightings.of(server.password());
    try (sightings) {
      assertThat(into("watched_copy", "22", dump).restore().code()).isZero();
    }
    assertThat(sightings.seen()).as("what was looked at").anyMatch(s -> s.contains("pg_restore"));
    assertThat(sightings.found()).isEmpty();
  }
}
