package io.schemamigration.controller;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.schemamigration.api.BackupJobSpec;
import io.schemamigration.api.BackupLocation;
import io.schemamigration.api.BackupStorage;
import io.schemamigration.api.DatabaseBackup;
import io.schemamigration.api.DatabaseBackupStatus;
import io.schemamigration.api.DatabaseRestore;
import io.schemamigration.backup.Folder;
import io.schemamigration.backup.Location;
import io.schemamigration.status.TaskReport;
import java.util.Optional;

/** Which dump a restore is from. */
sealed interface RestoreSource {
  /**
   * It is there, as far as anybody knows without looking.
   *
   * @param storage how to get to it
   * @param claim the volume's claim; empty for a bucket
   * @param location {@link Location#text()}
   * @param sha256 of the dump; empty: only its manifest says
   * @param serverVersion that it was made of; empty: only its manifest says
   * @param job how the backup was made; empty: nobody knows
   * @param migration whose it is; empty: only its manifest says
   */
  record Found(
      BackupStorage storage,
      Optional<String> claim,
      String location,
      Optional<String> sha256,
      Optional<String> serverVersion,
      Optional<BackupJobSpec> job,
      Optional<String> migration)
      implements RestoreSource {}

  /** It is not there yet. */
  record Absent(RestoreReason reason, String message) implements RestoreSource {}

  /**
   * Looks for it.
   *
   * @throws IllegalArgumentException if the spec names none, with a message for the user
   */
  static RestoreSource of(DatabaseRestore restore, KubernetesClient client) {
    if (restore.getSpec().source.backupRef == null) {
      return located(restore.getSpec().source.location);
    }
    String name = restore.getSpec().source.backupRef.name;
    String namespace = restore.getMetadata().getNamespace();
    DatabaseBackup backup =
        client.resources(DatabaseBackup.class).inNamespace(namespace).withName(name).get();
    if (backup == null) {
      return new Absent(
          RestoreReason.BACKUP_NOT_FOUND,
          ("DatabaseBackup %s is not there; name another one, or restore by spec.source.location"
                  + " where its dump is")
              .formatted(name));
    }
    if (backup.isMarkedForDeletion()) {
      return new Absent(
          RestoreReason.BACKUP_NOT_FOUND,
          "DatabaseBackup %s is being deleted; name another one".formatted(name));
    }
    if (!DatabaseBackupReconciler.over(backup)) {
      String why = TaskReport.ready(backup.getStatus()).map(c -> ": " + c.getMessage()).orElse("");
      return new Absent(
          RestoreReason.BACKUP_NOT_READY, "DatabaseBackup %s is not done%s".formatted(name, why));
    }
    return made(backup, client);
  }

  private static RestoreSource made(DatabaseBackup backup, KubernetesClient client) {
    DatabaseBackupStatus status = backup.getStatus();
    if (status.storage == null || status.location == null || status.serverVersion == null) {
      return new Absent(
          RestoreReason.BACKUP_NOT_READY,
          "DatabaseBackup %s does not say how to get to its dump; restore by spec.source.location"
              .formatted(backup.getMetadata().getName()));
    }
    return new Found(
        status.storage,
        Optional.ofNullable(status.storage.persistentVolumeClaim).map(v -> v.claimName),
        status.location,
        Optional.ofNullable(status.sha256),
        Optional.of(status.serverVersion),
        Backups.jobSpec(backup),
        Optional.of(backup.getSpec().migrationRef.name));
  }

  private static RestoreSource located(BackupLocation at) {
    BackupStorage storage = new BackupStorage();
    if (at.persistentVolumeClaim != null) {
      storage.persistentVolumeClaim = new BackupStorage.Volume();
      storage.persistentVolumeClaim.claimName = at.persistentVolumeClaim.claimName;
      return found(
          storage,
          new Location.Volume(
              at.persistentVolumeClaim.claimName, Folder.of(at.persistentVolumeClaim.path)));
    }
    storage.s3 = new BackupStorage.S3();
    storage.s3.bucket = at.s3.bucket;
    storage.s3.endpoint = at.s3.endpoint;
    storage.s3.region = at.s3.region;
    storage.s3.credentialsSecretRef = at.s3.credentialsSecretRef;
    storage.s3.caSecretRef = at.s3.caSecretRef;
    return found(storage, new Location.S3(at.s3.bucket, Folder.of(at.s3.key)));
  }

  private static Found found(BackupStorage storage, Location location) {
    return new Found(
        storage,
        Optional.ofNullable(storage.persistentVolumeClaim).map(v -> v.claimName),
        location.text(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }
}
