package io.schemamigration.cli;

import io.schemamigration.postgres.RunControl;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/**
 * Makes Ctrl-C and SIGTERM cancel the file in flight, and waits until it is: a server that is just
 * left alone goes on with it for a while.
 */
final class Interrupt implements AutoCloseable {
  private static final long PATIENCE_SECONDS = 10;

  private final CountDownLatch ended = new CountDownLatch(1);
  private final Thread hook;

  private Interrupt(Runnable end) {
    hook =
        Thread.ofPlatform()
            .name("interrupt")
            .unstarted(
                () -> {
                  end.run();
                  try {
                    ended.await(PATIENCE_SECONDS, TimeUnit.SECONDS);
                  } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                  }
                });
    Runtime.getRuntime().addShutdownHook(hook);
  }

  static Interrupt cancels(RunControl control) {
    return new Interrupt(control::cancel);
  }

  /** For what is not a run: asks it to end, and waits as long for that. */
  static Interrupt runs(Runnable end) {
    return new Interrupt(end);
  }

  @Override
  public void close() {
    ended.countDown();
    try {
      Runtime.getRuntime().removeShutdownHook(hook);
    } catch (IllegalStateException e) {
      // The process ends already: the hook runs, and has just been told that it may go.
      return;
    }
  }
}
