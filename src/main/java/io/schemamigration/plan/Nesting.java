package io.schemamigration.plan;

import io.schemamigration.plan.Split.Problem;
import java.util.Optional;

/** Knows where a semicolon ends no statement: in parentheses and in BEGIN ATOMIC .. END. */
final class Nesting {
  private int parentheses;
  private int parenthesisLine;
  private boolean atomic;
  private int beginLine;
  private String previous = "";

  boolean inParentheses() {
    return parentheses > 0;
  }

  boolean endsStatement(SqlLexer lexer) {
    return lexer.is(';') && parentheses == 0 && !atomic;
  }

  /** To be called before the token is looked at. */
  void close(SqlLexer lexer) {
    // One closed too many is the server's to refuse: it hides nothing.
    if (lexer.is(')') && parentheses > 0) {
      parentheses--;
    }
  }

  /** To be called after the token is added to those of its statement. */
  void open(SqlLexer lexer, String text, int line, Tokens tokens) {
    if (parentheses == 0) {
      body(word(lexer, text), line, tokens);
    }
    if (lexer.is('(') && parentheses++ == 0) {
      parenthesisLine = line;
    }
  }

  private void body(String word, int line, Tokens tokens) {
    if (word.equals("BEGIN")) {
      beginLine = atomic ? beginLine : line;
    } else if (word.equals("ATOMIC") && previous.equals("BEGIN")) {
      atomic |= createsRoutine(tokens);
    } else if (word.equals("END") && (previous.equals(";") || previous.equals("ATOMIC"))) {
      atomic = false;
    }
    previous = word;
  }

  /** The token if it matters here, in upper case. */
  private static String word(SqlLexer lexer, String text) {
    boolean matters =
        lexer.is(';')
            || (lexer.kind() == SqlLexer.Kind.WORD
                && lexer.end() - lexer.start() <= "ATOMIC".length());
    return matters ? Tokens.upper(text.substring(lexer.start(), lexer.end())) : "";
  }

  private static boolean createsRoutine(Tokens tokens) {
    int kind = tokens.at(1, "OR") && tokens.at(2, "REPLACE") ? 3 : 1;
    return tokens.at(0, "CREATE") && tokens.at(kind, "FUNCTION", "PROCEDURE");
  }

  /** What is still open when the text is over. */
  Optional<Problem> stillOpen() {
    if (parentheses > 0) {
      return Optional.of(
          new Problem(parenthesisLine, "A parenthesis opens here and is never closed. Close it."));
    }
    return atomic
        ? Optional.of(
            new Problem(
                beginLine,
                "BEGIN ATOMIC starts a function body here that never ends. Write END; after its"
                    + " last statement, which itself ends with a semicolon."))
        : Optional.empty();
  }
}
