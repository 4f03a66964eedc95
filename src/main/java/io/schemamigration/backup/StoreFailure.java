package io.schemamigration.backup;

import com.fasterxml.jackson.annotation.JsonValue;

/**
 * A store did not do what it was asked for. The message is fit for a status: what happened, where,
 * and what to do; no secret, no host and no text that a server sent.
 */
public final class StoreFailure extends Exception {
  private static final long serialVersionUID = 1L;
  private final Reason reason;

  /** What happened, as one word. */
  public enum Reason {
    /** The settings cannot be used. */
    SETTINGS_INVALID("SettingsInvalid"),
    /** The work folder does not hold what the dump leaves there. */
    DUMP_INCOMPLETE("DumpIncomplete"),
    /** There is no such bucket. */
    BUCKET_NOT_FOUND("BucketNotFound"),
    /** The bucket is in another region. */
    WRONG_REGION("WrongRegion"),
    /** There are no credentials. */
    CREDENTIALS_MISSING("CredentialsMissing"),
    /** The server does not know the credentials, or they have expired. */
    CREDENTIALS_REFUSED("CredentialsRefused"),
    /** The credentials, or the user of the pod, may not do it. */
    ACCESS_DENIED("AccessDenied"),
    /** The server does not answer, or says that it cannot now. */
    UNREACHABLE("Unreachable"),
    /** The server's certificate is not trusted, has expired or is another host's. */
    TLS_FAILED("TLSFailed"),
    /** The clocks of server and node differ too much. */
    CLOCK_SKEW("ClockSkew"),
    /** Disk or quota is full. */
    NO_SPACE("NoSpace"),
    /** The volume is mounted read-only. */
    READ_ONLY("ReadOnly"),
    /** Another backup has that name. */
    ALREADY_EXISTS("AlreadyExists"),
    /** There is no such backup. */
    BACKUP_NOT_FOUND("BackupNotFound"),
    /** What is there is not what was written. */
    CORRUPT("Corrupt"),
    /** A newer version wrote it. */
    NEWER_FORMAT("NewerFormat"),
    /** Anything else. */
    OTHER("StoreFailed");

    private final String label;

    Reason(String label) {
      this.label = label;
    }

    /** As a status shows it. */
    @JsonValue
    public String label() {
      return label;
    }
  }

  /** One of that reason; the message says what happened, where, and what to do. */
  StoreFailure(Reason reason, String message) {
    super(message);
    this.reason = reason;
  }

  /** One of that reason; the cause is for a debugger only, its text may name hosts. */
  StoreFailure(Reason reason, String message, Throwable cause) {
    super(message, cause);
    this.reason = reason;
  }

  /** What happened, as one word. */
  public Reason reason() {
    return reason;
  }
}
