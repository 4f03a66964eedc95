package io.schemamigration.input;

import io.schemamigration.api.ConnectionSpec;
import io.schemamigration.api.DatabaseRestoreSpec;
import io.schemamigration.api.DatabaseSpec;
import io.schemamigration.postgres.ConnectionSecret;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/**
 * What a resource says of a connection, of whatever kind it is.
 *
 * @param secret name of the Secret
 * @param database overrides the Secret's
 * @param says all else that it says beside the Secret
 * @param field where it says so, for messages
 */
public record LoginSpec(
    String secret, Optional<String> database, ConnectionSpec says, String field) {

  /** That of a migration. */
  public static LoginSpec of(DatabaseSpec database) {
    return new LoginSpec(
        database.secretRef.name, Optional.ofNullable(database.name), database, "spec.database");
  }

  /**
   * That of a restore.
   *
   * @param database the database to connect to where it is another than the Secret's
   */
  public static LoginSpec of(DatabaseRestoreSpec.Target target, Optional<String> database) {
    return new LoginSpec(target.secretRef.name, database, target, "spec.target");
  }

  /** How it is encrypted; empty: as the Secret says. */
  public Optional<ConnectionSpec.Tls> tls() {
    return Optional.ofNullable(says.tls);
  }

  /**
   * What counts in place of the Secret's.
   *
   * @param tls with the certificates that the spec names, already read
   */
  ConnectionSecret.Overrides overrides(ConnectionSecret.TlsOverride tls) {
    return new ConnectionSecret.Overrides(
        keys(),
        Optional.ofNullable(says.host),
        Optional.ofNullable(says.port),
        database,
        tls,
        field);
  }

  /** Part to key, for a layout of the Secret that nobody knows. */
  public Map<String, String> keys() {
    ConnectionSpec.Keys given = says.keys;
    Map<String, String> keys = new HashMap<>();
    if (given != null) {
      put(keys, "uri", given.uri);
      put(keys, "host", given.host);
      put(keys, "port", given.port);
      put(keys, "dbname", given.dbname);
      put(keys, "user", given.user);
      put(keys, "password", given.password);
      put(keys, "ca", given.ca);
      put(keys, "cert", given.cert);
      put(keys, "key", given.key);
    }
    return keys;
  }

  private static void put(Map<String, String> map, String key, String value) {
    if (value != null) {
      map.put(key, value);
    }
  }
}
