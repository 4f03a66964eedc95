package io.schemamigration.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.schemamigration.backup.StoreFailure.Reason;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The container {@code store} on a volume, and {@code fetch} after it. */
class StoreBackupTest {
  private static final Clock CLOCK = Clock.fixed(Backups.NOON.plusMillis(123), ZoneOffset.UTC);
  private static final StoreSettings.Limits FOREVER = StoreSettings.Limits.NONE;

  @TempDir Path folder;
  private Optional<String> request = Optional.of("u-1");

  private Path mount() {
    return folder.resolve("mount");
  }

  private Path termination() {
    return folder.resolve("termination-log");
  }

  private Path partial() {
    return mount().resolve("pg/shop/orders/orders-1.partial");
  }

  private StorePlace place() {
    return new StorePlace(
        Optional.empty(),
        Optional.of(new StorePlace.Volume("backups", Folder.of("/pg/"), mount())));
  }

  private StoreSettings settings(
      String requested, StoreSettings.Limits retention, Set<String> protectedBackups) {
    Manifest like = Backups.of(Backups.FIRST, new Fingerprint(1, ""), true, Backups.NOON);
    return new StoreSettings(
        place(),
        new StoreSettings.Facts(
            like.namespace(),
            like.migration(),
            like.name(),
            true,
            like.database(),
            "7/16384",
            request,
            like.serverVersion(),
            like.covers(),
            like.history(),
            like.planId()),
        requested,
        partial(),
        termination(),
        retention,
        protectedBackups);
  }

  private JobResult store(StoreSettings settings) throws IOException {
    JobResult result = StoreBackup.run(Map.of(StoreSettings.VARIABLE, settings.json()), CLOCK);
    assertThat(JobResult.parse(Files.readString(termination()))).contains(result);
    return result;
  }

  private JobResult check() {
    String settings = settings("2026-03-01T11:58:00Z", FOREVER, Set.of()).json();
    return StoreBackup.check(Map.of(StoreSettings.VARIABLE, settings), CLOCK);
  }

  @Test
  void whetherTheNameIsFreeIsKnownBeforeAnythingIsDumped() throws Exception {
    assertThat(check()).isEqualTo(new JobResult.Reached("pvc:backups/pg/shop/orders/orders-1"));
    Backups.workFolder(partial(), 1000);
    store();
    assertThat(check()).as("its own, kept before").isInstanceOf(JobResult.Reached.class);
    request = Optional.of("u-2");
    String later = settings("2026-03-01T11:58:00Z", FOREVER, Set.of()).json();
    assertThat(StoreBackup.check(Map.of(StoreSettings.VARIABLE, later), CLOCK))
        .isInstanceOfSatisfying(
            JobResult.Failed.class, f -> assertThat(f.reason()).isEqualTo(Reason.ALREADY_EXISTS));
  }

  private JobResult store() throws IOException {
    return store(settings("2026-03-01T11:58:00Z", FOREVER, Set.of()));
  }

  private JobResult fetch(Optional<String> sha256) throws IOException {
    FetchSettings settings =
        new FetchSettings(
            place(),
            "pvc:backups/pg/shop/orders/orders-1",
            sha256,
            Files.createDirectories(folder.resolve("target")),
            termination());
    JobResult result = FetchBackup.run(Map.of(FetchSettings.VARIABLE, settings.json()));
    assertThat(JobResult.parse(Files.readString(termination()))).contains(result);
    return result;
  }

  private void older(String name, Duration age) throws Exception {
    Path dump = mount().resolve("pg/shop/orders/" + name + "/dump.pgc");
    Fingerprint print = Fingerprint.of(Backups.dump(dump, 10));
    Files.write(
        dump.resolveSibling("manifest.json"),
        ManifestJson.write(Backups.of(Backups.named(name), print, true, Backups.NOON.minus(age))));
  }

  private static void failed(JobResult result, Reason reason, String message) {
    assertThat(result).isInstanceOf(JobResult.Failed.class);
    assertThat(((JobResult.Failed) result).reason()).as(result.json()).isEqualTo(reason);
    assertThat(((JobResult.Failed) result).message()).contains(message);
  }

