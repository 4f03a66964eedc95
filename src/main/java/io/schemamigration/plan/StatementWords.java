package io.schemamigration.plan;

import java.util.Set;

/** Reads one statement to its end, as a stream: an INSERT may have a million rows. Used once. */
final class StatementWords {
  /** What may stand before a parenthesis: keywords, types, and functions that change nothing. */
  private static final Set<String> HARMLESS =
      Set.of(
          ("ALL AND ANY ARRAY BETWEEN CASE ELSE ILIKE IN IS LIKE NOT OR ROW SOME THEN VALUES WHEN"
                  + " BIT CHAR CHARACTER DECIMAL FLOAT INTERVAL NUMERIC TIME TIMESTAMP TIMESTAMPTZ"
                  + " VARCHAR VARYING"
                  + " CAST COALESCE CONCAT CURRVAL DATE_TRUNC DECODE ENCODE EXTRACT GREATEST LEAST"
                  + " GEN_RANDOM_UUID JSONB_BUILD_ARRAY JSONB_BUILD_OBJECT JSON_BUILD_OBJECT LENGTH"
                  + " LOWER MD5 NEXTVAL NOW NULLIF SHA256 TO_DATE TO_TIMESTAMP TO_TSVECTOR TRIM"
                  + " UPPER")
              .split(" "));

  private final SqlLexer lexer;
  private final String text;
  private int depth;
  private boolean first = true;

  StatementWords(String text, boolean standardStrings) {
    this.text = text;
    this.lexer = new SqlLexer(text);
    lexer.standardStrings(standardStrings);
  }

  private boolean next() {
    if (!lexer.next()) {
      return false;
    }
    depth -= lexer.is(')') ? 1 : 0;
    return true;
  }

  private String token() {
    String token = text.substring(lexer.start(), lexer.end());
    return lexer.kind() == SqlLexer.Kind.WORD ? Tokens.upper(token) : token;
  }

  /** The parameter that a SET statement sets. */
  String setting() {
    next();
    String word = "SET";
    while (Set.of("SET", "LOCAL", "SESSION").contains(word) && next()) {
      word = token();
    }
    return word;
  }

  /** Whether these keywords are nowhere behind the first one, and those not outside parentheses. */
  boolean none(Set<String> anywhere, Set<String> outside) {
    while (next()) {
      boolean word = lexer.kind() == SqlLexer.Kind.WORD;
      if (word && !first && anywhere.contains(token())) {
        return false;
      }
      if (word && depth == 0 && outside.contains(token())) {
        return false;
      }
      depth += lexer.is('(') ? 1 : 0;
      first = false;
    }
    return true;
  }

  /**
   * Whether no function is called but those that change nothing.
   *
   * @param from the keyword outside parentheses from which on there are expressions; before it
   *     there are only within them
   * @param names whether a name with a dot is that of a type; a column's may call a function
   */
  boolean callsNothing(String from, boolean names) {
    boolean expressions = false;
    String last = "";
    String before = ""; // what stands before a name's last dot
    boolean dotted = false;
    while (next()) {
      String token = token();
      boolean inside = expressions || depth > 0;
      if (lexer.is('(')) {
        boolean qualified = dotted && !before.equals("PG_CATALOG");
        if (inside && name(last) && (qualified || !HARMLESS.contains(last))) {
          return false;
        }
        depth++;
      } else if (lexer.is('.')) {
        boolean known = names ? name(last) : last.equals("PG_CATALOG");
        if (inside && !known) {
          return false; // (a).f is f(a)
        }
        before = last;
      } else if (depth == 0 && token.equals(from)) {
        expressions = true;
      }
      dotted = last.equals(".");
      last = token;
    }
    return true;
  }

  private static boolean name(String token) {
    return !token.isEmpty()
        && (token.charAt(0) == '"'
            || token.startsWith("U&\"")
            || token.startsWith("u&\"")
            || TokenEnds.startsWord(token.charAt(0)));
  }
}
