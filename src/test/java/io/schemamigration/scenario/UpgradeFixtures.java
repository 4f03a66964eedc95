package io.schemamigration.scenario;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.schemamigration.api.DatabaseRestore;
import io.schemamigration.api.SchemaMigrationSpec;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.api.SchemaRollback;
import io.schemamigration.api.Timeouts;
import io.schemamigration.backup.JobResult;
import io.schemamigration.testing.Db;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;

/**
 * Writes to {@code target/upgrade} what this version leaves behind in a database and in a cluster.
 * With the first change of a format it goes, once, to a folder of its own under {@code
 * src/test/resources/upgrade}, to be read by every later version. No test by its name:
 *
 * <pre>mvn verify -Dit.test=UpgradeFixtures -Dtest.postgres=14 ...</pre>
 */
final class UpgradeFixtures extends BackupScenario {
  private static final Path FOLDER = Path.of("target", "upgrade");
  private static final String LEGACY = "pg_0_legacy.sql";
  private static final String STEPS = "pg_4_steps.sql";

  private final List<String> known = new ArrayList<>();

  private void backedUp() {
    String backup = dumps.awaitOtherThan(known.toArray(String[]::new));
    known.add(backup);
    kubelet.stores(kubelet.awaitJob(backup));
    dumps.await_(backup, "True", COMPLETE, "verified");
  }

  private static Map<String, String> files(String c) {
    return Map.ofEntries(
        Map.entry(LEGACY, "CREATE TABLE legacy(id int);\n"),
        Map.entry(A, TABLE_A),
        Map.entry(UNDO_A, "DROP TABLE a;\n"),
        Map.entry(B, "-- two statements\nCREATE TABLE b(id int);\nINSERT INTO b VALUES (1);\n"),
        Map.entry(UNDO_B, "DROP TABLE b;\n"),
        Map.entry(C, c),
        Map.entry(UNDO_C, "DROP TABLE c;\n"));
  }

  private void put(Map<String, String> files) {
    world.files(
        "files",
        files.entrySet().stream()
            .flatMap(e -> java.util.stream.Stream.of(e.getKey(), e.getValue()))
            .toArray(String[]::new));
  }

  @Test
  void write() throws Exception {
    Files.createDirectories(FOLDER);
    // The old tool's work, to be adopted.
    db.execute(
        "CREATE TABLE drizzle_migrations(id SERIAL PRIMARY KEY, hash TEXT NOT NULL UNIQUE,"
            + " created_at TIMESTAMP NOT NULL DEFAULT NOW());"
            + "INSERT INTO drizzle_migrations(hash, created_at) VALUES ('legacy', '2020-01-01');"
            + "CREATE TABLE legacy(id int)");
    put(files("SELEC 1;\n"));
    world.migration("m", guarded("Always").andThen(UpgradeFixtures::everything));
    world.startOperator();
    backedUp();
    world.await_("m", "False", "MigrationFailed");
    save("failed");
    put(files(TABLE_C));
    backedUp();
    world.awaitUpToDate("m", "legacy", "a", "b", "c");
    save("up-to-date");

    request("undo", "c");
    backedUp();
    awaitOver("undo", "True", COMPLETE);
    SchemaMigrationStatus held = world.await_("m", "False", "RolledBack");
    save("held");
    approve("m", World.message(held));
    backedUp();
    world.awaitUpToDate("m", "legacy", "a", "b", "c");
    save("approved");

    Map<String, String> more = new java.util.TreeMap<>(files(TABLE_C));
    more.put(STEPS, "CREATE INDEX CONCURRENTLY a_id ON a(id);\nCREATE TABLE d(id int);\n");
    put(more);
    backedUp();
    world.awaitUpToDate("m", "legacy", "a", "b", "c", "steps");
    request("again", "steps", "c");
    awaitOver("again", "False", "RollbackImpossible");
    save("steps");

    Restores restores = new Restores(world);
    restores.create("before", Restores.of(known.getFirst()));
    org.awaitility.Awaitility.await().until(() -> restores.status("before").jobName != null);
    kubelet.ends(
        kubelet.awaitJob(restores.status("before").jobName),
        new JobResult.Restored("before", 3, 42, 2).json());
    restores.await_("before", "True", COMPLETE, "verified");
    resources();
  }

  private static void everything(SchemaMigrationSpec spec) {
    spec.backoffLimit = 3;
    spec.interval = "30m";
    spec.timeouts = new Timeouts();
    spec.timeouts.lock = "7s";
    spec.policy = new SchemaMigrationSpec.Policy();
    spec.policy.outOfOrder = "Apply";
  }

  private void save(String state) throws Exception {
    awaitNobodyConnected();
    dump(state);
    Files.writeString(FOLDER.resolve("migration-" + state + ".yaml"), yaml(world.get("m")));
  }

  private void dump(String state) throws Exception {
    Db all = db;
    ProcessBuilder pgDump =
        new ProcessBuilder(
            "pg_dump",
            "--inserts",
            "--no-owner",
            "--no-privileges",
            "-h",
            all.host(),
            "-p",
            String.valueOf(all.port()),
            "-U",
            all.user(),
            all.name());
    pgDump.environment().put("PGPASSWORD", all.password());
    Process process = pgDump.redirectError(ProcessBuilder.Redirect.INHERIT).start();
    String text = new String(process.getInputStream().readAllBytes());
    if (process.waitFor() != 0) {
      throw new IllegalStateException("pg_dump ended with " + process.exitValue());
    }
    // psql's own commands, comments and blank lines say nothing to a driver.
    Files.writeString(
        FOLDER.resolve("ledger-" + state + ".sql"), text.replaceAll("(?m)^(\\\\.*|--.*|)\\n", ""));
  }

  private void resources() throws IOException {
    Files.writeString(FOLDER.resolve("backup.yaml"), yaml(dumps.resource(known.get(1)).get()));
    for (Class<? extends HasMetadata> kind : List.of(SchemaRollback.class, DatabaseRestore.class)) {
      for (HasMetadata one :
          world.user().resources(kind).inNamespace(world.namespace()).list().getItems()) {
        Files.writeString(
            FOLDER.resolve(
                one.getKind().replaceAll(".*[a-z](?=[A-Z])", "").toLowerCase(java.util.Locale.ROOT)
                    + "-"
                    + one.getMetadata().getName()
                    + ".yaml"),
            yaml(one));
      }
    }
  }

  private static String yaml(HasMetadata resource) {
    resource.getMetadata().setManagedFields(null);
    return Serialization.asYaml(resource);
  }
}
