package io.schemamigration.backup;

import java.io.IOException;
import java.nio.file.Path;

/** The folders that a command makes on this machine. */
final class LocalFiles {
  private LocalFiles() {}

  /** Removes a folder of our own making; what cannot be removed stays. */
  static void delete(Path folder) {
    if (folder == null) {
      return;
    }
    try {
      Disk.REAL.deleteTree(folder);
    } catch (IOException e) {
      // It is the user's own folder, or the temporary one: nothing depends on it.
      return;
    }
  }
}