  @Test
  void aDumpIsKeptAndTold() throws Exception {
    Fingerprint dump = Fingerprint.of(Backups.workFolder(partial(), 300_000).resolve(Store.DUMP));
    assertThat(store())
        .isEqualTo(
            new JobResult.Stored(
                300_000,
                dump.sha256(),
                "pvc:backups/pg/shop/orders/orders-1",
                Optional.of(new Manifest.Covers(Optional.of(4L), "c41b70")),
                "15.19",
                "2026-03-01T11:59:00Z",
                "2026-03-01T12:00:00Z",
                List.of(),
                0,
                Optional.empty()));
    try (Store store = place().open(Map.of())) {
      assertThat(store.find(Backups.FIRST))
          .contains(Backups.of(Backups.FIRST, dump, true, Backups.NOON));
    }
  }

  @Test
  void whatWasKeptIsFetchedWithNotesForAShell() throws Exception {
    Backups.workFolder(partial(), 1000);
    JobResult.Stored stored = (JobResult.Stored) store();
    JobResult.Fetched fetched = (JobResult.Fetched) fetch(Optional.of(stored.sha256()));
    assertThat(fetched.backup()).isEqualTo("shop/orders/orders-1");
    Path target = folder.resolve("target");
    assertThat(Fingerprint.of(target.resolve("dump.pgc")).sha256()).isEqualTo(stored.sha256());
    assertThat(target.resolve("rows.tsv"))
        .hasContent("public.drizzle_migrations\t4\npublic.orders\t3\n");
    assertThat(target.resolve("history")).hasContent("public\ndrizzle_migrations\n");
    assertThat(target.resolve("covers")).hasContent("c41b70\n");
    assertThat(target.resolve("manifest.json")).exists();
  }

  @Test
  void anotherDumpThanTheResourceTellsOfIsNotFetched() throws Exception {
    Backups.workFolder(partial(), 1000);
    store();
    failed(fetch(Optional.of("0".repeat(64))), Reason.CORRUPT, "is not the one that the Database");
    assertThat(folder.resolve("target")).isEmptyDirectory();
  }

  @Test
  void aBackupThatIsNotThereIsNotFetched() throws Exception {
    failed(fetch(Optional.empty()), Reason.BACKUP_NOT_FOUND, "so it is no backup");
  }

  @Test
  void aTryThatWasKilledBeforeItToldIsToldByTheNext() throws Exception {
    Backups.workFolder(partial(), 1000);
    JobResult first = store();
    assertThat(store()).as("the container again").isEqualTo(first);
    Backups.workFolder(partial(), 2000);
    assertThat(store()).as("the pod again").isEqualTo(first);
    assertThat(partial()).doesNotExist();
  }

  @Test
  void anOlderBackupOfThatNameIsNotTakenForThisOne() throws Exception {
    Backups.workFolder(partial(), 1000);
    store();
    Backups.workFolder(partial(), 2000);
    request = Optional.of("u-2");
    JobResult second = store(settings("2026-03-01T11:58:00Z", FOREVER, Set.of()));
    failed(second, Reason.ALREADY_EXISTS, "take another name or delete that one");
    assertThat(partial()).doesNotExist();
    try (Store store = place().open(Map.of())) {
      assertThat(store.find(Backups.FIRST).orElseThrow().bytes()).isEqualTo(1000);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "dump.pgc,       ''", "rows.tsv,       public.orders", "rows.tsv,       public.orders\tmany",
    "rows.tsv,       'a\t1\na\t2\n'", "client-version, none", "started,        yesterday",
  })
  void aWorkFolderThatIsNotWholeIsNoBackup(String file, String text) throws Exception {
    Backups.workFolder(partial(), 1000);
    Files.writeString(partial().resolve(file), text);
    failed(store(), Reason.DUMP_INCOMPLETE, "no usable " + file + " in its work folder");
    assertThat(partial()).as("room for the next try").doesNotExist();
  }

