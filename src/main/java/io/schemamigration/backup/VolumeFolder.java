package io.schemamigration.backup;

import io.schemamigration.backup.StoreFailure.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;

/**
 * A backup's folder on a volume, to read from.
 *
 * @param path where it is mounted
 * @param location how messages name it
 */
record VolumeFolder(Path path, Location location) {

  Path manifestFile() {
    return path.resolve(ManifestJson.FILE);
  }

  /** Whether there is a backup, good or damaged. */
  boolean isBackup() {
    return Files.exists(manifestFile(), LinkOption.NOFOLLOW_LINKS);
  }

  Manifest manifest(BackupId id) throws IOException, StoreFailure {
    return ManifestJson.read(manifestBytes(), location.text(), id);
  }

  private byte[] manifestBytes() throws IOException {
    try (InputStream in = Files.newInputStream(manifestFile())) {
      return in.readNBytes(ManifestJson.LARGEST);
    }
  }

  /** Cheap, so no proof: a dump of that size is there. */
  void mustHaveDump(Manifest manifest) throws IOException, StoreFailure {
    Path dump = path.resolve(Store.DUMP);
    if (!Files.isRegularFile(dump)) {
      throw new StoreFailure(
          Reason.CORRUPT,
          "there is no %s at %s, only its manifest; use another backup"
              .formatted(Store.DUMP, location.text()));
    }
    new Fingerprint(Files.size(dump), manifest.sha256()).mustBe(Fingerprint.of(manifest), location);
  }

  /** Copies the dump and checks the copy. */
  Manifest copyTo(Path target) throws IOException, StoreFailure {
    if (!isBackup()) {
      throw FetchedDump.noBackup(location);
    }
    Manifest manifest = ManifestJson.read(manifestBytes(), location.text());
    mustHaveDump(manifest);
    FetchedDump.check(
        target,
        manifest,
        location,
        () -> Files.copy(path.resolve(Store.DUMP), target, StandardCopyOption.REPLACE_EXISTING));
    return manifest;
  }
}
