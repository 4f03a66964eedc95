package io.schemamigration.controller;

import io.schemamigration.api.DatabaseBackup;
import io.schemamigration.status.StatusMetrics;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/**
 * Backups of which a Job failed and none has succeeded since: while the next one runs, for seconds
 * or for hours, their conditions do not tell. Kept in memory: after a restart the next failure
 * tells it again.
 */
final class FailedBackups {
  private final StatusMetrics metrics;
  private final Set<String> uids = ConcurrentHashMap.newKeySet();

  FailedBackups(StatusMetrics metrics) {
    this.metrics = metrics;
  }

  /** A Job is made: failures are counted from 0, so that the first one is an increase. */
  void begun(DatabaseBackup backup) {
    metrics.backupsFailed(backup.getMetadata().getNamespace(), 0);
  }

  /**
   * Its Job has failed.
   *
   * @param news whether that is said for the first time
   */
  void failed(DatabaseBackup backup, boolean news) {
    uids.add(backup.getMetadata().getUid());
    metrics.backupsFailed(backup.getMetadata().getNamespace(), news ? 1 : 0);
  }

  boolean contains(DatabaseBackup backup) {
    return uids.contains(backup.getMetadata().getUid()) && !DatabaseBackupReconciler.over(backup);
  }

  /** Forgets all but these. */
  void retain(Set<String> existing) {
    uids.retainAll(existing);
  }
}
