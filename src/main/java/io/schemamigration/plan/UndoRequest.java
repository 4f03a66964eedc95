package io.schemamigration.plan;

import java.util.List;
import java.util.Optional;

/**
 * A wish to undo applied files.
 *
 * @param key names this request for ever: what was undone for it is never undone for it again. Word
 *     characters, dots, dashes and slashes.
 * @param undo hashes, the newest first
 * @param trackingOnly whether only their rows are removed and the schema is left as it is
 * @param expired whether it is too late to begin it
 */
public record UndoRequest(String key, List<String> undo, boolean trackingOnly, boolean expired)
    implements UndoQuestion {
  /** Copies the list. */
  public UndoRequest {
    if (!key.matches("[-\\w./:]{1,512}")) {
      throw new IllegalArgumentException("no key of a request: " + key);
    }
    undo = List.copyOf(undo);
  }

  /** One that does not expire. */
  public UndoRequest(String key, List<String> undo, boolean trackingOnly) {
    this(key, undo, trackingOnly, false);
  }

  /** The same as somebody sees it who knows the time. */
  public UndoRequest expired(boolean late) {
    return new UndoRequest(key, undo, trackingOnly, late);
  }

  @Override
  public List<String> hashes(History history) {
    return undo;
  }

  @Override
  public Optional<String> request() {
    return Optional.of(key);
  }
}
