package io.schemamigration.backup;

import java.nio.file.Path;
import java.util.Map;

/** What the containers that work on a store have in common: settings, the store, a result. */
final class StoreStep {
  private StoreStep() {}

  /** What such a container is told. */
  interface Settings {
    /** Where the backup is, or will be. */
    StorePlace store();

    /** The file for the result. */
    Path termination();
  }

  /** What it does. */
  interface Work<T> {
    JobResult on(T settings, Store store) throws StoreFailure;
  }

  /**
   * Does it as the environment says, and writes the result to the termination file.
   *
   * @param variable that holds the settings as JSON
   * @return the same
   */
  static <T extends Settings> JobResult run(
      String variable, Class<T> type, Map<String, String> environment, Work<T> work) {
    T settings;
    try {
      settings = Json.settings(variable, environment.get(variable), type);
    } catch (StoreFailure e) {
      return Termination.USUAL.after(
          () -> {
            throw e;
          });
    }
    return new Termination(settings.termination())
        .after(
            () -> {
              try (Store store = settings.store().open(environment)) {
                return work.on(settings, store);
              }
            });
  }
}
