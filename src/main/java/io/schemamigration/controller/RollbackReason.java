package io.schemamigration.controller;

import io.schemamigration.plan.Reason.Stage;

/** What a SchemaRollback's Ready condition says beside the reasons of its migration. */
enum RollbackReason {
  PROGRESSING("Progressing", Stage.WORKING, false),
  ROLLING_BACK("RollingBack", Stage.WORKING, false),
  MIGRATION_NOT_FOUND("MigrationNotFound", Stage.WAITING, false),
  EARLIER_REQUEST("EarlierRequest", Stage.WAITING, false),

  COMPLETE("Complete", Stage.DONE, true),
  ALREADY_EXECUTED("AlreadyExecuted", Stage.DONE, true),
  EXPIRED("Expired", Stage.DECISION, true),
  PRECONDITION_FAILED("PreconditionFailed", Stage.DECISION, true),
  ROLLBACK_IMPOSSIBLE("RollbackImpossible", Stage.DECISION, true),
  ROLLBACK_FAILED("RollbackFailed", Stage.DECISION, true),
  PARTIALLY_ROLLED_BACK("PartiallyRolledBack", Stage.DECISION, true);

  private final String label;
  private final Stage stage;
  private final boolean last;

  RollbackReason(String label, Stage stage, boolean last) {
    this.label = label;
    this.stage = stage;
    this.last = last;
  }

  String label() {
    return label;
  }

  Stage stage() {
    return stage;
  }

  /** Whether nothing happens to the request any more. */
  boolean last() {
    return last;
  }

  /** Whether a condition with this reason says that the request is over. */
  static boolean isLast(String label) {
    for (RollbackReason reason : values()) {
      if (reason.last && reason.label.equals(label)) {
        return true;
      }
    }
    return false;
  }
}
