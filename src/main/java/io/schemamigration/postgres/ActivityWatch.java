package io.schemamigration.postgres;

import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Asks, over a connection of its own, what a file is about that takes longer than a moment. It is a
 * service to people and never in the way: whatever fails here is not told.
 */
final class ActivityWatch {
  private static final Duration TICK = Duration.ofSeconds(1);
  private static final String QUESTION = String.join("\n", Sql.lines("activity.sql"));

  private final Target target;
  private final int pid;
  private final RunControl control;
  private final CountDownLatch ended = new CountDownLatch(1);
  private Session session;

  private ActivityWatch(Target target, int pid, RunControl control) {
    // Without the role: who sees what in pg_stat_activity goes by the user that logged in.
    this.target =
        new Target(
            target.endpoint(),
            target.tables(),
            target.timeouts(),
            target.application(),
            Target.SessionDefaults.NONE);
    this.pid = pid;
    this.control = control;
  }

  /** Starts to watch a session until this is closed. */
  static ActivityWatch start(Target target, Session watched, RunControl control) {
    ActivityWatch watch = new ActivityWatch(target, watched.backendPid(), control);
    Thread.ofVirtual().name("activity").start(watch::watch);
    return watch;
  }

  private void watch() {
    try {
      while (!ended.await(TICK.toMillis(), TimeUnit.MILLISECONDS)) {
        if (control.fileTakesLongerThan(TICK)) {
          tell(ask());
        }
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    } catch (SQLException | DatabaseUnavailable | RuntimeException e) {
      return; // the run itself will tell what is wrong
    } finally {
      if (session != null) {
        session.close();
      }
    }
  }

  /** After the end the same reins may hold the next connection's file, which this is not about. */
  private void tell(Activity seen) {
    if (ended.getCount() > 0) {
      control.tell(seen);
    }
  }

  private Activity ask() throws SQLException, DatabaseUnavailable {
    if (session == null) {
      session = Session.open(target, Session.Purpose.LOOK);
    }
    Optional<String> phase = Optional.empty();
    OptionalInt percent = OptionalInt.empty();
    List<Activity.Blocker> blockers = new ArrayList<>();
    try (PreparedStatement statement = session.jdbc().prepareStatement(QUESTION)) {
      statement.setInt(1, pid);
      statement.setInt(2, pid);
      try (ResultSet row = statement.executeQuery()) {
        while (row.next()) {
          long number = row.getLong("number");
          boolean known = !row.wasNull();
          if (row.getString("phase") == null) {
            Optional<Duration> age =
                known ? Optional.of(Duration.ofSeconds(number)) : Optional.empty();
            blockers.add(
                new Activity.Blocker(row.getInt("pid"), printable(row.getString("name")), age));
          } else {
            phase = Optional.of(row.getString("phase"));
            percent = known ? OptionalInt.of((int) number) : OptionalInt.empty();
          }
        }
      }
    }
    return new Activity(phase, percent, blockers);
  }

  private static String printable(String name) {
    return name == null ? "" : name.replaceAll("[^\\p{Print}]", "?");
  }

  /** Ends it; its connection is closed on its own thread, after the answer it waits for. */
  void close() {
    ended.countDown();
  }
}
