package io.schemamigration.plan;

import java.util.Locale;

/**
 * A digest of what a file says to the server: its tokens, without comments and white space. Two
 * texts with the same one differ in nothing that a server can see.
 */
public final class SqlDigest {
  private SqlDigest() {}

  /** The digest; of the whole text where a token cannot be told without running the file. */
  public static String of(String sql) {
    String lower = sql.toLowerCase(Locale.ROOT);
    boolean opaque =
        lower.contains("standard_conforming_strings")
            || (lower.contains("copy") && (lower.contains("stdin") || lower.contains("stdout")));
    return Digest.sha256(opaque ? sql : tokens(sql));
  }

  private static String tokens(String sql) {
    SqlLexer lexer = new SqlLexer(sql);
    StringBuilder tokens = new StringBuilder();
    while (lexer.next()) {
      tokens.append(sql, lexer.start(), lexer.end()).append('\0');
    }
    return tokens.toString();
  }
}
