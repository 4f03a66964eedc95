package io.schemamigration.controller;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.schemamigration.decision.Work;
import io.schemamigration.input.Inputs;
import io.schemamigration.input.LookRequest;
import io.schemamigration.plan.Reason;
import io.schemamigration.postgres.Author;
import io.schemamigration.postgres.DatabaseUnavailable;
import io.schemamigration.postgres.Look;
import io.schemamigration.postgres.Outcome;
import io.schemamigration.postgres.RunControl;
import io.schemamigration.postgres.Runner;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;

/**
 * The database work, on threads of its own: at most one piece per resource, bounded in all and per
 * server, and one run per database. A finished piece wakes its resource, which takes it.
 */
final class Runs implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(Runs.class);
  private static final Duration TICK = Duration.ofSeconds(1);

  /** Told when a resource has something to take, or should publish its progress. */
  @FunctionalInterface
  interface Wake {
    void wake(ResourceID id);
  }

  /** Asked each second whether the work is still wanted as it was when it began. */
  @FunctionalInterface
  interface Wanted {
    Wish wish(ResourceID id, String uid, long generation);
  }

  /** What to do with a run in flight. */
  enum Wish {
    GO_ON,
    /** The spec changed: end before the next file. */
    STOP,
    /** The resource is gone: end now. */
    CANCEL
  }

  private final Clock clock;
  private final Wake wake;
  private final Wanted wanted;
  private final Limits limits;
  private final Map<String, Piece> pieces = new ConcurrentHashMap<>();
  private volatile boolean draining;
  private final ScheduledExecutorService watchman =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("watchman").factory());

  Runs(Clock clock, Limits limits, Wake wake, Wanted wanted) {
    this.clock = clock;
    this.wake = wake;
    this.wanted = wanted;
    this.limits = limits;
    watchman.scheduleAtFixedRate(
        this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
  }

  /**
   * What there is for a resource; a look's result is handed out once, a run's until it was {@link
   * #told}: it must not be lost where the API server is ill.
   */
  Work take(String uid) {
    Piece piece = pieces.get(uid);
    if (piece == null) {
      return new Work.Idle();
    }
    if (piece.result == null) {
      return new Work.Busy(Optional.ofNullable(piece.progress));
    }
    if (!(piece.result instanceof Work.Ran)) {
      pieces.remove(uid, piece);
    }
    return piece.result;
  }

  /** A run's end stands in the status. */
  void told(String uid, Work.Ran ran) {
    pieces.computeIfPresent(uid, (u, piece) -> piece.result == ran ? null : piece);
  }

  /** Nobody takes the result of what is over any more. */
  void forget(String uid) {
    pieces.computeIfPresent(uid, (u, piece) -> piece.result == null ? piece : null);
  }

  /** Looks at a database. */
  void look(ResourceID id, String uid, LookRequest request) {
    start(
        id,
        uid,
        request,
        piece -> {
          try {
            return new Work.Looked(request, Runner.look(request.target(), request.pin()));
          } catch (DatabaseUnavailable e) {
            return new Work.LookFailed(request, e.reason(), e.getMessage());
          }
        });
  }

  /**
   * Runs files.
   *
   * @param look the look it was decided on
   * @param current whether the inputs are still what there is; asked where the run had to wait
   * @param runner made with the reins that this holds
   */
  void run(
      ResourceID id,
      String uid,
      Inputs inputs,
      Look look,
      Author author,
      BooleanSupplier current,
      Function<RunControl, Runner> runner) {
    start(
        id,
        uid,
        inputs.lookRequest(),
        piece -> {
          MDC.put("run", author.run().toString());
          Instant begin = clock.instant();
          LOG.info("a run begins");
          Runner run = runner.apply(piece);
          Outcome outcome =
              piece.waited && !current.getAsBoolean()
                  ? new Outcome.Stopped(Optional.empty(), 0)
                  : limits.exclusively(inputs.target().endpoint(), run::run);
          Instant end = clock.instant();
          LOG.info(
              "the run ended: {} after {} ms",
              outcome.text(),
              Duration.between(begin, end).toMillis());
          return new Work.Ran(
              inputs, look, outcome, run.undone(), run.sent(), piece.undone, begin, end);
        });
  }

  private void start(ResourceID id, String uid, LookRequest request, Function<Piece, Work> work) {
    if (draining) {
      return;
    }
    Piece piece = new Piece(id, uid, request.generation());
    if (pieces.putIfAbsent(uid, piece) != null) {
      return; // somebody was faster; its end wakes the resource
    }
    Thread.ofVirtual()
        .name("database-" + id.getName())
        .start(() -> piece.result = done(piece, request, work));
  }

  private Work done(Piece piece, LookRequest request, Function<Piece, Work> work) {
    MDC.put("namespace", piece.id.getNamespace().orElse(""));
    MDC.put("name", piece.id.getName());
    MDC.put("generation", Long.toString(piece.generation));
    long begin = System.nanoTime();
    Limits.Turn turn = limits.await(request.target().endpoint());
    piece.waited = System.nanoTime() - begin > TICK.toNanos();
    try {
      return piece.result = work.apply(piece);
    } catch (RuntimeException | Error e) {
      LOG.error("a piece of database work broke off", e);
      return piece.result =
          new Work.LookFailed(
              request, Reason.DATABASE_UNREACHABLE, "the operator failed; see its log");
    } finally {
      turn.close();
      wake.wake(piece.id);
    }
  }

  private void tick() {
    for (Piece piece : pieces.values()) {
      if (piece.result != null) {
        if (wanted.wish(piece.id, piece.uid, piece.generation) == Wish.CANCEL) {
          pieces.remove(piece.uid, piece); // nobody is left to take it
        }
        // Its first wake may have been lost while the resource was busy.
        if (++piece.quietTicks % 2 == 0) {
          wake.wake(piece.id);
        }
        continue;
      }
      switch (wanted.wish(piece.id, piece.uid, piece.generation)) {
        case GO_ON -> {}
        case STOP -> piece.stop();
        case CANCEL -> piece.cancelSoon();
      }
      if (++piece.quietTicks >= 2 && piece.progress != piece.published) {
        piece.published = piece.progress;
        piece.quietTicks = 0;
        wake.wake(piece.id);
      }
    }
  }

  /** Ends all work: before the next file, and after a while at once. */
  void drain(Duration grace) throws InterruptedException {
    draining = true;
    pieces.values().forEach(RunControl::stop);
    if (!awaitEnd(grace)) {
      pieces.values().forEach(Piece::cancelSoon);
      awaitEnd(Duration.ofSeconds(4));
    }
  }

  private boolean awaitEnd(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (pieces.values().stream().anyMatch(e -> e.result == null)) {
      if (System.nanoTime() > deadline) {
        return false;
      }
      TimeUnit.MILLISECONDS.sleep(20);
    }
    return true;
  }

  @Override
  public void close() {
    watchman.shutdownNow();
  }
}
