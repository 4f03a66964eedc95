package io.schemamigration.postgres;

import io.schemamigration.plan.History;
import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Reason;
import io.schemamigration.plan.Script;
import io.schemamigration.plan.UndoBooks;
import io.schemamigration.plan.UndoRequest;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;

/**
 * Runs a plan: lock, look again, send the files one by one. After a lost connection it starts over,
 * under the lock, from what the database says: never from what it remembers.
 */
public final class Runner {
  private static final Duration LOCK_PATIENCE = Duration.ofSeconds(5);
  private static final int LOST_LIMIT = 4;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

  private final Target target;
  private final Author author;
  private final Planning planner;
  private final Optional<UndoRequest> request;
  private final RunControl control;
  private final Backoff backoff;
  private final Set<String> lostClaims = new HashSet<>();
  private int applied;
  private boolean sent;
  private boolean booked;

  /**
   * A run.
   *
   * @param planner decides from the history read under the lock
   * @param control the reins; a run that was stopped before it began ends at once
   */
  public Runner(Target target, Author author, Function<History, Plan> planner, RunControl control) {
    this(target, author, planner, control, FIRST_PAUSE);
  }

  /** As above, with another first pause before something is tried again. */
  Runner(
      Target target,
      Author author,
      Function<History, Plan> planner,
      RunControl control,
      Duration firstPause) {
    this(
        target,
        author,
        Optional.empty(),
        (history, books) -> planner.apply(history),
        control,
        firstPause);
  }

  private Runner(
      Target target,
      Author author,
      Optional<UndoRequest> request,
      Planning planner,
      RunControl control,
      Duration firstPause) {
    this.target = target;
    this.author = author;
    this.request = request;
    this.planner = planner;
    this.control = control;
    this.backoff = new Backoff(firstPause);
  }

  /** Decides from what was read under the lock. */
  @FunctionalInterface
  public interface Planning {
    Plan plan(History history, UndoBooks books);
  }

  /** A run that undoes what a request names. */
  public static Runner undoing(
      Target target, Author author, UndoRequest request, Planning planner, RunControl control) {
    return new Runner(target, author, Optional.of(request), planner, control, FIRST_PAUSE);
  }

  /** Looks without the lock. */
  public static Look look(Target target) throws DatabaseUnavailable {
    try (Session session = Session.open(target, Session.Purpose.LOOK)) {
      session.refusePooler(Session.Purpose.LOOK);
      return new HistoryReader(session, target).read(Session.Purpose.LOOK);
    } catch (SQLException e) {
      throw ConnectErrors.explainQuery(e, target.tables());
    }
  }

  /** Runs to the end; called once. */
  public Outcome run() {
    for (int lost = 0; ; lost++) {
      Optional<Outcome> outcome = attempt();
      if (outcome.isPresent()) {
        return outcome.get();
      }
      if (lost == LOST_LIMIT) {
        return new Outcome.Unavailable(
            Reason.DATABASE_UNREACHABLE, "the connection breaks again and again", sent);
      }
      control.pause(backoff.after(lost));
    }
  }

  /** One connection's worth of work; empty: the connection was lost, so start over. */
  private Optional<Outcome> attempt() {
    try (Session session = Session.open(target, Session.Purpose.RUN)) {
      control.attach(session);
      session.refusePooler(Session.Purpose.RUN);
      if (!AdvisoryLock.take(session, target.tables(), LOCK_PATIENCE, control)) {
        return Optional.of(busyOrStopped(session));
      }
      ActivityWatch watch = ActivityWatch.start(target, session, control);
      try {
        Optional<Outcome> outcome = Optional.empty();
        while (outcome.isEmpty() && !session.closed()) {
          outcome = follow(session);
        }
        return outcome;
      } finally {
        watch.close();
      }
    } catch (DatabaseUnavailable e) {
      return Optional.of(new Outcome.Unavailable(e.reason(), e.getMessage(), sent));
    } catch (SQLException e) {
      return bookkeepingFailed(e);
    } finally {
      control.attach(null);
    }
  }

  private Outcome busyOrStopped(Session session) throws SQLException {
    if (control.stopping()) {
      return new Outcome.Stopped(Optional.empty(), applied);
    }
    String holder = AdvisoryLock.holder(session, target.tables()).orElse("which has just left");
    return new Outcome.Busy("another runner holds the lock (" + holder + "); waiting for it");
  }

