package io.schemamigration.postgres;

import io.schemamigration.plan.Pin;
import io.schemamigration.plan.Reason;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;

/**
 * Runs a plan: lock, look again, send the files one by one. After a lost connection it starts over,
 * under the lock, from what the database says: never from what it remembers.
 */
public final class Runner {
  static final Duration LOCK_PATIENCE = Duration.ofSeconds(5);
  private static final int LOST_LIMIT = 4;
  private static final Duration FIRST_PAUSE = Duration.ofMillis(200);

  private final Target target;
  private final Author author;
  private final Planning planning;
  private final RunControl control;
  private final Backoff backoff;
  private final Tally tally = new Tally();

  /**
   * A run.
   *
   * @param planning decides from what is read under the lock
   * @param control the reins; a run that was stopped before it began ends at once
   */
  public Runner(Target target, Author author, Planning planning, RunControl control) {
    this(target, author, planning, control, FIRST_PAUSE);
  }

  /** As above, with another first pause before something is tried again. */
  Runner(Target target, Author author, Planning planning, RunControl control, Duration firstPause) {
    this.target = target;
    this.author = author;
    this.planning = planning;
    this.control = control;
    this.backoff = new Backoff(firstPause);
  }

  /**
   * Looks without the lock.
   *
   * @param pin a target that may roll back: what undoes the files above it is read as well
   */
  public static Look look(Target target, Optional<Pin> pin) throws DatabaseUnavailable {
    try (Session session = Session.open(target, Session.Purpose.LOOK)) {
      session.refusePooler(Session.Purpose.LOOK);
      return new HistoryReader(session, target, pin).read(Session.Purpose.LOOK);
    } catch (SQLException e) {
      throw ConnectErrors.explainQuery(e, target.tables());
    }
  }

  /** Looks without the lock. */
  public static Look look(Target target) throws DatabaseUnavailable {
    return look(target, Optional.empty());
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
            Reason.DATABASE_UNREACHABLE, "the connection breaks again and again", tally.sent);
      }
      control.pause(backoff.after(lost));
    }
  }

  /** What was undone for the request so far, by this run or an earlier one; known after a run. */
  public Set<String> undone() {
    return Set.copyOf(tally.undone);
  }

  /** Whether it sent a file; known after a run. */
  public boolean sent() {
    return tally.sent;
  }

  /** One connection's worth of work; empty: the connection was lost, so start over. */
  private Optional<Outcome> attempt() {
    try (Session session = Session.open(target, Session.Purpose.RUN)) {
      control.attach(session);
      session.refusePooler(Session.Purpose.RUN);
      LockedRun locked = new LockedRun(session, target, author, planning, control, backoff, tally);
      if (!AdvisoryLock.take(session, target.tables(), LOCK_PATIENCE, control)) {
        return Optional.of(locked.busyOrStopped());
      }
      ActivityWatch watch = ActivityWatch.start(target, session, control);
      try {
        Optional<Outcome> outcome = Optional.empty();
        while (outcome.isEmpty() && !session.closed()) {
          outcome = locked.follow();
        }
        return outcome;
      } finally {
        watch.close();
      }
    } catch (DatabaseUnavailable e) {
      return Optional.of(new Outcome.Unavailable(e.reason(), e.getMessage(), tally.sent));
    } catch (SQLException e) {
      return bookkeepingFailed(e);
    } finally {
      control.attach(null);
    }
  }

  private Optional<Outcome> bookkeepingFailed(SQLException e) {
    if (control.cancelled()) {
      return Optional.of(new Outcome.Stopped(Optional.empty(), tally.committed));
    }
    return broken(e)
        ? Optional.empty()
        : Optional.of(BookkeepingErrors.explain(e, target.tables(), tally.sent));
  }

  /** Whether an error means that the connection is gone. */
  static boolean broken(SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    return state.startsWith("08") || state.startsWith("57P") || state.isEmpty();
  }
}
