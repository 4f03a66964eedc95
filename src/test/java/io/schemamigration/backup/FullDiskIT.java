package io.schemamigration.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.schemamigration.backup.StoreFailure.Reason;
import io.schemamigration.testing.Tiers;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** A volume of one MiB. */
class FullDiskIT {
  private static final Location.Volume HOME = new Location.Volume("backups", Folder.ROOT);

  @TempDir Path folder;
  private Path small;

  @BeforeEach
  void mount() throws Exception {
    small = Files.createDirectories(folder.resolve("small"));
    int code = run("mount", "-t", "tmpfs", "-o", "size=1m,mode=700", "tmpfs", small.toString());
    Tiers.require(code == 0, 2, "a full volume", "mount is not permitted");
  }

  @AfterEach
  void unmount() throws Exception {
    run("umount", small.toString());
  }

  private static int run(String... command) throws IOException, InterruptedException {
    return new ProcessBuilder(command)
        .redirectErrorStream(true)
        .redirectOutput(ProcessBuilder.Redirect.DISCARD)
        .start()
        .waitFor();
  }

  private Manifest partial(Path mount, int bytes) throws IOException {
    Path work = Backups.workFolder(mount.resolve("shop/orders/orders-1.1.partial"), bytes);
    return Backups.of(Backups.FIRST, work.resolve(Store.DUMP));
  }

  private static StoreFailure failure(ThrowingCallable work) {
    return assertThatExceptionOfType(StoreFailure.class).isThrownBy(work).actual();
  }

  @Test
  void aBackupForWhoseManifestIsNoRoomIsNone() throws Exception {
    Manifest manifest = partial(small, 1000);
    Path filler = small.resolve("filler");
    assertThatExceptionOfType(IOException.class)
        .isThrownBy(
            () -> {
              try (OutputStream out = Files.newOutputStream(filler)) {
                while (true) {
                  out.write(new byte[4096]);
                }
              }
            });
    VolumeStore store = new VolumeStore(HOME, small);
    Path dump = store.partial(Backups.FIRST, "1").resolve(Store.DUMP);
    StoreFailure failure = failure(() -> store.put(dump, manifest));
    assertThat(failure.reason()).isEqualTo(Reason.NO_SPACE);
    assertThat(failure)
        .hasMessage(
            "writing pvc:backups/shop/orders/orders-1 failed: the disk is full; enlarge it or keep"
                + " less");
    assertThat(store.find(Backups.FIRST)).isEmpty();
    Files.delete(filler);
    store.put(dump, manifest);
    assertThat(store.find(Backups.FIRST)).contains(manifest);
  }

  @Test
  void aCopyThatDoesNotFitIsRemoved() throws Exception {
    Path large = folder.resolve("large");
    Manifest manifest = partial(large, 2 * 1024 * 1024);
    VolumeStore store = new VolumeStore(HOME, large);
    store.put(store.partial(Backups.FIRST, "1").resolve(Store.DUMP), manifest);
    Path copy = small.resolve("dump.pgc");
    StoreFailure failure = failure(() -> store.fetch(store.location(Backups.FIRST), copy));
    assertThat(failure.reason()).isEqualTo(Reason.NO_SPACE);
    assertThat(copy).doesNotExist();
  }

  @Test
  void aVolumeThatIsMountedReadOnlySaysSo() throws Exception {
    Manifest manifest = partial(small, 1000);
    assertThat(run("mount", "-o", "remount,ro", small.toString())).isZero();
    VolumeStore store = new VolumeStore(HOME, small);
    Path dump = store.partial(Backups.FIRST, "1").resolve(Store.DUMP);
    assertThat(failure(() -> store.put(dump, manifest)).reason()).isEqualTo(Reason.READ_ONLY);
    assertThat(failure(() -> store.discard(Backups.FIRST)).reason()).isEqualTo(Reason.READ_ONLY);
  }
}
