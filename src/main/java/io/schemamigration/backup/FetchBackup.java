package io.schemamigration.backup;

import io.schemamigration.backup.StoreFailure.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;

/** What the container {@code fetch} does: copies a dump out of a store and proves it. */
public final class FetchBackup {
  private final FetchSettings settings;
  private final Store store;

  FetchBackup(FetchSettings settings, Store store) {
    this.settings = settings;
    this.store = store;
  }

  /**
   * Does it as the environment says, and writes the result to the termination file.
   *
   * @return the same
   */
  public static JobResult run(Map<String, String> environment) {
    return StoreStep.run(
        FetchSettings.VARIABLE,
        FetchSettings.class,
        environment,
        (settings, store) -> new FetchBackup(settings, store).run());
  }

  JobResult.Fetched run() throws StoreFailure {
    Location from = Location.parse(settings.location());
    Path dump = settings.target().resolve(Store.DUMP);
    Manifest manifest = store.fetch(from, dump);
    return VolumeErrors.during(
        "writing beside the copy of " + from.text(),
        () -> {
          if (settings.sha256().isPresent() && !settings.sha256().get().equals(manifest.sha256())) {
            Files.deleteIfExists(dump);
            throw new StoreFailure(
                Reason.CORRUPT,
                "the dump at %s is not the one that the DatabaseBackup tells of; use another backup"
                    .formatted(from.text()));
          }
          writeNotes(manifest);
          return new JobResult.Fetched(
              manifest.bytes(),
              manifest.sha256(),
              BackupId.of(manifest).folder().path(),
              manifest.database(),
              manifest.serverVersion(),
              manifest.finished());
        });
  }

  /** For a shell, which reads no JSON. */
  private void writeNotes(Manifest manifest) throws IOException {
    Path folder = settings.target();
    Files.write(folder.resolve(ManifestJson.FILE), ManifestJson.write(manifest));
    Files.writeString(folder.resolve(WorkFolder.ROWS), WorkFolder.text(manifest.tables()));
    Files.writeString(
        folder.resolve("history"),
        manifest.history().schema() + "\n" + manifest.history().table() + "\n");
    Path covers = folder.resolve("covers");
    Files.deleteIfExists(covers);
    if (manifest.covers().isPresent()) {
      Files.writeString(covers, manifest.covers().get().hash() + "\n");
    }
  }
}
