package io.schemamigration.testing;

import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Supplier;

/** What a {@link CuttingProxy} does to the bytes that reach it; one object per setting. */
sealed interface Fault {

  /** Everything passes. */
  record Pass() implements Fault {}

  /** Nothing passes, and nobody is told. */
  record Blackhole() implements Fault {}

  /** New connections are reset at once, old ones live on. */
  record Refuse() implements Fault {}

  /**
   * Connections are cut at a moment that their bytes decide.
   *
   * @param from the side whose bytes are watched
   * @param triggers makes the watcher of one connection
   * @param onReply cut only when the other side answers, which proves that it has acted
   * @param left how many cuts may still happen
   */
  record Cut(Side from, Supplier<Trigger> triggers, boolean onReply, AtomicInteger left)
      implements Fault {

    boolean take() {
      return left.getAndUpdate(n -> Math.max(0, n - 1)) > 0;
    }
  }

  /** The two ends of a proxied connection. */
  enum Side {
    CLIENT,
    SERVER;

    Side other() {
      return this == CLIENT ? SERVER : CLIENT;
    }
  }
}
