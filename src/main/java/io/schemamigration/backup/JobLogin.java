package io.schemamigration.backup;

import java.util.Optional;

/**
 * The Secrets by which a Job logs in.
 *
 * @param settings how they are read; the folders are where this mounts them
 * @param caSecret Secret with the certificates of the database's server, where the spec names one
 * @param clientSecret Secret with the client's certificate, where the spec names one
 */
public record JobLogin(
    LoginSettings settings, Optional<String> caSecret, Optional<String> clientSecret) {
  /** Where the database's Secret is mounted. */
  public static final String SECRET_FOLDER = BackupPod.SECRET;

  /** Where the server's certificates are mounted. */
  public static final String CA_FOLDER = BackupPod.CA;

  /** Where the client's certificate is mounted. */
  public static final String CLIENT_FOLDER = BackupPod.CLIENT;

  void on(BackupPod pod) {
    pod.secret("secret", settings.secret(), SECRET_FOLDER);
    caSecret.ifPresent(name -> pod.secret("ca", name, CA_FOLDER));
    clientSecret.ifPresent(name -> pod.secret("client", name, CLIENT_FOLDER));
  }
}
