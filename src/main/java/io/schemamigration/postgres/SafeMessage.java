package io.schemamigration.postgres;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.postgresql.util.ServerErrorMessage;

/**
 * A server's message without row values; DETAIL, CONTEXT and QUERY are never taken. The messages of
 * classes 22 and 23 have values in places that differ by message and by the server's language, so
 * they are said in other words: by the condition's name, and by the names of constraint, table and
 * column. So are those of class 08, which quote another server's host and user.
 */
final class SafeMessage {
  private static final String QUOTES = "\"«»„“”";

  /** A literal where the parser stopped: it may be a password. */
  private static final Pattern LITERAL =
      Pattern.compile("(?s)[" + QUOTES + "]\\s*(?:[EeBbXxNnUu]&?)?['$].*");

  /** A name may have quotes inside, but none before a letter ends it. */
  private static final Pattern QUOTED =
      Pattern.compile("(?s)([" + QUOTES + "])(.*?)([" + QUOTES + "])(?![\\p{L}\\p{N}_])");

  /** A name that no quotes are around; what is in quotes was looked at before. */
  private static final Pattern AFTER_COLON = Pattern.compile("(?s)(: )([^" + QUOTES + "]+)()$");

  private static final Pattern WORD = Pattern.compile("[\\p{L}\\p{N}_]+");

  /** Where the server reads statements. Types read their values elsewhere with the same 42601. */
  private static final Pattern PARSER =
      Pattern.compile(
          "(?:pl_)?(?:scan\\.l|gram\\.y|scanner\\.c)|parser\\.c|parse_\\w+\\.c|analyze\\.c");

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

  /**
   * What may be told.
   *
   * @param sql the text that was sent: what stands in it is nothing that a row alone could tell
   */
  static String of(ServerErrorMessage error, String sql) {
    String state = error.getSQLState() == null ? "" : error.getSQLState();
    if (state.startsWith("22")) {
      return DATA.getOrDefault(state, "a value does not fit");
    }
    if (state.startsWith("23")) {
      return violated(state) + names(error);
    }
    if (state.startsWith("08") || publisher(error)) {
      return "the connection that it makes to another server fails";
    }
    String message = error.getMessage() == null ? "no message" : error.getMessage();
    return switch (state) {
      case "42601" -> syntax(error, message, sql);
      // The command of a COPY .. PROGRAM is a literal.
      case "38000" -> QUOTED.matcher(message).replaceAll("$1…$3");
      case "42602", "42703", "42704", "42883", "42P01", "3F000" -> named(error, message, sql);
      default -> message;
    };
  }

  /** Before PostgreSQL 15 a subscription's fault has the SQLSTATE of an internal error. */
  private static boolean publisher(ServerErrorMessage error) {
    return "XX000".equals(error.getSQLState())
        && List.of("subscriptioncmds.c", "libpqwalreceiver.c")
            .contains(Objects.toString(error.getFile(), ""));
  }

  /** The error has a position even where the text is a row's, as with {@code regtype}. */
  private static String syntax(ServerErrorMessage error, String message, String sql) {
    boolean plain = message.chars().noneMatch(c -> c == ':' || QUOTES.indexOf(c) >= 0);
    boolean parser = PARSER.matcher(Objects.toString(error.getFile(), "")).matches();
    return plain || parser && error.getPosition() > 0
        ? known(LITERAL.matcher(message).replaceFirst("…"), QUOTED, sql)
        : "a text in it has a wrong syntax";
  }

  /**
   * A cast to {@code regclass} finds no table of a row's value. With a position it is of the
   * statement, or of one that a function made; settings are named by code.
   */
  private static String named(ServerErrorMessage error, String message, String sql) {
    boolean positioned = error.getPosition() > 0 || error.getInternalPosition() > 0;
    return positioned || "guc.c".equals(error.getFile())
        ? message
        : known(known(message, QUOTED, sql), AFTER_COLON, sql);
  }

  /** The message; what it names, and the text does not, is left out. */
  private static String known(String message, Pattern names, String sql) {
    Set<String> words = words(sql);
    return names
        .matcher(message)
        .replaceAll(
            name ->
                Matcher.quoteReplacement(
                    words.containsAll(words(name.group(2)))
                        ? name.group()
                        : name.group(1) + "…" + name.group(3)));
  }

  private static Set<String> words(String text) {
    return WORD.matcher(text.toLowerCase(Locale.ROOT))
        .results()
        .map(MatchResult::group)
        .collect(Collectors.toSet());
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
