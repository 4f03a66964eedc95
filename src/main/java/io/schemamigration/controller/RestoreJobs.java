package io.schemamigration.controller;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.schemamigration.api.BackupJobSpec;
import io.schemamigration.api.DatabaseRestore;
import io.schemamigration.backup.JobLogin;
import io.schemamigration.backup.JobOutline;
import io.schemamigration.backup.RestoreJob;
import io.schemamigration.config.Settings;
import io.schemamigration.input.LoginSpec;
import io.schemamigration.job.JobParts;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Puts together the Job of a restore from the resources that it is made for. Pure. */
final class RestoreJobs {
  private static final int CONNECT_SECONDS = 10;

  private final DatabaseRestore restore;
  private final RestoreSource.Found source;
  private final Settings settings;

  RestoreJobs(DatabaseRestore restore, RestoreSource.Found source, Settings settings) {
    this.restore = restore;
    this.source = source;
    this.settings = settings;
  }

  /** The Job's name; a backup may have the name of a restore. */
  static String name(DatabaseRestore restore) {
    return JobParts.name(
        restore.getMetadata().getName(), "restore\n" + restore.getMetadata().getUid());
  }

  /** Digest of what the user says of the Job. */
  String inputs() {
    return JobParts.digest(
        List.of(source.location(), Serialization.asJson(job()), settings.jobs()).toString());
  }

  private BackupJobSpec job() {
    return Optional.ofNullable(restore.getSpec().job).or(source::job).orElseGet(BackupJobSpec::new);
  }

  /**
   * The Job.
   *
   * @param connectTo the database to connect to where it is another than the Secret's
   * @param serverVersion of the server to restore on
   * @param secretLabels labels of its Secret
   * @throws IllegalArgumentException if the spec cannot be followed, with a message for the user
   */
  RestoreJob job(
      Optional<String> connectTo, String serverVersion, Map<String, String> secretLabels) {
    JobOutline outline =
        new JobOutline(
            name(restore),
            restore.getMetadata().getNamespace(),
            JobParts.owner(restore),
            JobParts.labels(source.migration(), source.claim(), source.location()),
            inputs(),
            job(),
            settings.jobs());
    JobLogin login =
        JobLogins.of(
            LoginSpec.of(restore.getSpec().target, connectTo),
            restore.getMetadata().getNamespace(),
            secretLabels,
            settings.minimumTlsMode(),
            CONNECT_SECONDS);
    return new RestoreJob(
        outline,
        login,
        source.storage(),
        source.claim(),
        source.location(),
        source.sha256(),
        // Programs read dumps of their own major and of older ones.
        Math.max(major(serverVersion), source.serverVersion().map(RestoreJobs::major).orElse(0)),
        new RestoreJob.Target(
            restore.getSpec().target.database,
            Optional.ofNullable(restore.getSpec().target.owner),
            restore.getMetadata().getUid()));
  }

  private static int major(String version) {
    return Integer.parseInt(version.replaceAll("[^0-9].*", ""));
  }
}
