package io.schemamigration.backup;

/**
 * A step of a dump or a restore failed. The message is fit for a status: what happened, where, and
 * what to do; no secret, host or row value.
 */
public final class StepFailure extends Exception {
  private static final long serialVersionUID = 1L;
  private final StepExit exit;

  StepFailure(StepExit exit, String message) {
    super(message);
    this.exit = exit;
  }

  /** Why. */
  public StepExit exit() {
    return exit;
  }
}
