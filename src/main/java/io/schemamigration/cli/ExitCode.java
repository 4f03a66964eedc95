package io.schemamigration.cli;

import io.schemamigration.backup.StepExit;
import io.schemamigration.backup.StoreFailure;
import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Reason;

/** What a command returns to the shell; part of the interface. */
final class ExitCode {
  /** Done, or nothing to do. */
  static final int OK = 0;

  /** A migration failed and was rolled back, or a backup or a restore did and left nothing. */
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
      case Plan.Change change -> OK;
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

  static int of(StepExit exit) {
    return switch (exit) {
      case DONE -> OK;
      case SETTINGS_INVALID -> INVALID;
      case PERMISSION_DENIED, NEWER_THAN_CLIENT, DATABASE_EXISTS -> BLOCKED;
      case LOGIN_FAILED, UNREACHABLE, DATABASE_NOT_FOUND, TLS_FAILED, LOCK_TIMEOUT -> UNREACHABLE;
      case NO_SPACE, DUMP_FAILED, VERIFICATION_FAILED, RESTORE_FAILED, KILLED, STOPPED -> FAILED;
    };
  }

  private static int elsewhere(Reason reason) {
    return switch (reason) {
      case OWNED_BY_OTHER, PERMISSION_DENIED, UNSUPPORTED_SERVER, POOLER_DETECTED -> BLOCKED;
      default -> UNREACHABLE;
    };
  }

  /** Of a backup's Job: 4 may pass by itself, 3 needs somebody, 2 is a defect of ours. */
  static int of(StoreFailure.Reason reason) {
    return switch (reason) {
      case SETTINGS_INVALID -> INVALID;
      case UNREACHABLE, CLOCK_SKEW -> UNREACHABLE;
      case BUCKET_NOT_FOUND,
          WRONG_REGION,
          CREDENTIALS_MISSING,
          CREDENTIALS_REFUSED,
          ACCESS_DENIED,
          TLS_FAILED,
          NO_SPACE,
          READ_ONLY,
          ALREADY_EXISTS,
          NEWER_FORMAT ->
          BLOCKED;
      case DUMP_INCOMPLETE, BACKUP_NOT_FOUND, CORRUPT, OTHER -> FAILED;
    };
  }
}
