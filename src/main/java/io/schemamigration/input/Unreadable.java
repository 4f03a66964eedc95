package io.schemamigration.input;

import io.schemamigration.api.DatabaseBackup;
import io.schemamigration.api.DatabaseRestore;
import io.schemamigration.api.DatabaseRestoreSpec;
import io.schemamigration.api.LocalRef;
import io.schemamigration.api.ResourceSpec;
import io.schemamigration.api.SchemaRollbackSpec;
import java.util.Optional;

/**
 * What is wrong with a spec that no API server with today's schema lets pass. It may be older than
 * the schema, or newer than this version; either way it must be told and stop nobody else.
 */
public final class Unreadable {
  private Unreadable() {}

  /** Where a value of another type stands, in a sentence for the user; empty: nowhere. */
  public static Optional<String> type(ResourceSpec spec) {
    return Optional.ofNullable(spec)
        .map(s -> s.unreadable)
        .map(
            path ->
                path
                    + " has a value of another type than this version reads; correct it, or run the"
                    + " version that it was written for");
  }

  /** What keeps a backup from being understood. */
  public static Optional<String> in(DatabaseBackup backup) {
    return type(backup.getSpec())
        .or(
            () ->
                Optional.ofNullable(backup.getSpec()).flatMap(s -> name(s.migrationRef)).isPresent()
                    ? Optional.empty()
                    : missing("migrationRef.name"));
  }

  /** What keeps a restore from being understood. */
  public static Optional<String> in(DatabaseRestore restore) {
    DatabaseRestoreSpec spec = restore.getSpec();
    return type(spec)
        .or(
            () -> {
              if (spec == null || spec.source == null || !hasOne(spec.source)) {
                return missing("source.backupRef or spec.source.location");
              }
              if (spec.target == null || spec.target.database == null) {
                return missing("target.database");
              }
              return name(spec.target.secretRef).isPresent()
                  ? Optional.empty()
                  : missing("target.secretRef.name");
            });
  }

  private static boolean hasOne(DatabaseRestoreSpec.Source source) {
    boolean located =
        source.location != null
            && (source.location.s3 != null || source.location.persistentVolumeClaim != null);
    return located || name(source.backupRef).isPresent();
  }

  private static Optional<String> name(SchemaRollbackSpec.MigrationRef ref) {
    return Optional.ofNullable(ref).map(r -> r.name);
  }

  private static Optional<String> name(LocalRef ref) {
    return Optional.ofNullable(ref).map(r -> r.name);
  }

  private static Optional<String> missing(String field) {
    return Optional.of("spec." + field + " is missing; give it, or delete this and create another");
  }
}
