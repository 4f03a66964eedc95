package io.schemamigration.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The container {@code remove} on a volume. */
class RemoveBackupTest {
  @TempDir Path folder;
  private Manifest kept;

  @BeforeEach
  void keep() throws Exception {
    Path partial = folder.resolve("mount/shop/orders/orders-1.partial");
    Path dump = Backups.workFolder(partial, 1000).resolve(Store.DUMP);
    kept = Backups.of(Backups.FIRST, dump);
    store().put(dump, kept);
  }

  private VolumeStore store() {
    return new VolumeStore(new Location.Volume("backups", Folder.ROOT), folder.resolve("mount"));
  }

  private JobResult remove(String sha256) throws Exception {
    return remove(Optional.of(sha256), Optional.of("another"));
  }

  private JobResult remove(Optional<String> sha256, Optional<String> request) throws Exception {
    RemoveSettings settings =
        new RemoveSettings(
            new StorePlace(
                Optional.empty(),
                Optional.of(
                    new StorePlace.Volume("backups", Folder.ROOT, folder.resolve("mount")))),
            "shop",
            "orders",
            "orders-1",
            sha256,
            request,
            folder.resolve("termination-log"));
    JobResult result = RemoveBackup.run(Map.of(RemoveSettings.VARIABLE, settings.json()));
    assertThat(JobResult.parse(Files.readString(folder.resolve("termination-log"))))
        .contains(result);
    return result;
  }

  @Test
  void theBackupIsRemovedAndASecondTimeThereIsNothingToDo() throws Exception {
    JobResult removed = new JobResult.Removed("pvc:backups/shop/orders/orders-1");
    assertThat(remove(kept.sha256())).isEqualTo(removed);
    assertThat(store().find(Backups.FIRST)).isEmpty();
    assertThat(folder.resolve("mount/shop/orders/orders-1")).doesNotExist();
    assertThat(remove(kept.sha256())).isEqualTo(removed);
  }

  @Test
  void anotherOneOfThatNameStays() throws Exception {
    assertThat(remove("0".repeat(64))).isInstanceOf(JobResult.Removed.class);
    assertThat(store().find(Backups.FIRST)).contains(kept);
  }

  @Test
  void whereNobodyKnowsOfADumpTheOneOfThatRequestGoes() throws Exception {
    Path tried = folder.resolve("mount/shop/orders/orders-1.try-1.partial");
    Path others = folder.resolve("mount/shop/orders/orders-10.try-1.partial");
    Backups.workFolder(tried, 1000);
    Backups.workFolder(others, 1000);
    assertThat(remove(Optional.empty(), Optional.of("another")))
        .isInstanceOf(JobResult.Removed.class);
    assertThat(store().find(Backups.FIRST)).contains(kept);
    assertThat(remove(Optional.empty(), kept.request())).isInstanceOf(JobResult.Removed.class);
    assertThat(store().find(Backups.FIRST)).isEmpty();
    assertThat(tried).doesNotExist();
    assertThat(others).exists();
  }

  @Test
  void whatAKilledRemovalLeftGoes() throws Exception {
    Files.delete(folder.resolve("mount/shop/orders/orders-1/manifest.json"));
    remove(kept.sha256());
    assertThat(folder.resolve("mount/shop/orders/orders-1")).doesNotExist();
  }

  @Test
  void oneWhoseDumpIsDamagedGoesToo() throws Exception {
    Files.writeString(folder.resolve("mount/shop/orders/orders-1/dump.pgc"), "cut");
    assertThat(remove(kept.sha256())).isInstanceOf(JobResult.Removed.class);
    assertThat(folder.resolve("mount/shop/orders/orders-1")).doesNotExist();
  }

  @Test
  void oneWhoseManifestIsDamagedIsLeftToPeople() throws Exception {
    Files.writeString(folder.resolve("mount/shop/orders/orders-1/manifest.json"), "{");
    assertThat(remove(kept.sha256()))
        .isInstanceOfSatisfying(
            JobResult.Failed.class,
            f -> assertThat(f.reason()).isEqualTo(StoreFailure.Reason.CORRUPT));
  }

  @Test
  void withoutSettingsItSaysSo() {
    assertThat(RemoveBackup.run(Map.of()))
        .isInstanceOfSatisfying(
            JobResult.Failed.class,
            f -> assertThat(f.message()).contains("SMIG_REMOVE is not set"));
  }
}
