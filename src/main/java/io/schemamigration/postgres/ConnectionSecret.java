package io.schemamigration.postgres;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;

/**
 * Reads the login out of a Secret of any usual layout: a URI, or discrete keys under the names that
 * CloudNativePG, service bindings, Helm charts and libpq use. No value of it ever stands in a
 * message.
 */
public final class ConnectionSecret {
  private static final Map<String, List<String>> NAMES = new LinkedHashMap<>();

  static {
    NAMES.put("host", List.of("host", "hostname", "pghost", "db_host", "postgres_host"));
    NAMES.put("port", List.of("port", "pgport", "db_port", "postgres_port"));
    NAMES.put(
        "dbname",
        List.of(
            "dbname", "database", "db", "database_name", "postgres_db", "pgdatabase", "db_name"));
    NAMES.put(
        "user", List.of("username", "user", "pguser", "postgres_user", "db_user", "db_username"));
    NAMES.put("password", List.of("password", "pgpassword", "postgres_password", "db_password"));
    NAMES.put("sslmode", List.of("sslmode", "pgsslmode"));
    NAMES.put("ca", List.of("ca.crt", "sslrootcert", "pgsslrootcert"));
    NAMES.put("cert", List.of("tls.crt", "sslcert", "pgsslcert"));
    NAMES.put("key", List.of("tls.key", "sslkey", "pgsslkey"));
    NAMES.put("uri", List.of("fqdn_uri", "uri", "url", "database_url", "postgres_url", "jdbc_uri"));
  }

  private ConnectionSecret() {}

  /** What reading a Secret gave. */
  public sealed interface Result {}

  /**
   * A complete login.
   *
   * @param endpoint the login
   * @param layout the keys it came from, for the status; names only
   */
  public record Found(Endpoint endpoint, String layout) implements Result {}

  /**
   * The Secret does not do.
   *
   * @param message what is missing and which key to add
   */
  public record Invalid(String message) implements Result {}

  /**
   * What the resource says beside the Secret.
   *
   * @param keys part to key, for a layout nobody knows; parts are {@code uri host port dbname user
   *     password}
   * @param host overrides the Secret's
   * @param port overrides the Secret's
   * @param database overrides the Secret's
   * @param tls overrides the Secret's
   * @param namespace the Secret's: a host without a dot is a Service of it
   */
  public record Overrides(
      Map<String, String> keys,
      Optional<String> host,
      Optional<Integer> port,
      Optional<String> database,
      TlsOverride tls,
      Optional<String> namespace) {
    public static final Overrides NONE =
        new Overrides(
            Map.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            TlsOverride.NONE,
            Optional.empty());
  }

  /** What the resource says of TLS beside the Secret, each in place of the Secret's; PEM texts. */
  public record TlsOverride(
      Optional<String> mode,
      Optional<String> ca,
      Optional<String> certificate,
      Optional<String> key) {
    public static final TlsOverride NONE =
        new TlsOverride(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty());

    /** Without the key. */
    @Override
    public String toString() {
      return "TlsOverride[" + mode.orElse("-") + "]";
    }
  }

  /** Reads a Secret's decoded data. */
  public static Result read(Map<String, String> data, Overrides overrides) {
    Map<String, String> parts = new LinkedHashMap<>();
    Map<String, String> keys = new LinkedHashMap<>();
    for (Map.Entry<String, List<String>> part : NAMES.entrySet()) {
      String mapped = overrides.keys().get(part.getKey());
      if (mapped != null && !data.containsKey(mapped)) {
        return new Invalid(
            "has no key " + mapped + ", which spec.database.keys." + part.getKey() + " names");
      }
      Optional<String> key = mapped != null ? Optional.of(mapped) : find(data, part.getValue());
      key.ifPresent(
          k -> {
            parts.put(part.getKey(), data.get(k).strip());
            keys.put(part.getKey(), k);
          });
    }
    String uri = parts.remove("uri");
    if (uri != null) {
      Optional<Map<String, String>> fromUri = ConnectionUri.parse(uri);
      if (fromUri.isEmpty() && !parts.keySet().containsAll(List.of("host", "user"))) {
        return new Invalid(
            "key %s is no URI of one PostgreSQL server; write postgresql://user:password@host/db"
                .formatted(keys.get("uri")));
      }
      // Discrete parts win over the URI: that is where people override one of its values.
      fromUri.ifPresent(f -> f.forEach(parts::putIfAbsent));
    }
    return complete(parts, keys, overrides);
  }

