package io.schemamigration.postgres;

import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/** Reads the login from where libpq's tools have it: a URI and the environment. */
public final class ConnectionEnvironment {
  private static final Map<String, String> LIBPQ =
      Map.of(
          "host", "PGHOST",
          "port", "PGPORT",
          "dbname", "PGDATABASE",
          "user", "PGUSER",
          "password", "PGPASSWORD",
          "sslmode", "PGSSLMODE");

  private ConnectionEnvironment() {}

  /**
   * Reads what libpq's tools read: a URI, and for what it does not say the variables {@code
   * PGHOST}, {@code PGPORT}, {@code PGDATABASE}, {@code PGUSER}, {@code PGPASSWORD} and {@code
   * PGSSLMODE}.
   */
  public static ConnectionSecret.Result read(
      Optional<String> uri, Map<String, String> environment) {
    Optional<Map<String, String>> given = uri.flatMap(ConnectionUri::parse);
    if (uri.isPresent() && given.isEmpty()) {
      return new ConnectionSecret.Invalid(
          "URL is not one of one PostgreSQL server; write"
              + " postgresql://user:password@host/database");
    }
    Map<String, String> data = new LinkedHashMap<>(given.orElse(Map.of()));
    LIBPQ.forEach(
        (part, variable) -> {
          String value = environment.get(variable);
          if (value != null && !value.isBlank()) {
            data.putIfAbsent(part, value);
          }
        });
    data.putIfAbsent("host", "localhost");
    if (!data.containsKey("user")) {
      return new ConnectionSecret.Invalid("has no user; give one in --url, DATABASE_URL or PGUSER");
    }
    data.putIfAbsent("dbname", data.get("user")); // as libpq does it
    SecretData login =
        new SecretData("the URL or the PG variables", Optional.empty(), Map.of(), data);
    return ConnectionSecret.read(login, ConnectionSecret.Overrides.NONE);
  }
}