  private Optional<Outcome> bookkeepingFailed(SQLException e) {
    if (control.cancelled()) {
      return Optional.of(new Outcome.Stopped(Optional.empty(), applied));
    }
    return broken(e)
        ? Optional.empty()
        : Optional.of(BookkeepingErrors.explain(e, target.tables(), sent));
  }

  private static boolean broken(SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    return state.startsWith("08") || state.startsWith("57P") || state.isEmpty();
  }

  /** One look and what it asks for; empty: look again, on this connection if it still stands. */
  private Optional<Outcome> follow(Session session) throws DatabaseUnavailable, SQLException {
    Plan plan = look(session);
    return switch (plan) {
      case Plan.Apply apply when !control.stopping() -> {
        new Ledger(session.jdbc(), target.tables(), author).prepare(apply);
        if (apply.scripts().isEmpty() && !booked) {
          booked = true; // once: with books what is to be done may be something else
          yield Optional.empty();
        }
        yield send(session, new Frames.Apply(apply, target.tables(), author));
      }
      case Plan.Undo undo when !control.stopping() ->
          send(session, new Frames.Undo(undo, target.tables(), author));
      case Plan.Apply apply -> Optional.of(new Outcome.Stopped(Optional.of(apply), applied));
      case Plan.Undo undo -> Optional.of(new Outcome.Stopped(Optional.of(undo), applied));
      case Plan.UpToDate upToDate -> Optional.of(new Outcome.Done(upToDate, applied));
      case Plan.Refuse refuse -> Optional.of(new Outcome.Done(refuse, applied));
    };
  }

  private Plan look(Session session) throws DatabaseUnavailable, SQLException {
    HistoryReader reader = new HistoryReader(session, target);
    try {
      History history = reader.read(Session.Purpose.RUN).history();
      if (request.isEmpty() || !history.ledger()) {
        return planner.plan(history, UndoBooks.NONE);
      }
      return planner.plan(
          history, new UndoReader(session.jdbc(), target.tables()).read(request.get()));
    } catch (SQLException e) {
      if (control.cancelled() || broken(e)) {
        throw e;
      }
      throw ConnectErrors.explainQuery(e, target.tables());
    }
  }

  private Optional<Outcome> send(Session session, Frames frames)
      throws DatabaseUnavailable, SQLException {
    PatientSender sender = new PatientSender(session, target, author, control, frames, backoff);
    for (List<Script> batch : frames.batches()) {
      if (control.stopping()) {
        return Optional.of(new Outcome.Stopped(Optional.of(look(session)), applied));
      }
      sent = true;
      switch (sender.send(batch)) {
        case FileSender.Committed committed -> {
          applied += batch.size();
          batch.forEach(control::committed);
        }
        case FileSender.RolledBack rolledBack -> {
          return Optional.of(failed(session, rolledBack.failure(), rolledBack.script()));
        }
        case FileSender.Interrupted interrupted -> {
          return Optional.of(new Outcome.Stopped(Optional.of(look(session)), applied));
        }
        case FileSender.LockLost lockLost -> {
          return AdvisoryLock.take(session, target.tables(), LOCK_PATIENCE, control)
              ? Optional.empty()
              : Optional.of(busyOrStopped(session));
        }
        case FileSender.Claimed claimed -> {
          return lostClaims.add(claimed.script().hash())
              ? Optional.empty()
              : Optional.of(failed(session, claimed.failure(), claimed.script()));
        }
        case FileSender.Unknown unknown -> {
          return control.cancelled()
              ? Optional.of(new Outcome.Stopped(Optional.empty(), applied))
              : Optional.empty();
        }
      }
    }
    return Optional.of(new Outcome.Done(look(session), applied));
  }

  private Outcome failed(Session session, Failure rolledBack, Script script) {
    Failure failure = rolledBack.waitedFor(control.lastActivity());
    if (control.cancelled()) {
      return new Outcome.Stopped(Optional.empty(), applied);
    }
    if (failure.reason() == Reason.PERMISSION_DENIED) {
      // The claim was refused, so nothing of the file ran: polled until somebody grants the right.
      return new Outcome.Unavailable(failure.reason(), failure.text(), false);
    }
    Optional<Plan> plan = Optional.empty();
    try {
      new Ledger(session.jdbc(), target.tables(), author).failed(failure, script);
      plan = Optional.of(look(session));
    } catch (SQLException | DatabaseUnavailable e) {
      // The failure is what counts; the next look shows where the database stands.
      return new Outcome.Failed(plan, failure, applied);
    }
    return new Outcome.Failed(plan, failure, applied);
  }
}
