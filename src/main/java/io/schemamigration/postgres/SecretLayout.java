package io.schemamigration.postgres;

import java.util.List;
import java.util.Optional;

/**
 * How a Secret was read: names only, never a value.
 *
 * @param text the keys that were used, and those of them that the URI contradicts; for the status
 * @param ambiguity the same for a person who can correct it; empty where nothing contradicts
 */
public record SecretLayout(String text, Optional<String> ambiguity) {

  /** Where the keys agree. */
  static SecretLayout of(String keys) {
    return new SecretLayout(keys, Optional.empty());
  }

  /**
   * Where they do not.
   *
   * @param origin how messages name the Secret
   * @param uri the key of the URI
   * @param contradicted the keys that won over it
   */
  static SecretLayout of(String keys, String origin, String uri, List<String> contradicted) {
    return new SecretLayout(
        "%s (%s contradicts %s)".formatted(keys, uri, String.join(",", contradicted)),
        Optional.of(
            "%s: the URI under %s contradicts %s, which won; correct what is out of date"
                .formatted(origin, uri, String.join(", ", contradicted))));
  }
}
