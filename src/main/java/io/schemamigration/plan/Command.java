package io.schemamigration.plan;

import java.util.List;
import java.util.Map;
import java.util.Set;

/** Names a statement close to PostgreSQL's command tag, from its first words. */
final class Command {
  /** Words between the verb and the kind of object that the command tag leaves out. */
  private static final Set<String> MODIFIERS =
      Set.of(
          "OR",
          "REPLACE",
          "GLOBAL",
          "LOCAL",
          "TEMP",
          "TEMPORARY",
          "UNLOGGED",
          "UNIQUE",
          "RECURSIVE",
          "TRUSTED",
          "PROCEDURAL",
          "CONSTRAINT");

  /** Kinds of object with more than one word, the longer first. */
  private static final List<List<String>> LONG_KINDS =
      List.of(
          List.of("ACCESS", "METHOD"),
          List.of("DEFAULT", "CONVERSION"),
          List.of("DEFAULT", "PRIVILEGES"),
          List.of("EVENT", "TRIGGER"),
          List.of("FOREIGN", "DATA", "WRAPPER"),
          List.of("FOREIGN", "TABLE"),
          List.of("INDEX", "CONCURRENTLY"),
          List.of("LARGE", "OBJECT"),
          List.of("MATERIALIZED", "VIEW"),
          List.of("OPERATOR", "CLASS"),
          List.of("OPERATOR", "FAMILY"),
          List.of("TEXT", "SEARCH", "CONFIGURATION"),
          List.of("TEXT", "SEARCH", "DICTIONARY"),
          List.of("TEXT", "SEARCH", "PARSER"),
          List.of("TEXT", "SEARCH", "TEMPLATE"),
          List.of("USER", "MAPPING"));

  /** Commands of two or three words; by their first one. */
  private static final Map<String, List<List<String>>> LONG_COMMANDS =
      Map.of(
          "CLOSE", List.of(List.of("CLOSE", "ALL")),
          "COMMIT", List.of(List.of("COMMIT", "PREPARED")),
          "DISCARD", List.of(List.of("DISCARD", "ALL")),
          "IMPORT", List.of(List.of("IMPORT", "FOREIGN", "SCHEMA")),
          "PREPARE", List.of(List.of("PREPARE", "TRANSACTION")),
          "REASSIGN", List.of(List.of("REASSIGN", "OWNED")),
          "REFRESH", List.of(List.of("REFRESH", "MATERIALIZED", "VIEW")),
          "ROLLBACK", List.of(List.of("ROLLBACK", "PREPARED"), List.of("ROLLBACK", "TO")),
          "SECURITY", List.of(List.of("SECURITY", "LABEL")),
          "START", List.of(List.of("START", "TRANSACTION")));

  private Command() {}

  static String of(Tokens tokens) {
    String verb = tokens.at(0);
    if (verb.equals("(")) {
      return "SELECT"; // nothing else may stand in parentheses
    }
    if (!isWord(verb)) {
      return "";
    }
    return switch (verb) {
      case "CREATE", "ALTER", "DROP" -> verb + kind(tokens);
      case "LOCK", "TRUNCATE" -> verb + " TABLE";
      default ->
          LONG_COMMANDS.getOrDefault(verb, List.of()).stream()
              .filter(words -> tokens.startsWith(words.toArray(String[]::new)))
              .findFirst()
              .map(words -> String.join(" ", words))
              .orElse(verb);
    };
  }

  private static String kind(Tokens tokens) {
    int first = 1;
    while (MODIFIERS.contains(tokens.at(first))) {
      first++;
    }
    for (List<String> kind : LONG_KINDS) {
      int at = first;
      while (at - first < kind.size() && kind.get(at - first).equals(tokens.at(at))) {
        at++;
      }
      if (at - first == kind.size()) {
        // CREATE DEFAULT CONVERSION is tagged CREATE CONVERSION; ALTER DEFAULT PRIVILEGES is not.
        return " " + (kind.contains("CONVERSION") ? "CONVERSION" : String.join(" ", kind));
      }
    }
    return isWord(tokens.at(first)) ? " " + tokens.at(first) : "";
  }

  private static boolean isWord(String token) {
    return !token.isEmpty() && TokenEnds.startsWord(token.charAt(0));
  }
}
