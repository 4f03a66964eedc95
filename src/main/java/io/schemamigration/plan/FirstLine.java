package io.schemamigration.plan;

import java.util.regex.Pattern;

/** What the first line of a file may say: {@code -- migrate: transaction=false}. */
final class FirstLine {
  private static final Pattern MARK =
      Pattern.compile("\\uFEFF?--\\s*migrate:\\s*transaction\\s*=\\s*false\\s*");

  private FirstLine() {}

  static boolean splitsTransaction(String sql) {
    return MARK.matcher(sql.substring(0, TokenEnds.line(sql, 0))).matches();
  }
}
