package io.schemamigration.plan;

import java.util.Optional;

/** How an applied file differs from the text that ran. */
public enum TextChange {
  NONE,
  /** In comments and white space alone. */
  COMMENTS,
  SQL;

  /** Compares by digests; a row that is not recorded has not changed. */
  public static TextChange of(Position.Entry entry, Script script) {
    Optional<History.Recorded> recorded = entry.row().recorded();
    boolean same =
        recorded
            .flatMap(History.Recorded::upSha256)
            .filter(s -> !s.equals(script.sha256()))
            .isEmpty();
    if (same) {
      return NONE;
    }
    return recorded
            .flatMap(History.Recorded::sqlSha256)
            .filter(SqlDigest.of(script.text())::equals)
            .isPresent()
        ? COMMENTS
        : SQL;
  }
}
