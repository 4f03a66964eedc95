package io.schemamigration.page;

import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Which migrations are asked for.
 *
 * @param namespace of one namespace only
 * @param state in one state only
 * @param page counted from 1
 */
record Filter(Optional<String> namespace, Optional<State> state, int page) {
  static final Filter ALL = new Filter(Optional.empty(), Optional.empty(), 1);

  /**
   * Reads a query as it stands in a URL; what it does not understand is as if it were not there.
   */
  static Filter of(String rawQuery) {
    Map<String, String> given = new HashMap<>();
    for (String part : Optional.ofNullable(rawQuery).orElse("").split("&")) {
      int equals = part.indexOf('=');
      if (equals > 0) {
        decoded(part.substring(equals + 1))
            .filter(value -> !value.isBlank())
            .ifPresent(value -> given.putIfAbsent(part.substring(0, equals), value));
      }
    }
    return new Filter(
        Optional.ofNullable(given.get("namespace")),
        Optional.ofNullable(given.get("state")).flatMap(State::ofKey),
        page(given.get("page")));
  }

  private static Optional<String> decoded(String text) {
    try {
      return Optional.of(URLDecoder.decode(text, StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static int page(String text) {
    return text != null && text.matches("[1-9][0-9]{0,5}") ? Integer.parseInt(text) : 1;
  }

  /** The first page of the same in another state; in any, if it is empty. */
  Filter in(Optional<State> other) {
    return new Filter(namespace, other, 1);
  }

  Filter at(int other) {
    return new Filter(namespace, state, other);
  }
}
