package io.schemamigration.plan;

import java.util.Optional;

/**
 * What a statement with CONCURRENTLY works on: it is several transactions, so an interruption
 * leaves something behind that must be found again. Names are as the file has them, perhaps with a
 * schema.
 */
public sealed interface Concurrent {

  /**
   * CREATE INDEX CONCURRENTLY.
   *
   * @param name the index's own, as the catalogue has it
   */
  record CreateIndex(String name, String table) implements Concurrent {}

  /** DROP INDEX CONCURRENTLY. */
  record DropIndex(String name) implements Concurrent {}

  /**
   * REINDEX CONCURRENTLY.
   *
   * @param kind {@code INDEX}, {@code TABLE}, {@code SCHEMA} or {@code DATABASE}
   * @param name of that; empty for the whole database
   */
  record Reindex(String kind, String name) implements Concurrent {}

  /** ALTER TABLE .. DETACH PARTITION .. CONCURRENTLY. */
  record Detach(String table, String partition) implements Concurrent {}

  /** Empty for every other statement, and for a CREATE INDEX without a name. */
  static Optional<Concurrent> of(Tokens tokens) {
    return switch (tokens.at(0)) {
      case "CREATE" -> create(tokens);
      case "DROP" -> drop(tokens);
      case "REINDEX" -> reindex(tokens);
      case "ALTER" -> detach(tokens);
      default -> Optional.empty();
    };
  }

  private static Optional<Concurrent> create(Tokens tokens) {
    int index = tokens.at(1, "UNIQUE") ? 2 : 1;
    int name = tokens.at(index + 2, "IF") ? index + 5 : index + 2;
    if (!tokens.at(index, "INDEX")
        || !tokens.at(index + 1, "CONCURRENTLY")
        || tokens.at(name, "ON")) {
      return Optional.empty();
    }
    int table = tokens.at(name + 2, "ONLY") ? name + 3 : name + 2;
    return Optional.of(new CreateIndex(unquoted(tokens.text(name, name + 1)), name(tokens, table)));
  }

  private static Optional<Concurrent> drop(Tokens tokens) {
    if (!tokens.startsWith("DROP", "INDEX", "CONCURRENTLY")) {
      return Optional.empty();
    }
    return Optional.of(new DropIndex(name(tokens, tokens.at(3, "IF") ? 5 : 3)));
  }

  private static Optional<Concurrent> reindex(Tokens tokens) {
    int kind = tokens.at(1, "(") ? 3 : 1;
    boolean word = tokens.at(kind + 1, "CONCURRENTLY");
    if (!word && !tokens.option("CONCURRENTLY", false)) {
      return Optional.empty();
    }
    int name = word ? kind + 2 : kind + 1;
    return Optional.of(
        new Reindex(tokens.at(kind), tokens.at(name, "", ";") ? "" : name(tokens, name)));
  }

  private static Optional<Concurrent> detach(Tokens tokens) {
    int detach = tokens.find(2, "DETACH");
    if (!tokens.at(1, "TABLE") || detach < 0 || !tokens.at(detach + 1, "PARTITION")) {
      return Optional.empty();
    }
    if (!tokens.at(tokens.behindName(detach + 2), "CONCURRENTLY")) {
      return Optional.empty();
    }
    int table = tokens.at(2, "IF") ? 4 : 2;
    table += tokens.at(table, "ONLY") ? 1 : 0;
    return Optional.of(new Detach(name(tokens, table), name(tokens, detach + 2)));
  }

  private static String name(Tokens tokens, int from) {
    return tokens.text(from, tokens.behindName(from));
  }

  private static String unquoted(String name) {
    return name.startsWith("\"")
        ? name.substring(1, name.length() - 1).replace("\"\"", "\"")
        : name;
  }
}
