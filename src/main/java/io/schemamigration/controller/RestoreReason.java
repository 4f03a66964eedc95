package io.schemamigration.controller;

import io.schemamigration.decision.TaskVerdict.Step;
import io.schemamigration.plan.Reason.Stage;

/** What a DatabaseRestore's Ready condition says beside what a look at its server finds. */
enum RestoreReason {
  PROGRESSING("Progressing", Stage.WORKING, Step.OPEN),
  RESTORE_RUNNING("RestoreRunning", Stage.WORKING, Step.BEGUN),
  BACKUP_NOT_FOUND("BackupNotFound", Stage.WAITING, Step.OPEN),
  BACKUP_NOT_READY("BackupNotReady", Stage.WAITING, Step.OPEN),
  VOLUME_BUSY("VolumeBusy", Stage.WAITING, Step.OPEN),

  /** Tried again: what stops it is outside, and so is what mends it. */
  RESTORE_FAILED("RestoreFailed", Stage.OUTSIDE, Step.OPEN),

  /** Final: should that database go some day, nobody expects another to come in its place. */
  DATABASE_EXISTS("DatabaseExists", Stage.DECISION, Step.OVER),

  /** Final: the same dump would be as bad the next time. */
  VERIFICATION_FAILED("VerificationFailed", Stage.DECISION, Step.OVER),

  COMPLETE("Complete", Stage.DONE, Step.OVER);

  private final String label;
  private final Stage stage;
  private final Step step;

  RestoreReason(String label, Stage stage, Step step) {
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

  Step step() {
    return step;
  }
}
