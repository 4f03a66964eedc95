package io.schemamigration.plan;

import java.util.Map;
import java.util.OptionalLong;
import java.util.Set;

/**
 * What the ledger has for a request.
 *
 * @param stored the undo texts that were stored when the files were applied, by hash
 * @param undone what was undone for this very request
 */
public record UndoBooks(Map<String, Stored> stored, Set<String> undone) {
  /** Nothing. */
  public static final UndoBooks NONE = new UndoBooks(Map.of(), Set.of());

  /**
   * An undo file as it was when its migration was applied.
   *
   * @param sequence empty where the file's number is not known
   * @param undo its text
   */
  public record Stored(OptionalLong sequence, Script.Undo undo) {}
}
