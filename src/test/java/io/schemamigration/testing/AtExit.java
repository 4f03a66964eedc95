package io.schemamigration.testing;

import java.util.ArrayDeque;
import java.util.Deque;

/** Closes what is still open when the JVM ends, the youngest first. */
final class AtExit {
  private static final Deque<AutoCloseable> OPEN = new ArrayDeque<>();

  static {
    Runtime.getRuntime().addShutdownHook(new Thread(AtExit::closeAll, "fixtures-at-exit"));
  }

  private AtExit() {}

  static synchronized void close(AutoCloseable resource) {
    OPEN.push(resource);
  }

  /** To be called by a resource that has been closed before the end. */
  static synchronized void forget(AutoCloseable resource) {
    OPEN.remove(resource);
  }

  private static synchronized AutoCloseable next() {
    return OPEN.poll();
  }

  private static void closeAll() {
    for (AutoCloseable resource; (resource = next()) != null; ) {
      try {
        resource.close();
      } catch (Exception e) {
        System.err.println("could not close " + resource + ": " + e);
      }
    }
  }
}
