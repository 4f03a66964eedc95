package io.schemamigration.controller;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.schemamigration.decision.Work;
import io.schemamigration.plan.Script;
import io.schemamigration.postgres.Activity;
import io.schemamigration.postgres.RunControl;
import java.util.concurrent.atomic.AtomicBoolean;

/**
 * One resource's piece of database work: the reins of its run, how far it is, and in the end what
 * came of it. Kept by {@link Runs} alone.
 */
final class Piece extends RunControl {
  final ResourceID id;
  final String uid;
  final long generation;
  volatile Work result;
  volatile Work.Progress progress;
  Work.Progress published;
  int quietTicks;

  /** Whether it had to wait for its turn. */
  boolean waited;

  /** Counted on the thread of the run alone. */
  int undone;

  private final AtomicBoolean cancelling = new AtomicBoolean();

  Piece(ResourceID id, String uid, long generation) {
    this.id = id;
    this.uid = uid;
    this.generation = generation;
  }

  @Override
  protected void sending(Script script, int number, int total) {
    String action =
        script.text().isEmpty()
            ? "removing the row of " + script.hash()
            : "running " + script.file();
    progress = new Work.Progress(action, undoes(script), number, total, "");
  }

  /** Without a text only the row of what is undone is removed. */
  private static boolean undoes(Script script) {
    return script.undoes() || script.text().isEmpty();
  }

  @Override
  protected void committed(Script script) {
    if (undoes(script)) {
      undone++;
    }
  }

  @Override
  protected void active(Activity activity) {
    Work.Progress now = progress;
    progress =
        new Work.Progress(now.action(), now.undoes(), now.number(), now.total(), activity.text());
  }

  /** Off this thread: a server that is not there takes seconds to be told. */
  void cancelSoon() {
    if (cancelling.compareAndSet(false, true)) {
      Thread.ofVirtual()
          .start(
              () -> {
                cancel();
                cancelling.set(false);
              });
    }
  }
}