  @ParameterizedTest
  @CsvSource({
    "dump.pgc",
    "rows.tsv",
    "client-version",
    "started",
    "database",
    "database-id",
    "hashes"
  })
  void aMissingFileIsNamed(String file) throws Exception {
    Backups.workFolder(partial(), 1000);
    Files.delete(partial().resolve(file));
    failed(store(), Reason.DUMP_INCOMPLETE, "no usable " + file);
  }

  @ParameterizedTest
  @CsvSource({"database, another", "database-id, 7/16385", "database-id, 8/16384"})
  void aDumpOfAnotherDatabaseThanWasLookedAtIsNoBackupOfIt(String file, String text)
      throws Exception {
    Backups.workFolder(partial(), 1000);
    Files.writeString(partial().resolve(file), text + "\n");
    failed(store(), Reason.DUMP_INCOMPLETE, "another database was dumped than was looked at");
    try (Store store = place().open(Map.of())) {
      assertThat(store.find(Backups.FIRST)).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"8f3a1c", "''"})
  void aDumpOfAnotherStateIsNoneForItsPlan(String hashes) throws Exception {
    Backups.workFolder(partial(), 1000);
    Files.writeString(partial().resolve("hashes"), hashes);
    failed(store(), Reason.DUMP_INCOMPLETE, "between the look and the dump");
  }

  @Test
  void theWholeLineOfPgDumpIsAVersion() throws Exception {
    Backups.workFolder(partial(), 1000);
    Files.writeString(
        partial().resolve("client-version"),
        "pg_dump (PostgreSQL) 15.19 (Debian 15.19-1.pgdg130+1)\n");
    assertThat(((JobResult.Stored) store()).clientVersion()).isEqualTo("15.19");
  }

  @Test
  void blanksThatFillAColumnAreNoPartOfTheHash() throws Exception {
    Backups.workFolder(partial(), 1000);
    Files.writeString(partial().resolve(WorkFolder.HASHES), "8f3a1c    \nc41b70    \n");
    assertThat(((JobResult.Stored) store()).covers())
        .contains(new Manifest.Covers(Optional.of(4L), "c41b70"));
  }

  @Test
  void oldBackupsGoButNotTheProtected() throws Exception {
    for (int days = 1; days <= 5; days++) {
      older("a" + days, Duration.ofDays(days));
    }
    Backups.workFolder(partial(), 1000);
    StoreSettings.Limits three = new StoreSettings.Limits(Optional.of(3), Optional.of("49h"));
    JobResult.Stored stored =
        (JobResult.Stored) store(settings("2026-03-01T11:58:00Z", three, Set.of("a4")));
    assertThat(stored.removed()).containsExactly("a5", "a3");
    try (Store store = place().open(Map.of())) {
      assertThat(store.list("shop", "orders").manifests())
          .extracting(Manifest::name)
          .containsExactlyInAnyOrder("orders-1", "a1", "a2", "a4");
    }
  }

  @Test
  void asManyGoAtATimeAsCanBeTold() throws Exception {
    for (int hours = 1; hours <= 50; hours++) {
      older("a" + hours, Duration.ofHours(hours));
    }
    Backups.workFolder(partial(), 1000);
    StoreSettings.Limits one = new StoreSettings.Limits(Optional.of(1), Optional.empty());
    JobResult.Stored stored =
        (JobResult.Stored) store(settings("2026-03-01T11:58:00Z", one, Set.of()));
    assertThat(stored.removed()).hasSize(40).startsWith("a50");
  }

  @Test
  void aBackupWithoutItsDumpIsNotCounted() throws Exception {
    older("a1", Duration.ofDays(1));
    older("a2", Duration.ofDays(2));
    Files.delete(mount().resolve("pg/shop/orders/a1/dump.pgc"));
    Backups.workFolder(partial(), 1000);
    StoreSettings.Limits two = new StoreSettings.Limits(Optional.of(2), Optional.empty());
    JobResult.Stored stored =
        (JobResult.Stored) store(settings("2026-03-01T11:58:00Z", two, Set.of()));
    assertThat(stored.removed()).isEmpty();
    assertThat(stored.warning()).hasValueSatisfying(w -> assertThat(w).contains("such as a1"));
  }

