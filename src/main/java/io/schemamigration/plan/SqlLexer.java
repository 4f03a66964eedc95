package io.schemamigration.plan;

/**
 * Finds the tokens of SQL text by the rules of PostgreSQL's {@code scan.l} and psql's {@code
 * psqlscan.l}, which agree about where a token ends. Where server versions differ, the reading is
 * taken that one accepts while the others answer with a syntax error.
 *
 * <p>After {@link #next()} the methods describe the current token. The text is read once, forwards.
 */
final class SqlLexer {
  enum Kind {
    WORD,
    IDENTIFIER,
    STRING,
    NUMBER,
    SYMBOL,
    BACKSLASH,
    BYTE_ORDER_MARK
  }

  private static final String BOM = "\uFEFF";

  private final String text;
  private boolean standardStrings = true;
  private int position;
  private int start;
  private Kind kind = Kind.SYMBOL;
  private boolean ambiguous;
  private String unterminated = "";
  private int unterminatedAt;

  SqlLexer(String text) {
    this.text = text;
    this.position = text.startsWith(BOM) ? 1 : 0;
  }

  Kind kind() {
    return kind;
  }

  int start() {
    return start;
  }

  int end() {
    return position;
  }

  /** Whether the string reads differently with standard_conforming_strings on, which it is not. */
  boolean ambiguous() {
    return ambiguous;
  }

  /** What the text ended inside of; empty if it did not. */
  String unterminated() {
    return unterminated;
  }

  /** Where that began. */
  int unterminatedAt() {
    return unterminatedAt;
  }

  boolean standardStrings() {
    return standardStrings;
  }

  void standardStrings(boolean on) {
    standardStrings = on;
  }

  /** Whether the token is this single character. */
  boolean is(char symbol) {
    return kind == Kind.SYMBOL && text.charAt(start) == symbol;
  }

  /** Goes on at this offset, which lies behind the current token. */
  void skipTo(int offset) {
    position = offset;
  }

  /** Moves to the next token; false at the end of the text. */
  boolean next() {
    skipBlanks();
    start = position;
    ambiguous = false;
    if (start >= text.length()) {
      return false;
    }
    char c = text.charAt(start);
    if (text.startsWith(BOM, start)) {
      token(Kind.BYTE_ORDER_MARK, start + 1);
    } else if (c == '\'') {
      string(1, !standardStrings);
      ambiguous = !standardStrings && text.indexOf('\\', start, position) >= 0;
    } else if (prefixed("eE", "'")) {
      string(2, true);
    } else if (prefixed("bBxX", "'")) {
      string(2, false);
    } else if (prefixed("uU", "&'")) {
      string(3, false);
    } else if (c == '"') {
      quotedIdentifier(1);
    } else if (prefixed("uU", "&\"")) {
      quotedIdentifier(3);
    } else if (TokenEnds.startsWord(c)) {
      word();
    } else if (TokenEnds.digit(c) || (c == '.' && digitFollows())) {
      token(Kind.NUMBER, TokenEnds.number(text, start));
    } else if (c == '$') {
      dollar();
    } else if (c == '\\') {
      token(Kind.BACKSLASH, TokenEnds.line(text, start));
    } else {
      token(Kind.SYMBOL, start + 1);
    }
    return true;
  }

  private void skipBlanks() {
    while (position < text.length()) {
      if (TokenEnds.blank(text.charAt(position))) {
        position++;
      } else if (text.startsWith("--", position)) {
        position = TokenEnds.line(text, position);
      } else if (text.startsWith("/*", position)) {
        close("comment", position, TokenEnds.blockComment(text, position));
      } else {
        return;
      }
    }
  }

  private boolean prefixed(String letters, String quote) {
    return letters.indexOf(text.charAt(start)) >= 0 && text.startsWith(quote, start + 1);
  }

  private boolean digitFollows() {
    return start + 1 < text.length() && TokenEnds.digit(text.charAt(start + 1));
  }

  private void string(int prefix, boolean escapes) {
    kind = Kind.STRING;
    close("string", start, TokenEnds.string(text, start + prefix, escapes));
  }

  private void quotedIdentifier(int prefix) {
    kind = Kind.IDENTIFIER;
    close("quoted identifier", start, TokenEnds.quotedIdentifier(text, start + prefix));
  }

  private void word() {
    int end = TokenEnds.word(text, start);
    // A stray byte order mark is part of the word to the server. Parted here, the words around it
    // are still known when the file is refused.
    int mark = text.indexOf(BOM.charAt(0), start, end);
    token(Kind.WORD, mark < 0 ? end : mark);
  }

  /** A parameter like {@code $1}, a dollar-quoted string, or a dollar that is neither. */
  private void dollar() {
    int tag = TokenEnds.dollarTag(text, start);
    if (digitFollows()) {
      token(Kind.NUMBER, TokenEnds.digits(text, start + 1));
    } else if (tag == TokenEnds.NEVER) {
      token(Kind.SYMBOL, start + 1);
    } else {
      kind = Kind.STRING;
      int close = text.indexOf(text.substring(start, tag), tag);
      int end = close < 0 ? TokenEnds.NEVER : close + tag - start;
      close("dollar-quoted string", start, end);
    }
  }

  private void token(Kind found, int end) {
    kind = found;
    position = end;
  }

  private void close(String what, int begin, int end) {
    position = end == TokenEnds.NEVER ? text.length() : end;
    if (end == TokenEnds.NEVER) {
      unterminated = what;
      unterminatedAt = begin;
    }
  }
}
