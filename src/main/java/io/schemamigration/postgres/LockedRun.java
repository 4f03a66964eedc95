package io.schemamigration.postgres;

import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Reason;
import io.schemamigration.plan.Script;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;

/** What a run does on one connection while it holds the lock: look, plan, send, look again. */
final class LockedRun {
  private final Session session;
  private final Target target;
  private final Author author;
  private final Planning planning;
  private final RunControl control;
  private final Backoff backoff;
  private final Tally tally;

  LockedRun(
      Session session,
      Target target,
      Author author,
      Planning planning,
      RunControl control,
      Backoff backoff,
      Tally tally) {
    this.session = session;
    this.target = target;
    this.author = author;
    this.planning = planning;
    this.control = control;
    this.backoff = backoff;
    this.tally = tally;
  }

  /** One look and what it asks for; empty: look again, on this connection if it still stands. */
  Optional<Outcome> follow() throws DatabaseUnavailable, SQLException {
    Plan plan = look();
    return switch (plan) {
      case Plan.UpToDate upToDate -> Optional.of(new Outcome.Done(upToDate, tally.committed));
      case Plan.Refuse refuse -> Optional.of(new Outcome.Done(refuse, tally.committed));
      case Plan.Change change when control.stopping() ->
          Optional.of(new Outcome.Stopped(Optional.of(change), tally.committed));
      // What was backed up is no longer what would run: made anew for that.
      case Plan.Change change when !tally.sent && !planning.safeguard().lets(change) ->
          Optional.of(stopped(Optional.of(change)));
      case Plan.Record books -> {
        ledger().prepare(books.position().history(), books.books());
        if (tally.booked) {
          yield Optional.of(new Outcome.Done(look(), tally.committed));
        }
        tally.booked = true; // once: with books what is to be done may be something else
        yield Optional.empty();
      }
      case Plan.Apply apply -> {
        ledger().prepare(apply.position().history(), apply.books());
        noteBackup(apply);
        yield send(new Frames.Apply(apply, target.tables(), author));
      }
      case Plan.Undo undo -> {
        noteBackup(undo);
        yield send(new Frames.Undo(undo, target.tables(), author));
      }
    };
  }

  private void noteBackup(Plan.Change change) throws SQLException {
    Optional<Safeguard.Backup> backup = planning.safeguard().backup();
    if (!tally.sent && backup.filter(b -> b.plan().equals(change.id())).isPresent()) {
      ledger().backedUp(backup.get());
    }
  }

  private Ledger ledger() {
    return new Ledger(session.jdbc(), target.tables(), author);
  }

  private Plan look() throws DatabaseUnavailable, SQLException {
    try {
      Look look = new HistoryReader(session, target, planning.question()).read(Session.Purpose.RUN);
      tally.undone.addAll(look.books().undone());
      return planning.decide().apply(look.history(), look.books());
    } catch (SQLException e) {
      if (control.cancelled() || Runner.broken(e)) {
        throw e;
      }
      throw ConnectErrors.explainQuery(e, target.tables());
    }
  }

  private Optional<Outcome> send(Frames frames) throws DatabaseUnavailable, SQLException {
    PatientSender sender = new PatientSender(session, target, author, control, frames, backoff);
    for (List<Script> batch : frames.batches()) {
      if (control.stopping()) {
        return Optional.of(stopped(Optional.of(look())));
      }
      tally.sent = true;
      FileSender.Result result = sender.send(batch);
      if (!(result instanceof FileSender.Committed)) {
        return ended(result);
      }
      tally.committed += batch.size();
      if (frames instanceof Frames.Undo) {
        batch.forEach(script -> tally.undone.add(script.hash()));
      }
      batch.forEach(control::committed);
    }
    Plan next = look();
    // What was undone may have been in the way of what is pending.
    return next instanceof Plan.Apply && frames instanceof Frames.Undo
        ? Optional.empty()
        : Optional.of(new Outcome.Done(next, tally.committed));
  }

  /** What becomes of a run whose file was not committed; empty: look again. */
  private Optional<Outcome> ended(FileSender.Result result)
      throws DatabaseUnavailable, SQLException {
    return switch (result) {
      case FileSender.Committed committed -> Optional.empty();
      case FileSender.RolledBack rolledBack ->
          Optional.of(failed(rolledBack.failure(), rolledBack.script()));
      case FileSender.Interrupted interrupted -> Optional.of(stopped(Optional.of(look())));
      case FileSender.LockLost lockLost ->
          AdvisoryLock.take(session, target.tables(), Runner.LOCK_PATIENCE, control)
              ? Optional.empty()
              : Optional.of(busyOrStopped());
      case FileSender.Claimed claimed ->
          tally.lostClaims.add(claimed.script().hash())
              ? Optional.empty()
              : Optional.of(failed(claimed.failure(), claimed.script()));
      case FileSender.Unknown unknown ->
          control.cancelled() ? Optional.of(stopped(Optional.empty())) : Optional.empty();
    };
  }

  private Outcome.Stopped stopped(Optional<Plan> plan) {
    return new Outcome.Stopped(plan, tally.committed);
  }

  /** The lock was not to be had. */
  Outcome busyOrStopped() throws SQLException {
    if (control.stopping()) {
      return stopped(Optional.empty());
    }
    String holder = AdvisoryLock.holder(session, target.tables()).orElse("which has just left");
    return new Outcome.Busy("another runner holds the lock (" + holder + "); waiting for it");
  }

  private Outcome failed(Failure rolledBack, Script script) {
    Failure failure = rolledBack.waitedFor(control.lastWait());
    if (control.cancelled()) {
      return stopped(Optional.empty());
    }
    if (failure.reason() == Reason.PERMISSION_DENIED) {
      // The claim was refused, so nothing of the file ran: polled until somebody grants the right.
      return new Outcome.Unavailable(failure.reason(), failure.text(), false);
    }
    Optional<Plan> plan = Optional.empty();
    try {
      ledger().failed(failure, script);
      plan = Optional.of(look());
    } catch (SQLException | DatabaseUnavailable e) {
      // The failure is what counts; the next look shows where the database stands.
      return new Outcome.Failed(plan, failure, tally.committed);
    }
    return new Outcome.Failed(plan, failure, tally.committed);
  }
}
