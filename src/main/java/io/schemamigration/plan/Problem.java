package io.schemamigration.plan;

import java.util.Optional;

/**
 * Something wrong with the source.
 *
 * @param hash the migration it concerns: it then counts only while that file is pending, so that a
 *     legacy file that was applied long ago never blocks anybody; empty: it always counts
 * @param file the file's name
 * @param line the line, from 1; 0 where none applies
 * @param message what is wrong and what to do
 */
public record Problem(Optional<String> hash, String file, int line, String message) {

  /** {@code file:line: message}. */
  public String text() {
    return (line > 0 ? file + ":" + line : file) + ": " + message;
  }
}
