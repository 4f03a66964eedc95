package io.schemamigration.controller;

import io.schemamigration.api.DatabaseRestore;
import io.schemamigration.api.DatabaseRestoreStatus;
import io.schemamigration.backup.JobResult;
import io.schemamigration.backup.RestoreJob;
import io.schemamigration.decision.TaskVerdict;
import io.schemamigration.job.JobState;
import java.util.Optional;

/** What a restore says of its Job. */
final class RestoreWords implements JobFollower.Words<DatabaseRestore, DatabaseRestoreStatus> {
  @Override
  public String measured() {
    return RestoreJob.RESTORE;
  }

  @Override
  public TaskVerdict<DatabaseRestoreStatus> running(
      JobState.Running running, Optional<Long> bytes) {
    return RestoreVerdict.running(running, bytes);
  }

  @Override
  public TaskVerdict<DatabaseRestoreStatus> stuck(String message) {
    return RestoreVerdict.of(RestoreReason.RESTORE_FAILED, message);
  }

  @Override
  public TaskVerdict<DatabaseRestoreStatus> failed(JobState.Failed failed) {
    return RestoreVerdict.failed(failed);
  }

  @Override
  public Optional<TaskVerdict<DatabaseRestoreStatus>> done(
      DatabaseRestore resource, JobResult result) {
    return result instanceof JobResult.Restored restored
        ? Optional.of(RestoreVerdict.done(resource, restored))
        : Optional.empty();
  }
}
