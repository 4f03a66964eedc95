package io.schemamigration.plan;

import java.util.List;

/**
 * A wish to undo applied files.
 *
 * @param key names this request for ever: what was undone for it is never undone for it again. Word
 *     characters, dots, dashes and slashes.
 * @param undo hashes, the newest first
 * @param trackingOnly whether only their rows are removed and the schema is left as it is
 */
public record UndoRequest(String key, List<String> undo, boolean trackingOnly) {
  /** Copies the list. */
  public UndoRequest {
    if (!key.matches("[-\\w./:]{1,512}")) {
      throw new IllegalArgumentException("no key of a request: " + key);
    }
    undo = List.copyOf(undo);
  }
}
