package io.schemamigration.status;

import io.schemamigration.api.LastRun;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.decision.Backoff;
import io.schemamigration.decision.Verdict;
import io.schemamigration.input.Inputs;
import io.schemamigration.input.Requests;
import io.schemamigration.plan.Reason;
import io.schemamigration.postgres.Failure;
import io.schemamigration.postgres.Outcome;
import io.schemamigration.postgres.PassingFault;
import java.time.Instant;

/** The part of a {@link StatusReport} that tells how a run ended, and when the next try is due. */
final class RunReport {

  private final SchemaMigrationStatus old;
  private final SchemaMigrationStatus status;
  private final Conditions conditions;
  private final Instant now;

  RunReport(
      SchemaMigrationStatus old, SchemaMigrationStatus status, Conditions conditions, Instant now) {
    this.old = old;
    this.status = status;
    this.conditions = conditions;
    this.now = now;
  }

  void succeeded(Verdict.Ended ended) {
    status.lastRun = run(ended, "Succeeded");
  }

  void stopped(Verdict.Ended ended) {
    status.lastRun = run(ended, "Stopped");
  }

  /** A file failed and was rolled back. */
  void failed(Verdict.Ended ended, Failure failure) {
    LastRun run = run(ended, "Failed");
    run.file = failure.file();
    run.line = failure.line() > 0 ? failure.line() : null;
    run.statement = failure.statement() > 0 ? failure.statement() : null;
    run.sqlState = failure.sqlState();
    run.message = Conditions.cut(failure.message());
    run.hint = failure.hint().isEmpty() ? null : Conditions.cut(failure.hint());
    status.lastRun = run;
    if (failure.transientFault()) {
      retry(ended.inputs(), failure.reason(), failure.text());
    } else {
      status.retries = null;
      status.nextRetryTime = null;
      conditions.summarize(Reason.Stage.DECISION, false, Reason.MIGRATION_FAILED, failure.text());
    }
  }

  /** The database was lost or never reached. */
  void lost(Verdict.Ended ended, Outcome.Unavailable lost) {
    if (lost.sent()) {
      LastRun run = run(ended, "Failed");
      run.message = Conditions.cut(lost.message());
      status.lastRun = run;
      retry(ended.inputs(), lost.reason(), lost.message());
    } else {
      conditions.summarize(lost.reason().stage(), false, lost.reason(), lost.message());
    }
    if (unreachable(lost.reason())) {
      conditions.set(Conditions.REACHABLE, Conditions.FALSE, lost.reason(), lost.message());
    }
  }

  private static boolean unreachable(Reason reason) {
    return switch (reason) {
      case DATABASE_UNREACHABLE,
          DATABASE_NOT_FOUND,
          SERVER_RESOURCES,
          AUTHENTICATION_FAILED,
          TLS_FAILED,
          POOLER_DETECTED ->
          true;
      default -> false;
    };
  }

  /** Counts a transient failure of these inputs, and says when the next try is due. */
  private void retry(Inputs inputs, Reason reason, String message) {
    int retries = (lastRunHad(inputs) && old.retries != null ? old.retries : 0) + 1;
    status.retries = retries;
    if (retries > inputs.backoffLimit()) {
      status.nextRetryTime = null;
      status.lastRun.outcome = "RetriesExhausted";
      conditions.summarize(
          Reason.Stage.DECISION,
          false,
          Reason.RETRIES_EXHAUSTED,
          "gave up after %d tries, ask for more with the annotation %s: %s"
              .formatted(retries, Requests.RETRY, message));
      return;
    }
    status.nextRetryTime = Conditions.time(now.plus(Backoff.after(inputs, reason, retries)));
    conditions.summarize(Reason.Stage.WAITING, false, reason, message);
  }

  /** Whether the run before this one was of the same inputs. */
  boolean lastRunHad(Inputs inputs) {
    return old.lastRun != null && inputs.digest().equals(old.lastRun.inputs);
  }

  /** Between two tries Ready says why the last one failed, whatever was said in between. */
  void waiting() {
    Reason reason = PassingFault.beforeFile(old.lastRun.sqlState).orElse(Reason.DATABASE_READ_ONLY);
    conditions.summarize(Reason.Stage.WAITING, false, reason, text(old.lastRun));
  }

  /** {@code file:line: message (SQLSTATE); hint} of a run that failed, as {@link Failure#text}. */
  static String text(LastRun run) {
    StringBuilder text = new StringBuilder();
    if (run.file != null) {
      text.append(run.file);
      if (run.line != null) {
        text.append(':').append(run.line);
      }
      text.append(": ");
    }
    text.append(run.message == null ? "failed" : run.message);
    if (run.sqlState != null && !run.sqlState.isEmpty()) {
      text.append(" (").append(run.sqlState).append(')');
    }
    if (run.hint != null) {
      text.append("; ").append(run.hint);
    }
    return text.toString();
  }

  private LastRun run(Verdict.Ended ended, String outcome) {
    LastRun run = new LastRun();
    run.inputs = ended.inputs().digest();
    run.startTime = Conditions.time(ended.start());
    run.completionTime = Conditions.time(ended.end());
    run.outcome = outcome;
    return run;
  }
}
