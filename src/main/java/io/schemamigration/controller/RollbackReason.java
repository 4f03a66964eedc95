package io.schemamigration.controller;

import io.schemamigration.decision.TaskVerdict.Step;
import io.schemamigration.plan.Reason.Stage;

/** What a SchemaRollback's Ready condition says beside the reasons of its migration. */
enum RollbackReason {
  PROGRESSING("Progressing", Stage.WORKING, Step.OPEN),
  ROLLING_BACK("RollingBack", Stage.WORKING, Step.BEGUN),
  MIGRATION_NOT_FOUND("MigrationNotFound", Stage.WAITING, Step.OPEN),
  EARLIER_REQUEST("EarlierRequest", Stage.WAITING, Step.OPEN),

  COMPLETE("Complete", Stage.DONE, Step.OVER),
  ALREADY_EXECUTED("AlreadyExecuted", Stage.DONE, Step.OVER),
  INVALID_SPEC("InvalidSpec", Stage.DECISION, Step.OVER),
  EXPIRED("Expired", Stage.DECISION, Step.OVER),
  PRECONDITION_FAILED("PreconditionFailed", Stage.DECISION, Step.OVER),
  ROLLBACK_IMPOSSIBLE("RollbackImpossible", Stage.DECISION, Step.OVER),
  ROLLBACK_FAILED("RollbackFailed", Stage.DECISION, Step.OVER),
  RETRIES_EXHAUSTED("RetriesExhausted", Stage.DECISION, Step.OVER),
  PARTIALLY_ROLLED_BACK("PartiallyRolledBack", Stage.DECISION, Step.OVER);

  private final String label;
  private final Stage stage;
  private final Step step;

  RollbackReason(String label, Stage stage, Step step) {
    this.label = label;
    this.stage = stage;
    this.step = step;
  }

  String label() {
    return label;
  }

  Stage stage() {
    return stage;
  }

  /** Where in its life the request is. */
  Step step() {
    return step;
  }
}
