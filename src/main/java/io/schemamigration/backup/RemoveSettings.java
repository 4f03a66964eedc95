package io.schemamigration.backup;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Path;
import java.util.Optional;

/**
 * What the container {@code remove} is told, in {@value #VARIABLE} as JSON. Holds no secret.
 *
 * @param store where the backup is
 * @param namespace of the migration
 * @param migration the SchemaMigration's name
 * @param name the DatabaseBackup's name
 * @param sha256 of its dump; empty: nobody knows whether there is one
 * @param request uid of the DatabaseBackup, by which it is known then
 * @param termination the file for the result
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record RemoveSettings(
    StorePlace store,
    String namespace,
    String migration,
    String name,
    Optional<String> sha256,
    Optional<String> request,
    Path termination)
    implements StoreStep.Settings {
  /** The environment variable. */
  public static final String VARIABLE = "SMIG_REMOVE";

  /**
   * Checks them.
   *
   * @throws IllegalArgumentException if one cannot be used, with a message for the user
   */
  public RemoveSettings {
    sha256 = sha256 == null ? Optional.empty() : sha256;
    request = request == null ? Optional.empty() : request;
    if (store == null || termination == null || sha256.isEmpty() && request.isEmpty()) {
      throw new IllegalArgumentException(
          "store, termination and one of sha256 and request are required");
    }
    new BackupId(namespace, migration, name);
  }

  /** Which backup. */
  BackupId id() {
    return new BackupId(namespace, migration, name);
  }

  /** Whether a backup of the name is the one that is meant. */
  boolean mean(Manifest there) {
    return sha256.isPresent()
        ? sha256.get().equals(there.sha256())
        : request.equals(there.request());
  }

  /** As {@value #VARIABLE} holds it. */
  public String json() {
    return Json.write(this);
  }
}
