package io.schemamigration.plan;

import java.util.Optional;

/**
 * What a text is known by when the text itself is not at hand.
 *
 * @param sha256 of the content
 * @param sqlSha256 {@link SqlDigest} of it; empty where only the other is known
 */
public record TextDigests(String sha256, Optional<String> sqlSha256) {

  static TextDigests of(Script script) {
    return new TextDigests(script.sha256(), Optional.of(SqlDigest.of(script.text())));
  }

  static Optional<TextDigests> of(History.Recorded recorded) {
    return recorded.upSha256().map(sha256 -> new TextDigests(sha256, recorded.sqlSha256()));
  }

  /** Whether a script says the same to the server. */
  boolean sameSql(Script script) {
    return sha256.equals(script.sha256())
        || sqlSha256.filter(SqlDigest.of(script.text())::equals).isPresent();
  }
}
