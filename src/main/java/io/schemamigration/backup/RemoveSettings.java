package io.schemamigration.backup;

import com.fasterxml.jackson.annotation.JsonInclude;
import java.nio.file.Path;

/**
 * What the container {@code remove} is told, in {@value #VARIABLE} as JSON. Holds no secret.
 *
 * @param store where the backup is
 * @param namespace of the migration
 * @param migration the SchemaMigration's name
 * @param name the DatabaseBackup's name
 * @param sha256 of its dump
 * @param termination the file for the result
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record RemoveSettings(
    StorePlace store,
    String namespace,
    String migration,
    String name,
    String sha256,
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
    if (store == null || sha256 == null || termination == null) {
      throw new IllegalArgumentException("store, sha256 and termination are required");
    }
    new BackupId(namespace, migration, name);
  }

  /** Which backup. */
  BackupId id() {
    return new BackupId(namespace, migration, name);
  }

  /** As {@value #VARIABLE} holds it. */
  public String json() {
    return Json.write(this);
  }
}
