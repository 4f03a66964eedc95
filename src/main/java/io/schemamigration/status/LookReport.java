package io.schemamigration.status;

import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.decision.Verdict;
import io.schemamigration.input.Inputs;
import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Reason;
import io.schemamigration.plan.ScriptSet;
import io.schemamigration.postgres.Look;
import java.util.Objects;

/**
 * The part of a {@link StatusReport} that tells what source and database were seen to hold, or why
 * they were not seen.
 */
final class LookReport {
  private static final int TRIES_BEFORE_STALLED = 3;

  private final SchemaMigrationStatus old;
  private final SchemaMigrationStatus status;
  private final Conditions conditions;

  LookReport(SchemaMigrationStatus old, SchemaMigrationStatus status, Conditions conditions) {
    this.old = old;
    this.status = status;
    this.conditions = conditions;
  }

  /** A look succeeded; what an older run of other inputs was waiting for counts no more. */
  void looked(Inputs inputs, Look look) {
    source(inputs.source().summary());
    StatusLists.database(status, inputs, look);
    conditions.set(Conditions.REACHABLE, Conditions.TRUE, "Connected", "the database answers");
    if (old.lastRun == null || !inputs.digest().equals(old.lastRun.inputs)) {
      status.retries = null;
      status.nextRetryTime = null;
    }
  }

  /** A look, or what it needs, was not to be had. */
  void unavailable(Verdict.Unavailable u) {
    boolean quiet = u.source().filter(this::nothingNew).isPresent();
    u.source().ifPresent(this::source);
    u.secret().ifPresent(secret -> StatusLists.secret(status, secret));
    boolean database = u.source().isPresent() && aboutDatabase(u.reason());
    if (database) {
      conditions.set(Conditions.REACHABLE, Conditions.FALSE, u.reason(), u.message());
    }
    if (quiet && database) {
      return; // Ready never flaps because a periodic look failed
    }
    boolean others =
        old.source != null
            && u.source().filter(s -> !s.checksum().equals(old.source.checksum)).isPresent();
    if (others) {
      unknownPending();
    }
    status.lastApplied = null;
    boolean patient =
        u.reason() == Reason.AUTHENTICATION_FAILED && u.tries() <= TRIES_BEFORE_STALLED;
    Reason.Stage stage = patient ? Reason.Stage.WAITING : u.reason().stage();
    conditions.summarize(stage, false, u.reason(), u.message());
  }

  /** What would be done, where nothing may be. */
  void planOnly(Plan.Change plan) {
    if (plan instanceof Plan.Record books) {
      String text = "plan %s is approved; that is written down once spec.mode is Apply";
      boolean lost = books.books().abandoned().isEmpty();
      Reason reason = lost ? Reason.HISTORY_WENT_BACK : Reason.PARTIALLY_ROLLED_BACK;
      conditions.summarize(Reason.Stage.DECISION, false, reason, text.formatted(plan.id()));
      return;
    }
    conditions.summarize(
        Reason.Stage.IDLE,
        true,
        Reason.PLAN_ONLY,
        "%d %s, as plan %s; to run them set spec.mode: Apply"
            .formatted(
                plan.scripts().size(),
                plan instanceof Plan.Undo ? "to undo" : "pending",
                plan.id()));
  }

  private boolean nothingNew(ScriptSet.Summary source) {
    return Objects.equals(old.observedGeneration, status.observedGeneration)
        && old.lastApplied != null
        && source.checksum().equals(old.lastApplied.checksum);
  }

  private static boolean aboutDatabase(Reason reason) {
    return switch (reason) {
      case LOCK_HELD,
          SOURCE_NOT_FOUND,
          SOURCE_CHECKSUM_MISMATCH,
          SOURCE_SETTLING,
          INVALID_SOURCE,
          INVALID_SPEC ->
          false;
      default -> true;
    };
  }

  /** Which files there are. */
  void source(ScriptSet.Summary source) {
    status.source = new SchemaMigrationStatus.Source();
    status.source.checksum = source.checksum();
    status.source.files = source.files();
  }

  /** The files are others than those that were last held against the database. */
  void unknownPending() {
    status.pendingCount = null;
    status.pending = null;
    status.plan = null;
  }

  /** Where the database stands. */
  void position(Plan plan) {
    StatusLists.position(status, plan);
    boolean lost =
        switch (plan) {
          case Plan.Refuse refuse -> refuse.lost();
          case Plan.Change change -> change.approved();
          case Plan.UpToDate upToDate -> false;
        };
    if (lost) {
      remember();
    }
    if (!(plan instanceof Plan.UpToDate)) {
      status.lastApplied = null;
    }
  }

  /**
   * What the database has lost stays known until a person's decision about it is in the ledger: the
   * approval fits what is known.
   */
  private void remember() {
    status.current = old.current;
    status.appliedHashes = old.appliedHashes;
    if (old.database != null && old.database.id != null && status.database != null) {
      status.database.id = old.database.id;
    }
  }
}
