package io.schemamigration.plan;

import java.util.Optional;

/**
 * The index that CREATE or DROP INDEX CONCURRENTLY names.
 *
 * @param name for CREATE the index's own name, as the catalogue has it; for DROP as the file has
 *     it, perhaps with a schema
 * @param table for CREATE the table as the file names it; empty for DROP
 */
public record ConcurrentIndex(String name, Optional<String> table) {

  /** Empty for every other statement, and for a CREATE without a name. */
  static Optional<ConcurrentIndex> of(Tokens tokens) {
    if (tokens.startsWith("DROP", "INDEX", "CONCURRENTLY")) {
      int name = tokens.startsWith("DROP", "INDEX", "CONCURRENTLY", "IF", "EXISTS") ? 5 : 3;
      return Optional.of(
          new ConcurrentIndex(tokens.text(name, tokens.behindName(name)), Optional.empty()));
    }
    int index = tokens.at(1, "UNIQUE") ? 2 : 1;
    boolean creates =
        tokens.at(0, "CREATE") && tokens.at(index, "INDEX") && tokens.at(index + 1, "CONCURRENTLY");
    int name = tokens.at(index + 2, "IF") ? index + 5 : index + 2;
    if (!creates || tokens.at(name, "ON")) {
      return Optional.empty();
    }
    int table = tokens.at(name + 2, "ONLY") ? name + 3 : name + 2;
    return Optional.of(
        new ConcurrentIndex(
            unquoted(tokens.text(name, name + 1)),
            Optional.of(tokens.text(table, tokens.behindName(table)))));
  }

  private static String unquoted(String name) {
    return name.startsWith("\"")
        ? name.substring(1, name.length() - 1).replace("\"\"", "\"")
        : name;
  }
}
