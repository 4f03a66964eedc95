package io.schemamigration.postgres;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/**
 * Under which keys producers write the parts of a login, the best first. Upper and lower case are
 * equal, and so is a name with and without {@code - _ .} in it.
 */
final class SecretKeys {
  private static final Map<String, List<String>> NAMES = new LinkedHashMap<>();

  static {
    // Before the host, which may have one behind it: a port of its own wins.
    put("port", "port PGPORT DB_PORT POSTGRES_PORT DATABASE_PORT");
    // Not among them: pgbouncer-host, which cannot hold the lock, and reader_endpoint.
    put("host", "host hostname address PGHOST DB_HOST POSTGRES_HOST DATABASE_HOST endpoint");
    put("dbname", "dbname database db DATABASE_NAME POSTGRES_DB POSTGRES_DATABASE PGDATABASE");
    // LOGIN before ROLE: where both are there, the second is not always who logs in.
    put("user", "username user PGUSER POSTGRES_USER POSTGRES_USERNAME DB_USER DB_USERNAME");
    put("user", "DATABASE_USER DATABASE_USERNAME SPRING_DATASOURCE_USERNAME");
    put("user", "master_username login role");
    put("password", "password PGPASSWORD POSTGRES_PASSWORD DB_PASSWORD DATABASE_PASSWORD");
    put("password", "SPRING_DATASOURCE_PASSWORD master_password");
    put("password", "attribute.password attribute.master_password");
    put("sslmode", "sslmode PGSSLMODE");
    put("ca", "ca.crt clusterCA sslrootcert PGSSLROOTCERT certificates");
    put("cert", "tls.crt clientCert sslcert PGSSLCERT certificates");
    put("key", "tls.key clientKey sslkey PGSSLKEY private-key");
    put("uri", "fqdn-uri uri url DATABASE_URL DATABASE_URI POSTGRES_URL POSTGRES_URI");
    put("uri", "CONNECTION_STRING fqdn-jdbc-uri jdbc-uri jdbc-url POSTGRES_JDBC_URL");
    put("uri", "SPRING_DATASOURCE_URL");
  }

  /** Names that may as well belong to something else, so a URI says it better. */
  private static final Set<String> WEAK = Set.of("endpoint", "address", "login", "role");

  private SecretKeys() {}

  private static void put(String part, String names) {
    for (String name : names.split(" ")) {
      NAMES.computeIfAbsent(part, p -> new ArrayList<>()).add(plain(name));
    }
  }

  private static String plain(String name) {
    return name.toLowerCase(Locale.ROOT).replaceAll("[-_.]", "");
  }

  /** Whether a key is read as another would be. */
  static boolean same(String key, String name) {
    return plain(key).equals(plain(name));
  }

  /**
   * The key of each part that has one.
   *
   * @param mapped part to key, in place of the usual ones
   */
  static Map<String, String> find(Map<String, String> data, Map<String, String> mapped) {
    Map<String, String> byName = new TreeMap<>();
    // In order, so that of two keys that are equal it is always the same that counts.
    new TreeMap<>(data)
        .forEach(
            (key, value) -> {
              if (!value.isBlank()) {
                byName.putIfAbsent(plain(key), key);
              }
            });
    Map<String, String> keys = new LinkedHashMap<>();
    Optional<String> uri =
        Optional.ofNullable(mapped.get("uri")).or(() -> uri(NAMES.get("uri"), byName, data));
    boolean spoken = uri.filter(key -> ConnectionUri.parse(data.get(key)).isPresent()).isPresent();
    NAMES.forEach(
        (part, names) ->
            Optional.ofNullable(mapped.get(part))
                .or(() -> part.equals("uri") ? uri : first(names, byName, spoken))
                .ifPresent(key -> keys.put(part, key)));
    certificates(keys, mapped);
    return keys;
  }

  private static Optional<String> first(
      List<String> names, Map<String, String> byName, boolean spoken) {
    return names.stream()
        .filter(name -> !(spoken && WEAK.contains(name)))
        .filter(byName::containsKey)
        .map(byName::get)
        .findFirst();
  }

  /** The address of a console may stand under url. */
  private static Optional<String> uri(
      List<String> names, Map<String, String> byName, Map<String, String> data) {
    return names.stream()
        .filter(byName::containsKey)
        .map(byName::get)
        .filter(key -> ConnectionUri.parse(data.get(key)).isPresent())
        .findFirst()
        .or(() -> first(names, byName, false));
  }

  /**
   * The key {@code certificates} of service bindings is the client's chain where a private key is
   * there, as their specification says, and by custom the CA where none is.
   */
  private static void certificates(Map<String, String> keys, Map<String, String> mapped) {
    if (keys.containsKey("ca") && keys.get("ca").equals(keys.get("cert"))) {
      boolean client = keys.containsKey("key") && !mapped.containsKey("ca");
      keys.remove(client ? "ca" : "cert");
    }
  }
}
