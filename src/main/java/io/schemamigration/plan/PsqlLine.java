package io.schemamigration.plan;

import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Lines that psql reads and the server does not know: a backslash and a command. */
final class PsqlLine {
  /** They fence a dump against commands hidden in its rows (CVE-2025-8714), and change nothing. */
  private static final Pattern FENCE = Pattern.compile("\\\\(un)?restrict\\s+\\w+\\s*");

  private static final Pattern COMMAND = Pattern.compile("\\\\(\\w*).*", Pattern.DOTALL);

  private PsqlLine() {}

  /** Whether the token is such a line that may just be left out. */
  static boolean harmless(SqlLexer lexer, String sql) {
    return lexer.kind() == SqlLexer.Kind.BACKSLASH
        && FENCE.matcher(sql.substring(lexer.start(), lexer.end())).matches();
  }

  /** What to write instead of a command. */
  static String instead(String line) {
    Matcher matcher = COMMAND.matcher(line);
    return switch (matcher.matches() ? matcher.group(1) : "") {
      case "i", "ir", "include", "include_relative" -> "Put that file's text in its place.";
      case "copy" -> "Write COPY .. FROM STDIN with the rows after it.";
      case "set", "gset", "if", "elif", "else", "endif" ->
          "Write the value itself, or a DO block that decides.";
      case "c", "connect" -> "A file belongs to one database; delete the line.";
      default -> "Delete the line.";
    };
  }
}
