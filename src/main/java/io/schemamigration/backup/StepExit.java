package io.schemamigration.backup;

import java.util.Arrays;
import java.util.Optional;

/** How a step of a dump or a restore ended; the codes are those of {@code common.sh}. */
public enum StepExit {
  /** It did what it is for. */
  DONE(0, "Done"),
  /** The settings, or the Secret, do not do; or a program is missing. */
  SETTINGS_INVALID(10, "SettingsInvalid"),
  /** The server refused user or password. */
  LOGIN_FAILED(11, "LoginFailed"),
  /** The server does not answer, or the connection broke. */
  UNREACHABLE(12, "Unreachable"),
  /** The server has no such database. */
  DATABASE_NOT_FOUND(13, "DatabaseNotFound"),
  /** Encryption, or whom it trusts. */
  TLS_FAILED(14, "TLSFailed"),
  /** The user may not; the message names on what. */
  PERMISSION_DENIED(15, "PermissionDenied"),
  /** The server, or the dump, is of a newer major than the programs of the image. */
  NEWER_THAN_CLIENT(16, "NewerThanClient"),
  /** A lock on a table was not had in time. */
  LOCK_TIMEOUT(17, "LockTimeout"),
  /** The disk is full, here or on the server. */
  NO_SPACE(18, "NoSpace"),
  /** Anything else that made pg_dump fail. */
  DUMP_FAILED(19, "DumpFailed"),
  /** The dump cannot be read, or what was restored is not what it holds. */
  VERIFICATION_FAILED(20, "VerificationFailed"),
  /** A database of that name is there, and it is somebody's. */
  DATABASE_EXISTS(21, "DatabaseExists"),
  /** Anything else that made a restore fail. */
  RESTORE_FAILED(22, "RestoreFailed"),
  /** A program was killed, by hand or for want of memory. */
  KILLED(23, "Killed"),
  /** The step was asked to end (SIGTERM) and did. */
  STOPPED(143, "Stopped");

  private static final int KILLED_BY_KERNEL = 137;

  private final int code;
  private final String label;

  StepExit(int code, String label) {
    this.code = code;
    this.label = label;
  }

  /** The exit code of the process. */
  public int code() {
    return code;
  }

  /** As a status shows it. */
  public String label() {
    return label;
  }

  /**
   * What an exit code means.
   *
   * @return empty for one that no step gives, such as that of an image without {@code sh}
   */
  public static Optional<StepExit> of(int code) {
    if (code == KILLED_BY_KERNEL) {
      return Optional.of(KILLED);
    }
    return Arrays.stream(values()).filter(exit -> exit.code == code).findFirst();
  }
}
