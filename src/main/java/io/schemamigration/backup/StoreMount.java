package io.schemamigration.backup;

import io.schemamigration.api.BackupStorage;
import io.schemamigration.api.LocalRef;
import java.net.URI;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * How a pod gets to a store.
 *
 * @param storage what the user says of it
 * @param claim the volume's claim; empty for a bucket
 */
record StoreMount(BackupStorage storage, Optional<String> claim) {
  /** The volumes of a container that works on it. */
  static final List<String> VOLUMES = List.of("backup", "s3", "s3-ca");

  /** Lets the pod mount what is needed. */
  void on(BackupPod pod, boolean readOnly) {
    if (claim.isPresent()) {
      pod.claim(claim.get(), readOnly);
    } else {
      secret(storage.s3.credentialsSecretRef)
          .ifPresent(name -> pod.secret("s3", name, BackupPod.S3_CREDENTIALS));
      secret(storage.s3.caSecretRef).ifPresent(name -> pod.secret("s3-ca", name, BackupPod.S3_CA));
    }
  }

  private static Optional<String> secret(LocalRef ref) {
    return Optional.ofNullable(ref).map(r -> r.name);
  }

  /** The store's own folder on the volume. */
  Folder volumePath() {
    String path = storage.persistentVolumeClaim.path;
    return path == null ? Folder.ROOT : Folder.of(path);
  }

  /** As a container is told. */
  StorePlace place() {
    if (claim.isPresent()) {
      return new StorePlace(
          Optional.empty(),
          Optional.of(new StorePlace.Volume(claim.get(), volumePath(), Path.of(BackupPod.BACKUP))));
    }
    BackupStorage.S3 s3 = storage.s3;
    return new StorePlace(
        Optional.of(
            new S3Settings(
                s3.bucket,
                s3.prefix == null ? Folder.ROOT : Folder.of(s3.prefix),
                Optional.ofNullable(s3.endpoint).map(URI::create),
                Optional.ofNullable(s3.region),
                Optional.ofNullable(s3.serverSideEncryption).map(Encryption::of),
                secret(s3.caSecretRef).map(name -> Path.of(BackupPod.S3_CA, "ca.crt")),
                secret(s3.credentialsSecretRef).map(name -> Path.of(BackupPod.S3_CREDENTIALS)))),
        Optional.empty());
  }
}
