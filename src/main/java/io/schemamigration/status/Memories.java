package io.schemamigration.status;

import io.schemamigration.api.LastRun;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.input.Inputs;
import io.schemamigration.plan.Memory;
import io.schemamigration.plan.Reason;
import java.util.List;
import java.util.Optional;

/** What a status remembers, as the planner wants it. */
public final class Memories {
  private Memories() {}

  public static Memory of(SchemaMigrationStatus status, Inputs inputs) {
    if (status == null) {
      return Memory.NONE;
    }
    return new Memory(
        status.appliedHashes == null ? List.of() : status.appliedHashes,
        Optional.ofNullable(status.current).map(c -> c.hash),
        Optional.ofNullable(status.current).map(c -> c.appliedTime),
        Optional.ofNullable(status.database).map(d -> d.id),
        failure(status, inputs));
  }

  /** A failure counts as long as nothing that the run depended on has changed. */
  private static Optional<Memory.Failure> failure(SchemaMigrationStatus status, Inputs inputs) {
    LastRun run = status.lastRun;
    boolean same = run != null && inputs.digest().equals(run.inputs) && run.outcome != null;
    if (!same || status.nextRetryTime != null) {
      return Optional.empty();
    }
    return switch (run.outcome) {
      case "Failed" ->
          Optional.of(new Memory.Failure(Reason.MIGRATION_FAILED, RunReport.text(run)));
      case "RetriesExhausted" -> {
        if (status.retries != null && status.retries <= inputs.backoffLimit()) {
          yield Optional.empty(); // the limit was raised
        }
        String message =
            StatusReport.ready(status)
                .filter(c -> Reason.RETRIES_EXHAUSTED.label().equals(c.getReason()))
                .map(c -> c.getMessage())
                .orElse(RunReport.text(run));
        yield Optional.of(new Memory.Failure(Reason.RETRIES_EXHAUSTED, message));
      }
      default -> Optional.empty();
    };
  }
}
