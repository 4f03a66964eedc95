package io.schemamigration.controller;

import io.schemamigration.api.DatabaseRestore;
import io.schemamigration.api.DatabaseRestoreSpec;
import io.schemamigration.api.DatabaseRestoreStatus;
import io.schemamigration.backup.JobResult;
import io.schemamigration.backup.RestoreJob;
import io.schemamigration.backup.StepExit;
import io.schemamigration.backup.StoreFailure;
import io.schemamigration.decision.TaskVerdict;
import io.schemamigration.job.JobState;
import io.schemamigration.plan.Reason;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** What there is to tell about a restore. */
final class RestoreVerdict {
  /** The dump is not what was written, or what was restored is not the dump. */
  private static final Set<String> UNVERIFIED =
      Set.of(StepExit.VERIFICATION_FAILED.label(), StoreFailure.Reason.CORRUPT.label());

  private RestoreVerdict() {}

  static TaskVerdict<DatabaseRestoreStatus> of(RestoreReason reason, String message) {
    return of(reason, message, status -> {});
  }

  private static TaskVerdict<DatabaseRestoreStatus> of(
      RestoreReason reason, String message, Consumer<DatabaseRestoreStatus> facts) {
    return new TaskVerdict<>(reason.stage(), reason.label(), message, reason.step(), facts);
  }

  /** What a look at the server found. */
  static TaskVerdict<DatabaseRestoreStatus> of(Reason reason, String message) {
    return new TaskVerdict<>(
        reason.stage(), reason.label(), message, TaskVerdict.Step.OPEN, status -> {});
  }

  /** A Job was made. */
  static TaskVerdict<DatabaseRestoreStatus> begun(RestoreJob job, String serverVersion) {
    return of(
        RestoreReason.RESTORE_RUNNING,
        "the Job is made",
        status -> {
          status.jobName = job.outline().name();
          status.location = job.from();
          status.serverVersion = serverVersion;
        });
  }

  /** It is running, or its pod is awaited. */
  static TaskVerdict<DatabaseRestoreStatus> running(
      JobState.Running running, Optional<Long> bytes) {
    String doing =
        running
            .container()
            .map(
                name ->
                    switch (name) {
                      case "login" -> "reading the login";
                      case RestoreJob.CHECK -> "looking at the server";
                      case RestoreJob.RESTORE -> "restoring and comparing";
                      default -> "fetching the dump and comparing its sha256";
                    })
            .orElse("waiting for the pod");
    String much = bytes.map(b -> ", " + BackupVerdict.size(b) + " so far").orElse("");
    return of(RestoreReason.RESTORE_RUNNING, doing + much);
  }

  /** It failed. */
  static TaskVerdict<DatabaseRestoreStatus> failed(JobState.Failed failed) {
    String cause = failed.cause().orElse("");
    if (cause.equals(StepExit.DATABASE_EXISTS.label())) {
      return of(
          RestoreReason.DATABASE_EXISTS,
          failed.message() + " in another DatabaseRestore; nothing was changed");
    }
    return of(
        UNVERIFIED.contains(cause)
            ? RestoreReason.VERIFICATION_FAILED
            : RestoreReason.RESTORE_FAILED,
        failed.message());
  }

  /** The database is there. */
  static TaskVerdict<DatabaseRestoreStatus> done(
      DatabaseRestore resource, JobResult.Restored restored) {
    DatabaseRestoreSpec.Target target = resource.getSpec().target;
    return of(
        RestoreReason.COMPLETE,
        ("verified, %d tables with %d rows are as in the dump; to switch over, suspend the"
                + " migration, let Secrets name database %s, resume; files applied since wait as"
                + " HistoryWentBack")
            .formatted(restored.tables(), restored.rows(), target.database),
        status -> {
          status.verified = true;
          status.tables = restored.tables();
          status.rows = restored.rows();
          status.appliedCount = restored.applied();
        });
  }
}
