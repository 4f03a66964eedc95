package io.schemamigration.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.schemamigration.backup.StoreFailure.Reason;
import java.io.IOException;
import java.nio.file.FileSystemException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.FileTime;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class VolumeStoreTest {
  private static final Location.Volume HOME = new Location.Volume("backups", Folder.of("prod/pg"));

  @TempDir Path mount;
  @TempDir Path elsewhere;

  private VolumeStore store() {
    return new VolumeStore(HOME, mount);
  }

  private Path place() {
    return mount.resolve("prod/pg/shop/orders/orders-1");
  }

  private Manifest make(Store store, int bytes) throws Exception {
    Path work = Backups.workFolder(place().resolveSibling("orders-1.partial"), bytes);
    Manifest manifest = Backups.of(Backups.FIRST, work.resolve(Store.DUMP));
    store.put(work.resolve(Store.DUMP), manifest);
    return manifest;
  }

  private static StoreFailure failure(ThrowingCallable work) {
    return assertThatExceptionOfType(StoreFailure.class).isThrownBy(work).actual();
  }

  private List<String> files() throws IOException {
    try (Stream<Path> all = Files.walk(mount)) {
      return all.filter(Files::isRegularFile)
          .map(file -> mount.relativize(file).toString())
          .sorted()
          .toList();
    }
  }

  @Test
  void aBackupIsKeptListedFetchedAndRemoved() throws Exception {
    Manifest manifest = make(store(), 10_000);
    assertThat(files())
        .containsExactly(
            "prod/pg/shop/orders/orders-1/dump.pgc", "prod/pg/shop/orders/orders-1/manifest.json");
    assertThat(store().location(Backups.FIRST).text())
        .isEqualTo("pvc:backups/prod/pg/shop/orders/orders-1");
    assertThat(store().find(Backups.FIRST)).contains(manifest);
    assertThat(store().list("shop", "orders"))
        .isEqualTo(new Store.Listing(List.of(manifest.withoutTables()), List.of()));
    Path copy = elsewhere.resolve("copy.pgc");
    assertThat(store().fetch(store().location(Backups.FIRST), copy)).isEqualTo(manifest);
    assertThat(copy).hasSameBinaryContentAs(place().resolve("dump.pgc"));
    store().delete(Backups.FIRST);
    assertThat(place().getParent()).isEmptyDirectory();
    store().delete(Backups.FIRST);
  }

  @Test
  void anEmptyVolumeHasNoBackups() throws Exception {
    assertThat(store().find(Backups.FIRST)).isEmpty();
    assertThat(store().list("shop", "orders").manifests()).isEmpty();
    store().delete(Backups.FIRST);
    store().discard(Backups.FIRST);
  }

  @Test
  void twoTriesNeverShareAFolderAndWhatTheyLeaveGoes() throws Exception {
    Path zombie = store().partial(Backups.FIRST, "a");
    Path work = store().partial(Backups.FIRST, "b");
    Backups.workFolder(zombie, 5000);
    Backups.workFolder(work, 1000);
    Manifest manifest = Backups.of(Backups.FIRST, work.resolve(Store.DUMP));
    store().put(work.resolve(Store.DUMP), manifest);
    Files.writeString(zombie.resolve(Store.DUMP), "more");
    store().fetch(store().location(Backups.FIRST), elsewhere.resolve("copy.pgc"));
    store().discard(Backups.FIRST);
    assertThat(zombie).doesNotExist();
    assertThat(store().find(Backups.FIRST)).contains(manifest);
  }

  @Test
  void ofAnotherBackupOnlyWhatWasGivenUpLongAgoGoes() throws Exception {
    Path left = store().partial(Backups.named("orders-2"), "a");
    Path atWork = store().partial(Backups.named("orders-11"), "a");
    for (Path folder : List.of(left, atWork)) {
      Backups.workFolder(folder, 10);
      try (Stream<Path> files = Files.walk(folder)) {
        for (Path each : files.toList()) {
          age(each);
        }
      }
    }
    Files.writeString(atWork.resolve(Store.DUMP), "more");
    age(atWork);
    store().discard(Backups.FIRST);
    assertThat(left).doesNotExist();
    assertThat(atWork.resolve(Store.DUMP)).hasContent("more");
  }

  private static void age(Path file) throws IOException {
    Files.setLastModifiedTime(file, FileTime.from(Instant.now().minus(Duration.ofDays(8))));
  }

  @Test
  void whetherItMayBeWrittenIsFoundOutWithoutATrace() throws Exception {
    store().probe(Backups.FIRST);
    assertThat(place().getParent()).isEmptyDirectory();
    Files.delete(place().getParent());
    Files.createFile(place().getParent());
    assertThat(failure(() -> store().probe(Backups.FIRST)))
        .hasMessageStartingWith("writing pvc:backups/prod/pg/shop/orders/orders-1 failed: ");
  }

  /** Ends the process, as it were, at a step: that one and all after it never happen. */
  private static final class Dying implements Disk {
    private int left;
    private boolean dead;

    Dying(int steps) {
      left = steps;
    }

    private void step() {
      if (dead || left-- == 0) {
        dead = true;
        throw new IllegalStateException("killed");
      }
    }

    @Override
    public void write(Path file, byte[] bytes) throws IOException {
      if (left == 0) {
        Files.write(file, java.util.Arrays.copyOf(bytes, bytes.length / 2));
      }
      step();
      Disk.REAL.write(file, bytes);
    }

    @Override
    public void sync(Path path) throws IOException {
      step();
      Disk.REAL.sync(path);
    }

    @Override
    public void rename(Path from, Path to) throws IOException {
      step();
      Disk.REAL.rename(from, to);
    }

    @Override
    public void delete(Path file) throws IOException {
      step();
      Disk.REAL.delete(file);
    }

    @Override
    public void deleteTree(Path folder) throws IOException {
      if (left == 0 && Files.exists(folder.resolve(Store.DUMP))) {
        Files.delete(folder.resolve(Store.DUMP));
      }
      step();
      Disk.REAL.deleteTree(folder);
    }
  }

  @Test
  void killedAtAnyStepOfWritingItIsThereAsAWholeOrNotAtAll() throws Exception {
    int there = 0;
    int steps = 0;
    for (boolean killed = true; killed; steps++) {
      Path work = Backups.workFolder(place().resolveSibling("orders-1.partial"), 5000);
      Manifest manifest = Backups.of(Backups.FIRST, work.resolve(Store.DUMP));
      Store dying = new VolumeStore(HOME, mount, new Dying(steps));
      try {
        dying.put(work.resolve(Store.DUMP), manifest);
        killed = false;
      } catch (IllegalStateException e) {
        assertThat(e).hasMessage("killed");
      }
      if (store().find(Backups.FIRST).isPresent()) {
        there++;
        store().fetch(store().location(Backups.FIRST), elsewhere.resolve("copy.pgc"));
        assertThat(store().list("shop", "orders").manifests())
            .containsExactly(manifest.withoutTables());
        store().delete(Backups.FIRST);
      } else {
        assertThat(store().list("shop", "orders"))
            .isEqualTo(new Store.Listing(List.of(), List.of()));
        assertThat(place()).doesNotExist();
      }
      store().discard(Backups.FIRST);
      assertThat(files()).isEmpty();
    }
    assertThat(steps).as("steps").isGreaterThan(10);
    assertThat(there).as("kills after the rename").isBetween(2, steps - 4);
  }

  @Test
  void killedAtAnyStepOfRemovingItIsThereAsAWholeOrNotAtAll() throws Exception {
    int steps = 0;
    for (boolean killed = true; killed; steps++) {
      Manifest manifest = make(store(), 5000);
      try {
        new VolumeStore(HOME, mount, new Dying(steps)).delete(Backups.FIRST);
        killed = false;
      } catch (IllegalStateException e) {
        assertThat(e).hasMessage("killed");
      }
      if (steps == 0) {
        assertThat(store().find(Backups.FIRST)).contains(manifest);
        store().delete(Backups.FIRST);
      } else {
        assertThat(store().find(Backups.FIRST)).isEmpty();
        assertThat(store().list("shop", "orders").unreadable()).isEmpty();
      }
    }
    assertThat(steps).isEqualTo(5);
  }

  @Test
  void whatWasHalfRemovedGivesWayToANewBackup() throws Exception {
    Backups.dump(place().resolve("dump.pgc"), 77);
    Manifest manifest = make(store(), 5000);
    assertThat(store().find(Backups.FIRST)).contains(manifest);
  }

  @Test
  void anotherBackupOfThatNameIsNotReplaced() throws Exception {
    make(store(), 1000);
    StoreFailure failure = failure(() -> make(store(), 2000));
    assertThat(failure.reason()).isEqualTo(Reason.ALREADY_EXISTS);
    assertThat(store().find(Backups.FIRST).orElseThrow().bytes()).isEqualTo(1000);
  }

  @Test
  void aDumpFromElsewhereIsNotKept() throws Exception {
    Path dump = Backups.dump(elsewhere.resolve("dump.pgc"), 10);
    Manifest manifest = Backups.of(Backups.FIRST, dump);
    assertThat(failure(() -> store().put(dump, manifest)).reason())
        .isEqualTo(Reason.SETTINGS_INVALID);
  }

  @ParameterizedTest
  @CsvSource({
    "No space left on device,       NO_SPACE,      the disk is full; enlarge it or keep less",
    "Disk quota exceeded,           NO_SPACE,      its quota is used up",
    "Read-only file system,         READ_ONLY,     mount a volume to write to",
    "Input/output error,            OTHER,         the file system failed (Input/output error)",
    "/mnt/x: Stale file handle,     OTHER,         the file system failed (Stale file handle)",
  })
  void anErrorOfTheDiskSaysWhatToDo(String said, Reason reason, String advice) throws Exception {
    Disk failing =
        new Disk() {
          @Override
          public void sync(Path path) throws IOException {
            throw new FileSystemException(path.toString(), null, said);
          }
        };
    StoreFailure failure = failure(() -> make(new VolumeStore(HOME, mount, failing), 10));
    assertThat(failure.reason()).isEqualTo(reason);
    assertThat(failure.getMessage())
        .startsWith("writing pvc:backups/prod/pg/shop/orders/orders-1 failed: ")
        .contains(advice)
        .doesNotContain(mount.toString());
    assertThat(store().find(Backups.FIRST)).isEmpty();
  }

  private void refused(Reason reason, String message) {
    Path copy = elsewhere.resolve("copy.pgc");
    StoreFailure failure = failure(() -> store().fetch(store().location(Backups.FIRST), copy));
    assertThat(failure.reason()).isEqualTo(reason);
    assertThat(failure).hasMessageContaining(message).hasMessageContaining("pvc:backups/prod/pg/");
    assertThat(copy).doesNotExist();
  }

  @Test
  void aFlippedByteIsFound() throws Exception {
    make(store(), 1000);
    Path dump = place().resolve("dump.pgc");
    byte[] bytes = Files.readAllBytes(dump);
    bytes[500] ^= 1;
    Files.write(dump, bytes);
    refused(Reason.CORRUPT, "was changed or damaged: its sha256 begins with");
  }

  @Test
  void aTruncatedDumpIsFound() throws Exception {
    make(store(), 1000);
    Files.write(place().resolve("dump.pgc"), new byte[999]);
    refused(Reason.CORRUPT, "has 999 bytes, its manifest says 1000; use another backup");
    assertThat(failure(() -> store().find(Backups.FIRST)).reason()).isEqualTo(Reason.CORRUPT);
  }

  @Test
  void aManifestWithoutItsDumpIsFound() throws Exception {
    make(store(), 1000);
    Files.delete(place().resolve("dump.pgc"));
    refused(Reason.CORRUPT, "there is no dump.pgc at ");
  }

  @Test
  void aDumpWithoutAManifestIsNoBackup() throws Exception {
    make(store(), 1000);
    Files.delete(place().resolve("manifest.json"));
    refused(Reason.BACKUP_NOT_FOUND, "so it is no backup: it was removed");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "{\"format\":2,\"more\":{}}     | NEWER_FORMAT | has format 2, this version reads up to 1",
        "{\"format\":1,\"name\":\"x\"}  | CORRUPT      | is damaged",
        "{\"format\":1,                 | CORRUPT      | is damaged",
        "[]                             | CORRUPT      | is damaged",
        "''                             | CORRUPT      | is damaged",
        "{}                             | CORRUPT      | is damaged",
      })
  void aManifestThatSaysLittleIsRefusedAndLeftAlone(String text, Reason reason, String message)
      throws Exception {
    make(store(), 1000);
    Files.writeString(place().resolve("manifest.json"), text);
    refused(reason, message);
    Store.Listing listing = store().list("shop", "orders");
    assertThat(listing).isEqualTo(new Store.Listing(List.of(), List.of("orders-1")));
  }

  @Test
  void aManifestOfAnotherBackupIsLeftAlone() throws Exception {
    make(store(), 1000);
    Files.move(place(), place().resolveSibling("orders-2"));
    assertThat(store().list("shop", "orders").unreadable()).containsExactly("orders-2");
    assertThat(failure(() -> store().find(Backups.named("orders-2"))))
        .hasMessageContaining("is of another backup (shop/orders/orders-1)");
  }

  @Test
  void aLocationOfAnotherVolumeIsRefused() {
    Location other = Location.parse("pvc:others/prod/pg/shop/orders/orders-1");
    assertThat(failure(() -> store().fetch(other, elsewhere.resolve("x"))).reason())
        .isEqualTo(Reason.SETTINGS_INVALID);
  }
}