  @Test
  void aBackupThatNobodyCanReadIsLeftAloneAndTold() throws Exception {
    older("a1", Duration.ofDays(1));
    Path odd = mount().resolve("pg/shop/orders/a1/manifest.json");
    Files.writeString(odd, "{\"format\":9}");
    Backups.workFolder(partial(), 1000);
    StoreSettings.Limits one = new StoreSettings.Limits(Optional.of(1), Optional.empty());
    JobResult.Stored stored =
        (JobResult.Stored) store(settings("2026-03-01T11:58:00Z", one, Set.of()));
    assertThat(stored.warning()).hasValueSatisfying(w -> assertThat(w).contains("such as a1"));
    assertThat(odd).exists();
  }

  @Test
  void theResultFitsHoweverManyWereRemoved() {
    List<String> names = new ArrayList<>();
    for (int i = 0; i < 999; i++) {
      names.add("a-backup-with-a-rather-long-name-number-" + i);
    }
    JobResult result =
        new JobResult.Stored(
            Long.MAX_VALUE,
            "f".repeat(64),
            "s3://" + "b".repeat(200) + "/" + "k".repeat(700),
            Optional.of(new Manifest.Covers(Optional.of(4L), "c41b70")),
            "18.6",
            Instant.MAX.toString(),
            Instant.MAX.toString(),
            names,
            999,
            Optional.of("…".repeat(JobResult.LONGEST_MESSAGE)));
    assertThat(result.json().getBytes(StandardCharsets.UTF_8).length)
        .isBetween(3900, JobResult.LARGEST);
    JobResult.Stored read = (JobResult.Stored) JobResult.parse(result.json()).orElseThrow();
    assertThat(read.removed()).isNotEmpty().isEqualTo(names.subList(0, read.removed().size()));
    assertThat(read.removedCount()).isEqualTo(999);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "''                                    | SMIG_STORE is not set",
        "{                                     | SMIG_STORE: not the JSON that this version writes",
        "{\"secret\":\"hidden\"}               | SMIG_STORE: ",
        "{}                                    | SMIG_STORE: store, backup, work and termination",
        "{\"store\":{\"volume\":{\"claim\":\"c\",\"path\":\"a/../hidden\",\"mount\":\"/m\"}}}"
            + " | SMIG_STORE: a path in a store is made of",
        "{\"store\":{}}                        | SMIG_STORE: storage has exactly one of s3 and",
      })
  void settingsThatCannotBeUsedAreNamedWithoutAValue(String json, String message) {
    JobResult result = StoreBackup.run(Map.of(StoreSettings.VARIABLE, json), CLOCK);
    failed(result, Reason.SETTINGS_INVALID, message);
    assertThat(result.json()).doesNotContain("hidden");
  }

  @Test
  void settingsForABucketSurviveTheEnvironment() {
    StoreSettings written =
        new StoreSettings(
            new StorePlace(
                Optional.of(
                    new S3Settings(
                        "backups",
                        Folder.of("prod"),
                        Optional.of(java.net.URI.create("https://s3.example:9000")),
                        Optional.of("eu-west-1"),
                        Optional.of(Encryption.of("aws:kms:alias/x")),
                        Optional.of(Path.of("/run/smig/ca/ca.crt")),
                        Optional.of(Path.of("/run/smig/s3")))),
                Optional.empty()),
            settings("2026-03-01T11:58:00Z", FOREVER, Set.of()).backup(),
            "2026-03-01T11:58:00Z",
            Path.of("/work"),
            Path.of("/dev/termination-log"),
            new StoreSettings.Limits(Optional.of(3), Optional.of("720h")),
            Set.of("a"));
    assertThat(Json.read(written.json(), StoreSettings.class)).contains(written);
  }

  @Test
  void anotherTextIsNoResult() {
    assertThat(JobResult.parse("")).isEmpty();
    assertThat(JobResult.parse("Killed")).isEmpty();
    assertThat(JobResult.parse("{\"result\":\"New\"}")).isEmpty();
  }
}
