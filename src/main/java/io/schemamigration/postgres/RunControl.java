package io.schemamigration.postgres;

import io.schemamigration.plan.Script;
import java.time.Duration;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;

/**
 * The reins of one run: others stop it or watch it from their own threads.
 *
 * <p>{@link #stop} ends it before the next file. {@link #cancel} also cancels the file that is
 * running, which the server then rolls back whole.
 */
public class RunControl {
  private final ReentrantLock lock = new ReentrantLock();
  private final Condition changed = lock.newCondition();
  private boolean stopping;
  private boolean cancelled;
  private Session session;
  private Activity activity = Activity.NONE;
  private Activity waited = Activity.NONE;
  private long fileSince;
  private boolean inFile;

  /** Asks the run to end before its next file. */
  public final void stop() {
    change(false);
  }

  /** Asks the run to end now; a file that is running is rolled back. */
  public final void cancel() {
    change(true);
  }

  private void change(boolean now) {
    Session running = null;
    lock.lock();
    try {
      stopping = true;
      cancelled |= now;
      running = cancelled ? session : null;
      changed.signalAll();
    } finally {
      lock.unlock();
    }
    if (running != null) {
      running.cancel();
    }
  }

  /**
   * Called before a file is sent.
   *
   * @param number which of this run's files, from 1
   * @param total how many there are
   */
  protected void sending(Script script, int number, int total) {}

  /** Called when there is news of what the file that is running is about. */
  protected void active(Activity activity) {}

  /** Called when a file is committed. */
  protected void committed(Script script) {}

  /** A file is about to be sent. */
  final void begin(Script script, int number, int total) {
    note(true);
    sending(script, number, total);
  }

  /** No file is running any more. */
  final void end() {
    note(false);
  }

  private void note(boolean running) {
    lock.lock();
    try {
      inFile = running;
      fileSince = System.nanoTime();
      activity = running ? Activity.NONE : activity;
      waited = running ? Activity.NONE : waited;
    } finally {
      lock.unlock();
    }
  }

  final boolean fileTakesLongerThan(Duration duration) {
    lock.lock();
    try {
      return inFile && System.nanoTime() - fileSince > duration.toNanos();
    } finally {
      lock.unlock();
    }
  }

  /** What a watch saw; ignored when the file is over. */
  final void tell(Activity seen) {
    lock.lock();
    try {
      if (!inFile) {
        return;
      }
      // A file that gives up waits for nobody in the moment before it says so.
      if (!seen.blockers().isEmpty() || activity.blockers().isEmpty()) {
        waited = seen;
      }
      if (seen.text().equals(activity.text())) {
        return;
      }
      activity = seen;
    } finally {
      lock.unlock();
    }
    active(seen);
  }

  /** Whom the last file was last seen to wait for. */
  final Activity lastWait() {
    lock.lock();
    try {
      return waited;
    } finally {
      lock.unlock();
    }
  }

  final boolean stopping() {
    lock.lock();
    try {
      return stopping;
    } finally {
      lock.unlock();
    }
  }

  final boolean cancelled() {
    lock.lock();
    try {
      return cancelled;
    } finally {
      lock.unlock();
    }
  }

  final void attach(Session session) {
    lock.lock();
    try {
      this.session = session;
    } finally {
      lock.unlock();
    }
  }

  /** Waits, but no longer than until somebody stops the run. */
  final void pause(Duration duration) {
    long nanos = duration.toNanos();
    lock.lock();
    try {
      while (!stopping && nanos > 0) {
        nanos = changed.awaitNanos(nanos);
      }
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      stopping = true;
    } finally {
      lock.unlock();
    }
  }
}
