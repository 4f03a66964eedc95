package io.schemamigration.postgres;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;

/**
 * The parts of a login as they are being put together: {@code host port dbname user password
 * sslmode ca cert key}, each with the key it came from.
 */
final class LoginParts {
  private static final String ANY_DATABASE = "*";

  private final Map<String, String> values = new LinkedHashMap<>();
  private final Map<String, String> keys = new LinkedHashMap<>();
  private boolean anyDatabase;

  /** Takes what is not there yet. */
  void offer(String part, String value, String key) {
    if (part.equals("dbname") && value.equals(ANY_DATABASE)) {
      anyDatabase = true; // CloudNativePG's superuser; no database has this name
    } else if (part.equals("host") && hasPort(value)) {
      int colon = value.indexOf(':');
      offer("host", value.substring(0, colon), key);
      offer("port", value.substring(colon + 1), key);
    } else if (values.putIfAbsent(part, value) == null) {
      keys.put(part, key);
    }
  }

  /** Takes of others what is not there yet. */
  void offerAll(LoginParts others) {
    others.values.forEach((part, value) -> offer(part, value, others.key(part)));
    anyDatabase |= others.anyDatabase;
  }

  /** Some producers write host:port under host; more colons are an IPv6 address. */
  private static boolean hasPort(String host) {
    return host.indexOf(':') > 0 && host.indexOf(':') == host.lastIndexOf(':');
  }

  boolean has(String... parts) {
    return values.keySet().containsAll(List.of(parts));
  }

  Optional<String> get(String part) {
    return Optional.ofNullable(values.get(part)).filter(value -> !value.isBlank());
  }

  /** The key a part came from. */
  String key(String part) {
    return keys.getOrDefault(part, part);
  }

  /** Whether the login is for every database of the server, so that none is named. */
  boolean anyDatabase() {
    return anyDatabase;
  }

  /** The keys that gave something, for the status. */
  String layout() {
    return keys.values().stream().distinct().sorted().collect(Collectors.joining(","));
  }
}
