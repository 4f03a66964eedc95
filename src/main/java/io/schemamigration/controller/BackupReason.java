package io.schemamigration.controller;

import io.schemamigration.decision.TaskVerdict.Step;
import io.schemamigration.plan.Reason.Stage;

/** What a DatabaseBackup's Ready condition says beside the reasons of its migration. */
enum BackupReason {
  PROGRESSING("Progressing", Stage.WORKING, Step.OPEN),
  BACKUP_RUNNING("BackupRunning", Stage.WORKING, Step.BEGUN),
  MIGRATION_NOT_FOUND("MigrationNotFound", Stage.WAITING, Step.OPEN),
  VOLUME_BUSY("VolumeBusy", Stage.WAITING, Step.OPEN),

  /** Tried again: what stops it is outside, and so is what mends it. */
  BACKUP_FAILED("BackupFailed", Stage.OUTSIDE, Step.OPEN),

  /** It is being deleted, and its dump cannot be removed; tried again. */
  REMOVAL_FAILED("RemovalFailed", Stage.OUTSIDE, Step.OPEN),

  COMPLETE("Complete", Stage.DONE, Step.OVER);

  private final String label;
  private final Stage stage;
  private final Step step;

  BackupReason(String label, Stage stage, Step step) {
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
