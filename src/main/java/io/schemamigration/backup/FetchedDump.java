package io.schemamigration.backup;

import io.schemamigration.backup.StoreFailure.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** A dump that was copied out of a store: it is as written, or it is not there. */
final class FetchedDump {
  private FetchedDump() {}

  /** Writes the file. */
  interface Copying {
    void run() throws IOException, StoreFailure;
  }

  /**
   * Copies and checks; whatever goes wrong, nobody finds half a dump.
   *
   * @param target the file that is written
   */
  static void check(Path target, Manifest manifest, Location from, Copying copying)
      throws IOException, StoreFailure {
    boolean good = false;
    try {
      copying.run();
      Fingerprint.of(target).mustBe(Fingerprint.of(manifest), from);
      good = true;
    } finally {
      if (!good) {
        Files.deleteIfExists(target);
      }
    }
  }

  static StoreFailure noBackup(Location location) {
    return new StoreFailure(
        Reason.BACKUP_NOT_FOUND,
        "there is no %s at %s, so it is no backup: it was removed, or the place is wrong; ask anew with another"
            .formatted(ManifestJson.FILE, location.text()));
  }
}
