package io.schemamigration.plan;

/**
 * Where the tokens of SQL end: each method takes an offset at or inside a token and gives the
 * offset behind it, or {@link #NEVER} if the text ends first.
 */
final class TokenEnds {
  static final int NEVER = -1;

  private TokenEnds() {}

  /** The next line end, or the end of the text; a lone {@code \r} ends a line, as in scan.l. */
  static int line(String text, int from) {
    int at = from;
    while (at < text.length() && text.charAt(at) != '\n' && text.charAt(at) != '\r') {
      at++;
    }
    return at;
  }

  static int blockComment(String text, int from) {
    int depth = 0;
    int at = from;
    while (at < text.length()) {
      if (text.startsWith("/*", at)) {
        depth++;
        at += 2;
      } else if (text.startsWith("*/", at)) {
        at += 2;
        if (--depth == 0) {
          return at;
        }
      } else {
        at++;
      }
    }
    return NEVER;
  }

  /** From behind the opening quote. */
  static int string(String text, int from, boolean escapes) {
    int at = from;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (c == '\\' && escapes) {
        at += 2;
      } else if (c != '\'') {
        at++;
      } else if (text.startsWith("'", at + 1)) {
        at += 2;
      } else {
        // SQL joins strings that only a line break parts, and the rest keeps the escapes of the
        // first. Without escapes the rest reads the same as a string of its own.
        int rest = escapes ? continuation(text, at + 1) : NEVER;
        if (rest == NEVER) {
          return at + 1;
        }
        at = rest;
      }
    }
    return NEVER;
  }

  /** The offset inside the next part of a string, if it goes on after a line break. */
  private static int continuation(String text, int from) {
    boolean newLine = false;
    int at = from;
    while (at < text.length()) {
      char c = text.charAt(at);
      if (blank(c)) {
        newLine |= c == '\n' || c == '\r';
        at++;
      } else if (text.startsWith("--", at)) {
        at = line(text, at);
      } else {
        return newLine && c == '\'' ? at + 1 : NEVER;
      }
    }
    return NEVER;
  }

  /** From behind the opening quote. */
  static int quotedIdentifier(String text, int from) {
    int close = text.indexOf('"', from);
    while (close >= 0 && text.startsWith("\"", close + 1)) {
      close = text.indexOf('"', close + 2);
    }
    return close < 0 ? NEVER : close + 1;
  }

  /** A dollar belongs to a word that it does not start. */
  static int word(String text, int from) {
    int at = from;
    while (at < text.length() && (inTag(text.charAt(at)) || text.charAt(at) == '$')) {
      at++;
    }
    return at;
  }

  /** The end of the tag {@code $tag$} that starts here; NEVER if none does. */
  static int dollarTag(String text, int from) {
    int at = from + 1;
    if (at < text.length() && startsWord(text.charAt(at))) {
      while (at < text.length() && inTag(text.charAt(at))) {
        at++;
      }
    }
    return text.startsWith("$", at) ? at + 1 : NEVER;
  }

  /** The exponent counts, for a dollar quote may follow it at once: {@code 1e5$$}. */
  static int number(String text, int from) {
    int at = digits(text, from);
    if (text.startsWith(".", at) && !text.startsWith("..", at)) {
      at = digits(text, at + 1);
    }
    if (at < text.length() && (text.charAt(at) | 0x20) == 'e') {
      boolean signed = text.startsWith("+", at + 1) || text.startsWith("-", at + 1);
      int exponent = at + (signed ? 2 : 1);
      int end = digits(text, exponent);
      at = end > exponent ? end : at;
    }
    return at;
  }

  static int digits(String text, int from) {
    int at = from;
    while (at < text.length() && digit(text.charAt(at))) {
      at++;
    }
    return at;
  }

  static boolean blank(char c) {
    return c == ' ' || (c >= '\t' && c <= '\r');
  }

  static boolean digit(char c) {
    return c >= '0' && c <= '9';
  }

  static boolean startsWord(char c) {
    return (c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || c == '_' || c >= 0x80;
  }

  private static boolean inTag(char c) {
    return startsWord(c) || digit(c);
  }
}
