package io.schemamigration.plan;

import java.util.Set;

/**
 * Tells files that surely only create what was not there. Whatever is not known to be harmless is
 * not: a backup too many costs minutes. What triggers do, and rules, operators, casts or functions
 * in defaults and checks that somebody defined, no text tells; a file that defines one is not
 * additive.
 */
public final class Additive {
  /** Commands that change no row and no object that was there before, as long as nothing is odd. */
  private static final Set<String> COMMANDS =
      Set.of(
          "CREATE TABLE",
          "CREATE INDEX",
          "CREATE INDEX CONCURRENTLY",
          "CREATE SCHEMA",
          "CREATE SEQUENCE",
          "CREATE TYPE",
          "INSERT",
          "SET");

  /** What a statement may be set to without another meaning of those after it. */
  private static final Set<String> SETTINGS =
      Set.of(
          "CHECK_FUNCTION_BODIES",
          "CLIENT_ENCODING",
          "CLIENT_MIN_MESSAGES",
          "DEFAULT_TABLESPACE",
          "IDLE_IN_TRANSACTION_SESSION_TIMEOUT",
          "LOCK_TIMEOUT",
          "MAINTENANCE_WORK_MEM",
          "STANDARD_CONFORMING_STRINGS",
          "STATEMENT_TIMEOUT",
          "TRANSACTION_TIMEOUT",
          "WORK_MEM");

  private static final Set<String> QUERIES =
      Set.of("CONFLICT", "RETURNING", "SELECT", "TABLE", "WITH");

  private Additive() {}

  /** Whether all that a plan runs only adds. Undoing never does. */
  public static boolean surely(Plan.Change change) {
    return switch (change) {
      case Plan.Record books -> true;
      case Plan.Apply apply -> apply.scripts().stream().allMatch(s -> surely(s.text()));
      case Plan.Undo undo -> undo.trackingOnly();
    };
  }

  static boolean surely(String sql) {
    return SqlSplitter.split(sql).statements().stream()
        .allMatch(s -> COMMANDS.contains(s.command()) && harmless(sql, s));
  }

  private static boolean harmless(String sql, Statement statement) {
    String text = sql.substring(statement.start(), statement.end());
    boolean standardStrings = statement.standardStrings();
    return switch (statement.command()) {
      case "SET" -> SETTINGS.contains(new StatementWords(text, standardStrings).setting());
      case "CREATE SCHEMA" -> lacks(text, standardStrings, Set.of("CREATE", "GRANT"), Set.of());
      // Defaults and checks run with rows, and there are none yet, unless it is filled or joins.
      case "CREATE TABLE" -> lacks(text, standardStrings, Set.of(), Set.of("AS", "OF", "INHERITS"));
      case "CREATE INDEX", "CREATE INDEX CONCURRENTLY" ->
          new StatementWords(text, standardStrings).callsNothing("WHERE", false);
      // It may update on a conflict, and a query in it may call or delete.
      case "INSERT" ->
          lacks(text, standardStrings, QUERIES, Set.of())
              && new StatementWords(text, standardStrings).callsNothing("VALUES", true);
      default -> true;
    };
  }

  private static boolean lacks(
      String text, boolean standardStrings, Set<String> none, Set<String> noneOutside) {
    return new StatementWords(text, standardStrings).none(none, noneOutside);
  }
}
