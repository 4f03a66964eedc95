package io.schemamigration.postgres;

import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;

/**
 * Reads the login out of a Secret of any usual layout: a URI, or discrete keys under the names that
 * operators, charts, clouds and libpq use. No value of it ever stands in a message.
 */
public final class ConnectionSecret {
  private ConnectionSecret() {}

  /** What reading a Secret gave. */
  public sealed interface Result {}

  /**
   * A complete login.
   *
   * @param endpoint the login
   * @param layout the keys it came from
   */
  public record Found(Endpoint endpoint, SecretLayout layout) implements Result {}

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
   *     password ca cert key}
   * @param host overrides the Secret's
   * @param port overrides the Secret's
   * @param database overrides the Secret's
   * @param tls overrides the Secret's
   * @param field where all this is in the resource, for messages
   */
  public record Overrides(
      Map<String, String> keys,
      Optional<String> host,
      Optional<Integer> port,
      Optional<String> database,
      TlsOverride tls,
      String field) {
    public static final Overrides NONE =
        new Overrides(
            Map.of(), Optional.empty(), Optional.empty(), Optional.empty(), TlsOverride.NONE);

    /** Those of a migration. */
    public Overrides(
        Map<String, String> keys,
        Optional<String> host,
        Optional<Integer> port,
        Optional<String> database,
        TlsOverride tls) {
      this(keys, host, port, database, tls, Endpoint.FIELD);
    }

    /** The parts of which the resource says what they are, or under which key. */
    Set<String> decided() {
      Set<String> decided = new HashSet<>(keys.keySet());
      host.ifPresent(h -> decided.add("host"));
      port.ifPresent(p -> decided.add("port"));
      database.ifPresent(d -> decided.add("dbname"));
      tls.mode().ifPresent(m -> decided.add("sslmode"));
      return decided;
    }
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

  /** Reads a login. */
  public static Result read(SecretData secret, Overrides overrides) {
    Map<String, String> data = secret.data();
    for (Map.Entry<String, String> mapped : overrides.keys().entrySet()) {
      if (data.getOrDefault(mapped.getValue(), "").isBlank()) {
        return new Invalid(
            "has nothing under the key %s, which %s.keys.%s names; add it"
                .formatted(mapped.getValue(), overrides.field(), mapped.getKey()));
      }
    }
    Map<String, String> keys = SecretKeys.find(data, overrides.keys());
    String uri = keys.remove("uri");
    LoginParts parts = new LoginParts();
    keys.forEach((part, key) -> parts.offer(part, data.get(key).strip(), key));
    List<String> contradicted = List.of();
    if (uri != null) {
      Optional<Map<String, String>> given = ConnectionUri.parse(data.get(uri));
      if (given.isEmpty() && !parts.has("host", "user")) {
        return new Invalid(
            "key %s is no URI of one PostgreSQL server; write postgresql://user:password@host/db"
                .formatted(uri));
      }
      LoginParts fromUri = new LoginParts();
      given.ifPresent(g -> g.forEach((part, value) -> fromUri.offer(part, value, uri)));
      contradicted = Contradictions.keys(parts, fromUri, overrides.decided(), secret.namespace());
      // Discrete parts win over the URI: that is where people override one of its values. A port
      // belongs to its host.
      if (contradicted.contains(parts.key("host")) && !parts.has("port")) {
        parts.offer("port", "5432", parts.key("host"));
      }
      parts.offerAll(fromUri);
    }
    byConvention(secret, parts, overrides);
    SecretLayout layout =
        contradicted.isEmpty()
            ? SecretLayout.of(parts.layout())
            : SecretLayout.of(parts.layout(), secret.origin(), uri, contradicted);
    return complete(secret, parts, overrides, layout);
  }

  /** What producers leave out because everybody knows it. */
  private static void byConvention(SecretData secret, LoginParts parts, Overrides overrides) {
    String cluster = secret.labels().get("cluster-name");
    if (cluster != null && "spilo".equals(secret.labels().get("application"))) {
      // Zalando's operator: the Service has the cluster's name, and its certificate no CA.
      String domain = secret.namespace().map(n -> "." + n + ".svc").orElse("");
      parts.offer("host", cluster + domain, "label cluster-name");
      if (overrides.tls().ca().isEmpty() && !parts.has("ca")) {
        parts.offer("sslmode", "require", "label cluster-name");
      }
    }
    if (SecretKeys.same(parts.key("password"), "POSTGRES_PASSWORD")) {
      // The image's superuser, to which Bitnami's chart writes no name.
      parts.offer("user", "postgres", parts.key("password"));
    }
  }

  private static Result complete(
      SecretData secret, LoginParts parts, Overrides overrides, SecretLayout layout) {
    Optional<String> host = overrides.host().or(() -> parts.get("host"));
    Optional<String> database = overrides.database().or(() -> parts.get("dbname"));
    Optional<Integer> port = overrides.port().or(() -> port(parts));
    Tls tls = tls(parts, overrides.tls());
    Optional<String> defect =
        missing(parts, host, database, overrides.field())
            .or(() -> unusable(parts, host.get(), port, tls));
    if (defect.isPresent()) {
      return new Invalid(defect.get());
    }
    Endpoint endpoint =
        new Endpoint(
            host.get(),
            port.get(),
            database.get(),
            parts.get("user").orElseThrow(),
            parts.get("password").orElse(""),
            tls,
            secret.namespace(),
            secret.origin(),
            overrides.field());
    return new Found(endpoint, layout);
  }

  private static Optional<String> missing(
      LoginParts parts, Optional<String> host, Optional<String> database, String field) {
    if (host.isEmpty()) {
      return Optional.of(
          "names no host; add the key host or uri, name another in %1$s.keys.host, or set %1$s.host"
              .formatted(field));
    }
    if (parts.get("user").isEmpty()) {
      return Optional.of(
          "names no user; add the key username or uri, or name another in %s.keys.user"
              .formatted(field));
    }
    if (database.isEmpty()) {
      return Optional.of(
          parts.anyDatabase()
              ? "is for every database of its server; say which one in " + field + ".name"
              : "names no database; add the key dbname or set " + field + ".name");
    }
    return Optional.empty();
  }

  private static Optional<String> unusable(
      LoginParts parts, String host, Optional<Integer> port, Tls tls) {
    if (host.contains(",")) {
      return Optional.of("names several hosts under the key " + parts.key("host") + "; name one");
    }
    if (port.isEmpty()) {
      return Optional.of(
          "has a port that is no number from 1 to 65535 under the key %s; correct it"
              .formatted(parts.key("port")));
    }
    if (!Tls.MODES.contains(tls.mode())) {
      return Optional.of(
          "has an sslmode under the key %s that is none of %s"
              .formatted(parts.key("sslmode"), String.join(", ", Tls.MODES)));
    }
    if (tls.certificate().isPresent() && tls.key().isEmpty()) {
      return Optional.of("has a client certificate without its private key; add the key tls.key");
    }
    if (tls.key().isPresent() && tls.certificate().isEmpty()) {
      return Optional.of("has a private key without its certificate; add the key tls.crt");
    }
    return Optional.empty();
  }

  private static Tls tls(LoginParts parts, TlsOverride override) {
    return Tls.of(
        override.mode().or(() -> parts.get("sslmode")),
        override.ca().or(() -> pem(parts, "ca")),
        override.certificate().or(() -> pem(parts, "cert")),
        override.key().or(() -> pem(parts, "key")));
  }

  /** Some layouts have the path of a file here, which is somebody else's. */
  private static Optional<String> pem(LoginParts parts, String part) {
    return parts.get(part).filter(text -> text.contains("-----BEGIN "));
  }

  /** Empty if it is no port. */
  private static Optional<Integer> port(LoginParts parts) {
    try {
      return Optional.of(Integer.valueOf(parts.get("port").orElse("5432")))
          .filter(port -> port >= 1 && port <= 65535);
    } catch (NumberFormatException e) {
      return Optional.empty();
    }
  }
}
