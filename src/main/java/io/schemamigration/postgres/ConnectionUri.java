package io.schemamigration.postgres;

import java.net.URI;
import java.net.URISyntaxException;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * Takes a connection URI apart. Only host, port, database, user, password and sslmode are taken
 * from it: a URI may name classes for the driver to load, so it never reaches the driver.
 */
final class ConnectionUri {
  private ConnectionUri() {}

  /**
   * The parts by the names {@code host port dbname user password sslmode}; only those given.
   *
   * @return empty if it is not a PostgreSQL URI or names several hosts
   */
  static Optional<Map<String, String>> parse(String text) {
    String uri = text.strip();
    if (uri.startsWith("jdbc:")) {
      uri = uri.substring("jdbc:".length());
    }
    if (!uri.startsWith("postgresql://") && !uri.startsWith("postgres://")) {
      return Optional.empty();
    }
    try {
      return Optional.of(parts(new URI(uri)));
    } catch (URISyntaxException | IllegalArgumentException e) {
      return Optional.empty();
    }
  }

  private static Map<String, String> parts(URI uri) {
    Map<String, String> parts = new HashMap<>();
    String authority = Optional.ofNullable(uri.getRawAuthority()).orElse("");
    if (authority.contains(",")) {
      throw new IllegalArgumentException("several hosts");
    }
    int at = authority.lastIndexOf('@');
    if (at >= 0) {
      String[] login = authority.substring(0, at).split(":", 2);
      put(parts, "user", login[0]);
      put(parts, "password", login.length > 1 ? login[1] : "");
    }
    hostAndPort(parts, authority.substring(at + 1));
    String path = Optional.ofNullable(uri.getRawPath()).orElse("");
    put(parts, "dbname", path.startsWith("/") ? path.substring(1) : path);
    String query = Optional.ofNullable(uri.getRawQuery()).orElse("");
    for (String pair : query.split("&")) {
      String[] nameValue = pair.split("=", 2);
      boolean known =
          switch (nameValue[0]) {
            case "host", "port", "dbname", "user", "password", "sslmode" -> true;
            default -> false;
          };
      if (known && nameValue.length == 2) {
        put(parts, nameValue[0], nameValue[1]);
      }
    }
    return parts;
  }

  private static void hostAndPort(Map<String, String> parts, String text) {
    int bracket = text.indexOf(']'); // an IPv6 address stands in brackets
    int colon = text.indexOf(':', Math.max(bracket, 0));
    put(parts, "host", colon < 0 ? text : text.substring(0, colon));
    put(parts, "port", colon < 0 ? "" : text.substring(colon + 1));
  }

  private static void put(Map<String, String> parts, String name, String encoded) {
    if (!encoded.isEmpty()) {
      // URLDecoder means forms, where + is a blank; in a URI it is itself.
      String plain = encoded.replace("+", "%2B");
      parts.put(name, URLDecoder.decode(plain, StandardCharsets.UTF_8));
    }
  }
}
