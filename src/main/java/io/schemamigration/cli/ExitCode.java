package io.schemamigration.cli;

import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Reason;

/** What a command returns to the shell; part of the interface. */
final class ExitCode {
  /** Done, or nothing to do. */
  static final int OK = 0;

  /** A migration failed and was rolled back. */
  static final int FAILED = 1;

  /** Wrong usage, or files that cannot run. */
  static final int INVALID = 2;

  /** Somebody must decide first. */
  static final int BLOCKED = 3;

  /** The database cannot be worked on now. */
  static final int UNREACHABLE = 4;

  private ExitCode() {}

  static int of(Plan plan) {
    return switch (plan) {
      case Plan.UpToDate upToDate -> OK;
      case Plan.Apply apply -> OK;
      case Plan.Undo undo -> OK;
      case Plan.Refuse refuse -> of(refuse.reason());
    };
  }

  static int of(Reason reason) {
    return switch (reason) {
      case INVALID_SOURCE, INVALID_SPEC, TARGET_NOT_FOUND -> INVALID;
      case MIGRATION_FAILED, RETRIES_EXHAUSTED -> FAILED;
      default -> reason.stage() == Reason.Stage.DECISION ? BLOCKED : elsewhere(reason);
    };
  }

  private static int elsewhere(Reason reason) {
    return switch (reason) {
      case OWNED_BY_OTHER, PERMISSION_DENIED, UNSUPPORTED_SERVER, POOLER_DETECTED -> BLOCKED;
      default -> UNREACHABLE;
    };
  }
}
