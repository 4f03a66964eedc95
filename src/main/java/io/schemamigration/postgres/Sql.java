package io.schemamigration.postgres;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The SQL that stands in files of its own beside these classes. */
final class Sql {
  private static final Pattern PLACEHOLDER = Pattern.compile("\\{([a-z_0-9]+)}");

  private Sql() {}

  /** The whole file as one statement. */
  static String text(String file) {
    try (InputStream in = Sql.class.getResourceAsStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** The statements of a file that has one a line; comment lines are left out. */
  static List<String> lines(String file) {
    return text(file).lines().filter(line -> !line.isBlank() && !line.startsWith("--")).toList();
  }

  /** Puts values in the place of {@code {names}}, in one pass: a value is never read again. */
  static String fill(String template, Map<String, String> values) {
    Matcher matcher = PLACEHOLDER.matcher(template);
    StringBuilder filled = new StringBuilder();
    while (matcher.find()) {
      String value = values.get(matcher.group(1));
      if (value == null) {
        throw new IllegalArgumentException("no value for " + matcher.group());
      }
      matcher.appendReplacement(filled, Matcher.quoteReplacement(value));
    }
    return matcher.appendTail(filled).toString();
  }

  /** A string literal for our own identifiers and names, safe whatever the session's settings. */
  static String literal(String text) {
    return "'" + text.replace("'", "''") + "'";
  }
}
