package io.schemamigration.decision;

import io.schemamigration.api.DatabaseBackup;
import io.schemamigration.api.DatabaseBackupStatus;
import io.schemamigration.plan.Dump;
import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Reason;
import io.schemamigration.postgres.Safeguard;
import java.util.Optional;
import java.util.function.Predicate;

/** Whether a plan may run as far as its backup, and what goes first, go. */
public sealed interface Clearance {
  /**
   * It may.
   *
   * @param demanded which plans need a backup
   * @param backup the one that was made for it; empty: none is needed
   */
  record Cleared(Predicate<Plan.Change> demanded, Optional<DatabaseBackup> backup)
      implements Clearance {

    /** As the run checks it once more under the lock. */
    public Safeguard safeguard(Plan.Change plan) {
      return new Safeguard(
          demanded,
          backup.map(b -> new Safeguard.Backup(plan.id(), b.getStatus().databaseId, dump(b))));
    }

    private static Dump dump(DatabaseBackup backup) {
      DatabaseBackupStatus status = backup.getStatus();
      return new Dump(
          backup.getMetadata().getName(),
          status.location,
          status.sha256,
          Optional.ofNullable(status.sizeBytes),
          Optional.ofNullable(status.completionTime),
          false);
    }
  }

  /** What goes before it is not done yet. */
  record Waits(Reason reason, String message) implements Clearance {}
}
