package io.schemamigration.controller;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaRollback;
import io.schemamigration.decision.Clearance;
import io.schemamigration.decision.Work;
import io.schemamigration.input.Inputs;
import io.schemamigration.plan.Digest;
import io.schemamigration.plan.Plan;
import io.schemamigration.postgres.Author;
import io.schemamigration.postgres.Look;
import io.schemamigration.postgres.Outcome;
import io.schemamigration.postgres.Planning;
import io.schemamigration.postgres.Runner;
import io.schemamigration.postgres.Safeguard;
import io.schemamigration.status.TaskReport;
import java.util.Optional;

/**
 * Starts the runs of requests to undo. What a request means is known under the lock alone, so a run
 * that needs a backup ends there before it changes anything, says for which plan, and is started
 * again behind the backup of that plan.
 */
final class UndoRuns {
  private final RollbackCollaborators with;

  UndoRuns(RollbackCollaborators with) {
    this.with = with;
  }

  void start(
      SchemaRollback resource,
      RollbackSpec spec,
      SchemaMigration migration,
      Inputs inputs,
      Look look,
      Safeguard safeguard) {
    Author author = with.plans().author(migration, Digest.sha256(spec.undo().key()));
    Planning planning =
        with.plans()
            .undoing(
                migration,
                inputs,
                look,
                spec.undo(),
                () -> !TaskReport.begun(resource.getStatus()) && late(spec))
            .behind(safeguard);
    with.runs()
        .run(
            ResourceID.fromResource(resource),
            resource.getMetadata().getUid(),
            inputs,
            look,
            author,
            () -> true, // what undoes is stored, and compared with the files under the lock
            control -> new Runner(inputs.target(), author, planning, control));
  }

  private boolean late(RollbackSpec spec) {
    return spec.notAfter().filter(with.clock().instant()::isAfter).isPresent();
  }

  /** How it stands with the backup that a run ended for want of; empty: it did not. */
  Optional<Clearance> backedUp(
      SchemaRollback resource, RollbackSpec spec, SchemaMigration migration, Work.Ran ran) {
    if (ran.sent()
        || !(ran.outcome() instanceof Outcome.Stopped stopped)
        || !(stopped.plan().orElse(null) instanceof Plan.Change plan)) {
      return Optional.empty();
    }
    Clearance clearance = with.backups().before(migration, plan);
    if (clearance instanceof Clearance.Cleared cleared) {
      if (cleared.backup().isEmpty()) {
        return Optional.empty(); // it was stopped for another reason
      }
      with.runs().told(resource.getMetadata().getUid(), ran);
      start(resource, spec, migration, ran.inputs(), ran.look(), cleared.safeguard(plan));
    }
    return Optional.of(clearance);
  }
}