  private static Optional<String> find(Map<String, String> data, List<String> names) {
    for (String name : names) {
      for (Map.Entry<String, String> entry : data.entrySet()) {
        boolean same = entry.getKey().toLowerCase(Locale.ROOT).replace('-', '_').equals(name);
        if (same && !entry.getValue().isBlank()) {
          return Optional.of(entry.getKey());
        }
      }
    }
    return Optional.empty();
  }

  private static Result complete(
      Map<String, String> parts, Map<String, String> keys, Overrides overrides) {
    splitEndpoint(parts);
    if ("*".equals(parts.get("dbname"))) {
      parts.remove("dbname"); // CloudNativePG writes * for its superuser: any database
    }
    String host = overrides.host().orElse(parts.get("host"));
    String database = overrides.database().orElse(parts.get("dbname"));
    String user = parts.get("user");
    if (host == null || host.isBlank()) {
      return missing("host", "host");
    }
    if (host.contains(",")) {
      return new Invalid("names several hosts; name the one to migrate");
    }
    if (user == null || user.isBlank()) {
      return missing("user name", "username");
    }
    if (database == null || database.isBlank()) {
      return new Invalid("names no database; add the key dbname or set spec.database.name");
    }
    int port;
    try {
      port = overrides.port().orElseGet(() -> port(parts));
    } catch (NumberFormatException e) {
      return new Invalid("has a port that is no number from 1 to 65535; correct it");
    }
    Tls tls = tls(parts, overrides.tls());
    if (!Tls.MODES.contains(tls.mode())) {
      return new Invalid("has an sslmode that is none of " + String.join(", ", Tls.MODES));
    }
    if (tls.certificate().isPresent() != tls.key().isPresent()) {
      return new Invalid("has a client certificate or a key without the other; add it");
    }
    String password = parts.getOrDefault("password", "");
    String layout = String.join(",", keys.values());
    return new Found(
        new Endpoint(host, port, database, user, password, tls, overrides.namespace()), layout);
  }

  private static Tls tls(Map<String, String> parts, TlsOverride override) {
    return Tls.of(
        override.mode().or(() -> Optional.ofNullable(parts.get("sslmode"))),
        override.ca().or(() -> pem(parts, "ca")),
        override.certificate().or(() -> pem(parts, "cert")),
        override.key().or(() -> pem(parts, "key")));
  }

  /** Some layouts have the path of a file here, which is somebody else's. */
  private static Optional<String> pem(Map<String, String> parts, String part) {
    return Optional.ofNullable(parts.get(part)).filter(text -> text.contains("-----BEGIN "));
  }

  private static int port(Map<String, String> parts) {
    int port = Integer.parseInt(parts.getOrDefault("port", "5432"));
    if (port < 1 || port > 65535) {
      throw new NumberFormatException("out of range");
    }
    return port;
  }

  private static Result missing(String what, String key) {
    return new Invalid(
        "names no %s; add the key %s, or uri, or say the key in spec.database.keys"
            .formatted(what, key));
  }

  /** Some producers write host:port under host. */
  private static void splitEndpoint(Map<String, String> parts) {
    String host = parts.get("host");
    if (host != null && host.indexOf(':') > 0 && host.indexOf(':') == host.lastIndexOf(':')) {
      parts.put("host", host.substring(0, host.indexOf(':')));
      parts.putIfAbsent("port", host.substring(host.indexOf(':') + 1));
    }
  }
}
