package io.schemamigration.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.postgresql.util.ServerErrorMessage;

/**
 * A server's message without row values; DETAIL, CONTEXT and QUERY are never taken. The messages of
 * classes 22 and 23 have values in places that differ by message and by the server's language, so
 * they are said in other words: by the condition's name, and by the names of constraint, table and
 * column.
 */
final class SafeMessage {
  /** A literal where the parser stopped: it may be a password. */
  private static final Pattern LITERAL =
      Pattern.compile("(?s)[\"«„“]\\s*(?:[EeBbXxNnUu]&?)?['$].*");

  /** Appendix A of PostgreSQL's manual; what files meet most. */
  private static final Map<String, String> DATA =
      Map.ofEntries(
          Map.entry("22001", "a value is too long for its type"),
          Map.entry("22003", "a number is out of range for its type"),
          Map.entry("22004", "null is not allowed here"),
          Map.entry("22007", "a text is no date or time of the expected form"),
          Map.entry("22008", "a date or time is out of range"),
          Map.entry("22012", "division by zero"),
          Map.entry("22021", "a byte sequence is not valid in the encoding"),
          Map.entry("22023", "a parameter has a value that is not allowed"),
          Map.entry("22025", "an escape sequence is not valid"),
          Map.entry("2201B", "a regular expression is not valid"),
          Map.entry("22P02", "a text is no value of its type"),
          Map.entry("22P04", "COPY data has a wrong form"),
          Map.entry("22P05", "a character has no equivalent in the other encoding"),
          Map.entry("22032", "a text is no JSON"));

  private SafeMessage() {}

  static String of(ServerErrorMessage error) {
    String state = error.getSQLState() == null ? "" : error.getSQLState();
    if (state.startsWith("22")) {
      return DATA.getOrDefault(state, "a value does not fit");
    }
    if (state.startsWith("23")) {
      return violated(state) + names(error);
    }
    String message = error.getMessage() == null ? "no message" : error.getMessage();
    return state.equals("42601") ? LITERAL.matcher(message).replaceFirst("…") : message;
  }

  private static String violated(String state) {
    return switch (state) {
      case "23502" -> "null in a column that is NOT NULL";
      case "23503" -> "a row that a foreign key forbids";
      case "23505" -> "a duplicate of a unique key";
      case "23514" -> "a row that a check forbids";
      case "23P01" -> "a row that an exclusion constraint forbids";
      default -> "a row that a constraint forbids";
    };
  }

  private static String names(ServerErrorMessage error) {
    List<String> names = new ArrayList<>();
    add(names, "constraint", error.getConstraint());
    add(names, "column", error.getColumn());
    add(names, "table", error.getTable());
    return names.isEmpty() ? "" : ": " + String.join(", ", names);
  }

  private static void add(List<String> names, String kind, String name) {
    if (name != null) {
      names.add(kind + " " + name);
    }
  }
}
