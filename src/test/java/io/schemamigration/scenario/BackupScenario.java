package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.schemamigration.api.BackupSpec;
import io.schemamigration.api.BackupStorage;
import io.schemamigration.api.SchemaMigrationSpec;
import io.schemamigration.api.SchemaMigrationStatus;
import java.time.Duration;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.BeforeEach;

/** What scenarios of backups share: a volume, those who make dumps, and what the ledger says. */
abstract class BackupScenario extends RollbackScenario {
  static final String COMPLETE = "Complete";

  Kubelet kubelet;
  Dumps dumps;

  @BeforeEach
  void beginBackups() {
    kubelet = new Kubelet(world);
    dumps = new Dumps(world);
  }

  static Consumer<SchemaMigrationSpec> guarded(String when) {
    return spec -> {
      spec.backup = new BackupSpec();
      spec.backup.when = when;
      spec.backup.storage = volume("dumps");
    };
  }

  static BackupStorage volume(String claim) {
    BackupStorage storage = new BackupStorage();
    storage.persistentVolumeClaim = new BackupStorage.Volume();
    storage.persistentVolumeClaim.claimName = claim;
    return storage;
  }

  /** A migration of these files that makes backups, and an operator. */
  World.Running startGuarded(String when, String... files) {
    world.files("files", files);
    world.migration("m", guarded(when));
    return world.startOperator();
  }

  /** Waits for the Job of a DatabaseBackup that is none of these. */
  Job awaitDump(String... known) {
    return kubelet.awaitJob(dumps.awaitOtherThan(known));
  }

  static String name(Job job) {
    return job.getMetadata().getName();
  }

  static String uid(Job job) {
    return job.getMetadata().getUid();
  }

  /** What the ledger says, in order: {@code backed_up <name>}, {@code applied a}, and so on. */
  List<String> chronicle() {
    return db.strings(
        "SELECT event || ' ' || coalesce(hash, detail->>'name') FROM drizzle_migrations_ledger"
            + " WHERE event IN ('applied', 'backed_up', 'rolled_back', 'failed') ORDER BY id");
  }

  /** Not one relation: neither the files' nor our books. */
  void assertUntouched() {
    assertThat(
            db.strings(
                "SELECT relname FROM pg_class WHERE relnamespace::regnamespace::text"
                    + " = 'public'"))
        .isEmpty();
  }

  /** Waits until the migration has this reason, with these words in its message. */
  SchemaMigrationStatus awaitTold(String ready, String reason, String... parts) {
    return world.awaitStatus(
        "m",
        ready + "/" + reason + " " + List.of(parts),
        s ->
            World.condition(s, "Ready")
                .filter(c -> c.getStatus().equals(ready) && c.getReason().equals(reason))
                .filter(c -> List.of(parts).stream().allMatch(c.getMessage()::contains))
                .isPresent());
  }

  /** Nothing comes for a while that must not come. */
  void assertStays(Runnable assertion) {
    await()
        .during(Duration.ofMillis(500))
        .atMost(Duration.ofSeconds(10))
        .untilAsserted(assertion::run);
  }
}
