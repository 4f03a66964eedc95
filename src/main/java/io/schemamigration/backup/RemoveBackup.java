package io.schemamigration.backup;

import java.util.Map;
import java.util.Optional;

/** What the container {@code remove} does: removes one backup, and no other of its name. */
public final class RemoveBackup {
  private final RemoveSettings settings;
  private final Store store;

  RemoveBackup(RemoveSettings settings, Store store) {
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
        RemoveSettings.VARIABLE,
        RemoveSettings.class,
        environment,
        (settings, store) -> new RemoveBackup(settings, store).run());
  }

  JobResult.Removed run() throws StoreFailure {
    BackupId id = settings.id();
    Optional<Manifest> there = store.manifest(id); // one whose dump is damaged goes as well
    boolean another = there.filter(m -> !settings.mean(m)).isPresent();
    if (!another) {
      store.delete(id); // also what an earlier try left of it
    }
    if (settings.sha256().isEmpty()) {
      store.discard(id); // its Job may have been ended on the way
    }
    return new JobResult.Removed(store.location(id).text());
  }
}
