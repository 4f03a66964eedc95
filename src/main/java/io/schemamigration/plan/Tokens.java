package io.schemamigration.plan;

import java.util.ArrayList;
import java.util.List;

/**
 * The first tokens of one statement: enough to know what it is, not to parse it. Words are kept in
 * upper case, all else as written, so that a quoted name never looks like a keyword.
 */
final class Tokens {
  /** No rule looks further, and an INSERT of a million rows must not be kept. */
  private static final int MOST = 64;

  /** A name of 63 characters, each of them a doubled quote, in quotes. */
  private static final int LONGEST = 128;

  private final List<String> outside = new ArrayList<>();
  private final List<String> inside = new ArrayList<>();

  void add(SqlLexer lexer, String text, boolean inParentheses) {
    List<String> list = inParentheses ? inside : outside;
    if (list.size() < MOST) {
      int end = Math.min(lexer.end(), lexer.start() + LONGEST);
      String token = text.substring(lexer.start(), end);
      list.add(lexer.kind() == SqlLexer.Kind.WORD ? upper(token) : token);
    }
  }

  boolean isEmpty() {
    return outside.isEmpty();
  }

  /** The token outside parentheses at this place; empty behind the last. */
  String at(int index) {
    return index < outside.size() ? outside.get(index) : "";
  }

  boolean at(int index, String... anyOf) {
    return List.of(anyOf).contains(at(index));
  }

  boolean startsWith(String... words) {
    return outside.size() >= words.length
        && outside.subList(0, words.length).equals(List.of(words));
  }

  /** The tokens from one place to another as the catalogue reads them: words in lower case. */
  String text(int from, int to) {
    StringBuilder text = new StringBuilder();
    for (int i = from; i < to; i++) {
      String token = at(i);
      text.append(token.startsWith("\"") ? token : lower(token));
    }
    return text.toString();
  }

  /** The place of the first of these words, from an index on, that no dot makes a name; or -1. */
  int find(int from, String... anyOf) {
    for (int i = from; i < outside.size(); i++) {
      if (at(i, anyOf) && (i == 0 || !at(i - 1, "."))) {
        return i;
      }
    }
    return -1;
  }

  /** The place behind a name such as {@code a."b".c} that starts here. */
  int behindName(int index) {
    int i = index + 1;
    while (at(i, ".")) {
      i += 2;
    }
    return i;
  }

  /** The value of a Boolean option in parentheses; given without a value it is on. */
  boolean option(String name, boolean otherwise) {
    boolean value = otherwise;
    for (int i = 0; i < inside.size(); i++) {
      if (names(inside.get(i), name)) {
        int next = i + 1 < inside.size() && inside.get(i + 1).equals("=") ? i + 2 : i + 1;
        value = next >= inside.size() || !off(inside.get(next));
      }
    }
    return value;
  }

  boolean hasOption(String name) {
    return inside.stream().anyMatch(token -> names(token, name));
  }

  /** Whether there are parentheses in parentheses, as a call's in those of another. */
  boolean nested() {
    return inside.contains("(") || inside.size() == MOST;
  }

  /** Whether a token is this name, given in upper case, quoted or not. */
  static boolean names(String token, String name) {
    return token.equals(name) || token.equals('"' + lower(name) + '"');
  }

  /** Whether PostgreSQL reads the token as false; all it does not know counts as true. */
  static boolean off(String token) {
    String value = upper(token.replace("'", ""));
    return value.equals("0")
        || (!value.isEmpty() && ("FALSE".startsWith(value) || "NO".startsWith(value)))
        || (value.length() > 1 && "OFF".startsWith(value));
  }

  /** ASCII only, as the server does it: other languages' rules would make keywords of names. */
  static String upper(String token) {
    char[] chars = token.toCharArray();
    for (int i = 0; i < chars.length; i++) {
      if (chars[i] >= 'a' && chars[i] <= 'z') {
        chars[i] -= 32;
      }
    }
    return new String(chars);
  }

  /** ASCII only as well: what the catalogue has is what the server made of it. */
  private static String lower(String name) {
    char[] chars = name.toCharArray();
    for (int i = 0; i < chars.length; i++) {
      if (chars[i] >= 'A' && chars[i] <= 'Z') {
        chars[i] += 32;
      }
    }
    return new String(chars);
  }
}
