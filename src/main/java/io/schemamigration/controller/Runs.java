package io.schemamigration.controller;

import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.schemamigration.plan.History;
import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Reason;
import io.schemamigration.plan.Script;
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
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
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
  private final Semaphore all;
  private final int perServer;
  private final Map<String, Semaphore> servers = new ConcurrentHashMap<>();
  private final Map<String, String> databases = new ConcurrentHashMap<>();
  private final Map<String, Entry> entries = new ConcurrentHashMap<>();
  private volatile boolean draining;
  private final ScheduledExecutorService watchman =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("watchman").factory());

  Runs(Clock clock, int inAll, int perServer, Wake wake, Wanted wanted) {
    this.clock = clock;
    this.wake = wake;
    this.wanted = wanted;
    this.all = new Semaphore(inAll);
    this.perServer = perServer;
    watchman.scheduleAtFixedRate(
        this::tick, TICK.toMillis(), TICK.toMillis(), TimeUnit.MILLISECONDS);
  }

  /** One resource's piece of work; the reins of the run, and how far it is. */
  private static final class Entry extends RunControl {
    private final ResourceID id;
    private final String uid;
    private final long generation;
    private volatile Work result;
    private volatile Work.Progress progress;
    private Work.Progress published;
    private int quietTicks;
    private final AtomicBoolean cancelling = new AtomicBoolean();

    Entry(ResourceID id, String uid, long generation) {
      this.id = id;
      this.uid = uid;
      this.generation = generation;
    }

    @Override
    protected void sending(Script script, int number, int total) {
      progress = new Work.Progress(script.file(), number, total);
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

  /**
   * What there is for a resource; a look's result is handed out once, a run's until it was {@link
   * #told}: it must not be lost where the API server is ill.
   */
  Work take(String uid) {
    Entry entry = entries.get(uid);
    if (entry == null) {
      return new Work.Idle();
    }
    if (entry.result == null) {
      return new Work.Busy(Optional.ofNullable(entry.progress));
    }
    if (!(entry.result instanceof Work.Ran)) {
      entries.remove(uid, entry);
    }
    return entry.result;
  }

  /** A run's end stands in the status. */
  void told(String uid, Work.Ran ran) {
    entries.computeIfPresent(uid, (u, entry) -> entry.result == ran ? null : entry);
  }

  /** Looks at a database. */
  void look(ResourceID id, String uid, LookRequest request) {
    start(
        id,
        uid,
        request,
        entry -> {
          try {
            return new Work.Looked(request, Runner.look(request.target()));
          } catch (DatabaseUnavailable e) {
            return new Work.LookFailed(request, e.reason(), e.getMessage());
          }
        });
  }

  /** Runs a plan. */
  void run(
      ResourceID id,
      String uid,
      Inputs inputs,
      Look look,
      Author author,
      Function<History, Plan> planner) {
    start(
        id,
        uid,
        inputs.lookRequest(),
        entry -> {
          MDC.put("run", author.run().toString());
          Instant begin = clock.instant();
          LOG.info("a run begins");
          Outcome outcome = exclusively(inputs, author, planner, entry);
          Instant end = clock.instant();
          LOG.info(
              "the run ended: {} after {} ms",
              outcome.text(),
              Duration.between(begin, end).toMillis());
          return new Work.Ran(inputs, look, outcome, begin, end);
        });
  }

  private Outcome exclusively(
      Inputs inputs, Author author, Function<History, Plan> planner, Entry entry) {
    String database = inputs.target().endpoint().key();
    String other = databases.putIfAbsent(database, entry.id.toString());
    if (other != null) {
      return new Outcome.Busy("another migration of this operator runs on the database; waiting");
    }
    try {
      return new Runner(inputs.target(), author, planner, entry).run();
    } finally {
      databases.remove(database);
    }
  }

  private void start(ResourceID id, String uid, LookRequest request, Function<Entry, Work> piece) {
    if (draining) {
      return;
    }
    Entry entry = new Entry(id, uid, request.generation());
    if (entries.putIfAbsent(uid, entry) != null) {
      return; // somebody was faster; its end wakes the resource
    }
    Thread.ofVirtual()
        .name("database-" + id.getName())
        .start(() -> entry.result = work(entry, request, piece));
  }

  private Work work(Entry entry, LookRequest request, Function<Entry, Work> piece) {
    MDC.put("namespace", entry.id.getNamespace().orElse(""));
    MDC.put("name", entry.id.getName());
    MDC.put("generation", Long.toString(entry.generation));
    Semaphore server =
        servers.computeIfAbsent(
            request.target().endpoint().server(), s -> new Semaphore(perServer));
    server.acquireUninterruptibly();
    all.acquireUninterruptibly();
    try {
      return entry.result = piece.apply(entry);
    } catch (RuntimeException | Error e) {
      LOG.error("a piece of database work broke off", e);
      return entry.result =
          new Work.LookFailed(
              request, Reason.DATABASE_UNREACHABLE, "the operator failed; see its log");
    } finally {
      all.release();
      server.release();
      wake.wake(entry.id);
    }
  }

  private void tick() {
    for (Entry entry : entries.values()) {
      if (entry.result != null) {
        if (wanted.wish(entry.id, entry.uid, entry.generation) == Wish.CANCEL) {
          entries.remove(entry.uid, entry); // nobody is left to take it
        }
        // Its first wake may have been lost while the resource was busy.
        if (++entry.quietTicks % 2 == 0) {
          wake.wake(entry.id);
        }
        continue;
      }
      switch (wanted.wish(entry.id, entry.uid, entry.generation)) {
        case GO_ON -> {}
        case STOP -> entry.stop();
        case CANCEL -> entry.cancelSoon();
      }
      if (++entry.quietTicks >= 2 && entry.progress != entry.published) {
        entry.published = entry.progress;
        entry.quietTicks = 0;
        wake.wake(entry.id);
      }
    }
  }

  /** Ends all work: before the next file, and after a while at once. */
  void drain(Duration grace) throws InterruptedException {
    draining = true;
    entries.values().forEach(RunControl::stop);
    if (!awaitEnd(grace)) {
      entries.values().forEach(Entry::cancelSoon);
      awaitEnd(Duration.ofSeconds(4));
    }
  }

  private boolean awaitEnd(Duration patience) throws InterruptedException {
    long deadline = System.nanoTime() + patience.toNanos();
    while (entries.values().stream().anyMatch(e -> e.result == null)) {
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
