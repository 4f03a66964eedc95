package io.schemamigration.plan;

import java.util.Optional;

/**
 * One migration: an SQL file and, where its author wrote one, the file that undoes it.
 *
 * @param sequence the number in the file name; files run in its order (07 and 7 are the same)
 * @param hash what the tracking table records: all of the name after its second underscore
 * @param file the file's name, for messages
 * @param text the SQL, without a byte-order mark, otherwise untouched
 * @param sha256 digest of the content ({@link Digest#sha256OfContent})
 * @param undo the undo file
 */
public record Script(
    long sequence, String hash, String file, String text, String sha256, Optional<Undo> undo) {
  /** What the names of undo files begin with. */
  public static final String UNDO_PREFIX = "rollback_";

  /**
   * The file that undoes a migration.
   *
   * @param file the file's name
   * @param text the SQL
   * @param sha256 digest of the content
   */
  public record Undo(String file, String text, String sha256) {}

  /** Whether this is an undo file, which runs when its migration is rolled back. */
  public boolean undoes() {
    return file.startsWith(UNDO_PREFIX);
  }

  /** The undo file's digest, or {@code -} where there is none, as plan ids spell it. */
  String undoSha256() {
    return undo.map(Undo::sha256).orElse("-");
  }
}
