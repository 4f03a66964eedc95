package io.schemamigration.plan;

/**
 * Every reason a SchemaMigration's conditions can give, with the row of the condition table it
 * belongs to. The label is part of the API: users and alerts match on it.
 */
public enum Reason {
  PROGRESSING("Progressing", Stage.WORKING),
  SOURCE_SETTLING("SourceSettling", Stage.WORKING),
  MIGRATING("Migrating", Stage.WORKING),
  ROLLING_BACK("RollingBack", Stage.WORKING),
  BACKUP_RUNNING("BackupRunning", Stage.WORKING),

  DATABASE_UNREACHABLE("DatabaseUnreachable", Stage.WAITING),
  DATABASE_NOT_FOUND("DatabaseNotFound", Stage.WAITING),
  DATABASE_READ_ONLY("DatabaseReadOnly", Stage.WAITING),
  SERVER_RESOURCES("ServerResources", Stage.WAITING),
  SECRET_NOT_FOUND("SecretNotFound", Stage.WAITING),
  SECRET_INVALID("SecretInvalid", Stage.WAITING),
  SOURCE_NOT_FOUND("SourceNotFound", Stage.WAITING),
  SOURCE_CHECKSUM_MISMATCH("SourceChecksumMismatch", Stage.WAITING),
  LOCK_TIMEOUT("LockTimeout", Stage.WAITING),
  LOCK_HELD("LockHeld", Stage.WAITING),
  OWNED_BY_OTHER("OwnedByOther", Stage.WAITING),
  DEPENDENCY_NOT_READY("DependencyNotReady", Stage.WAITING),

  AUTHENTICATION_FAILED("AuthenticationFailed", Stage.OUTSIDE),
  TLS_FAILED("TLSFailed", Stage.OUTSIDE),
  PERMISSION_DENIED("PermissionDenied", Stage.OUTSIDE),
  POOLER_DETECTED("PoolerDetected", Stage.OUTSIDE),
  UNSUPPORTED_SERVER("UnsupportedServer", Stage.OUTSIDE),
  BACKUP_FAILED("BackupFailed", Stage.OUTSIDE),
  DEPENDENCY_CYCLE("DependencyCycle", Stage.OUTSIDE),

  MIGRATION_FAILED("MigrationFailed", Stage.DECISION),
  CONTENT_CHANGED("ContentChanged", Stage.DECISION),
  FILE_MISSING("FileMissing", Stage.DECISION),
  OUT_OF_ORDER("OutOfOrder", Stage.DECISION),
  INVALID_SOURCE("InvalidSource", Stage.DECISION),
  INVALID_SPEC("InvalidSpec", Stage.DECISION),
  TARGET_NOT_FOUND("TargetNotFound", Stage.DECISION),
  HISTORY_WENT_BACK("HistoryWentBack", Stage.DECISION),
  LEDGER_MISSING("LedgerMissing", Stage.DECISION),
  ROLLBACK_DENIED("RollbackDenied", Stage.DECISION),
  ROLLBACK_IMPOSSIBLE("RollbackImpossible", Stage.DECISION),
  PRECONDITION_FAILED("PreconditionFailed", Stage.DECISION),
  EXPIRED("Expired", Stage.DECISION),
  ROLLED_BACK("RolledBack", Stage.DECISION),
  PARTIALLY_APPLIED("PartiallyApplied", Stage.DECISION),
  PARTIALLY_ROLLED_BACK("PartiallyRolledBack", Stage.DECISION),
  RETRIES_EXHAUSTED("RetriesExhausted", Stage.DECISION),

  SUSPENDED("Suspended", Stage.IDLE),
  PLAN_ONLY("PlanOnly", Stage.IDLE),
  UP_TO_DATE("UpToDate", Stage.DONE);

  /** The row of the condition table: what Ready, Reconciling and Stalled are for a reason. */
  public enum Stage {
    /** Ready=Unknown, Reconciling: work on something new is going on. */
    WORKING,
    /** Ready=False, Reconciling: resolves by itself, is retried. */
    WAITING,
    /** Ready=False, Stalled: something outside must change; still polled. */
    OUTSIDE,
    /** Ready=False, Stalled: content or a decision is needed. */
    DECISION,
    /** Neither Reconciling nor Stalled; Ready is decided by the situation. */
    IDLE,
    /** Ready=True. */
    DONE
  }

  private final String label;
  private final Stage stage;

  Reason(String label, Stage stage) {
    this.label = label;
    this.stage = stage;
  }

  /** The CamelCase word in conditions, events and metrics. */
  public String label() {
    return label;
  }

  /** The row of the condition table. */
  public Stage stage() {
    return stage;
  }
}
