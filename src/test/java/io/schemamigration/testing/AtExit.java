package io.schemamigration.testing;

import java.util.ArrayDeque;
import java.util.Deque;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/**
 * Closes what is still open when the JVM ends. All at a time: Maven kills a JVM that takes longer
 * than 30 s, and what is not closed by then goes on without it.
 */
public final class AtExit {
  private static final Deque<AutoCloseable> OPEN = new ArrayDeque<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(AtExit::closeAll, "fixtures-at-exit"));
  }

  private AtExit() {}

  /** To be closed when this JVM ends. */
  public static synchronized void close(AutoCloseable resource) {
    OPEN.push(resource);
  }

  /** To be called by a resource that has been closed before the end. */
  public static synchronized void forget(AutoCloseable resource) {
    OPEN.remove(resource);
  }

  private static synchronized AutoCloseable next() {
    return OPEN.poll();
  }

  private static void closeAll() {
    try (ExecutorService threads = Executors.newCachedThreadPool()) {
      for (AutoCloseable resource; (resource = next()) != null; ) {
        AutoCloseable each = resource;
        threads.execute(() -> closeOne(each));
      }
    }
  }

  private static void closeOne(AutoCloseable resource) {
    try {
      resource.close();
    } catch (Exception e) {
      System.err.println("could not close " + resource + ": " + e);
    }
  }
}
