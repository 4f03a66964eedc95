package io.schemamigration.controller;

import io.schemamigration.postgres.Endpoint;
import io.schemamigration.postgres.Outcome;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;

/** How much work goes on at a time: in all, on one server, and one run on one database. */
final class Limits {
  private final Semaphore all;
  private final int perServer;
  private final Map<String, Server> servers = new ConcurrentHashMap<>();
  private final Set<String> databases = ConcurrentHashMap.newKeySet();

  Limits(int inAll, int perServer) {
    this.all = new Semaphore(inAll);
    this.perServer = perServer;
  }

  /** Those who work on a server or wait for it; with the last one it is forgotten. */
  private record Server(Semaphore permits, int guests) {}

  /** Leave to work, until it is closed. */
  @FunctionalInterface
  interface Turn extends AutoCloseable {
    @Override
    void close();
  }

  /** Waits until there is room. */
  Turn await(Endpoint endpoint) {
    String key = endpoint.server();
    Server server =
        servers.compute(
            key,
            (k, known) ->
                known == null
                    ? new Server(new Semaphore(perServer), 1)
                    : new Server(known.permits(), known.guests() + 1));
    server.permits().acquireUninterruptibly();
    all.acquireUninterruptibly();
    return () -> {
      all.release();
      server.permits().release();
      servers.computeIfPresent(
          key,
          (k, known) ->
              known.guests() == 1 ? null : new Server(known.permits(), known.guests() - 1));
    };
  }

  /** How many servers are worked on or waited for. */
  int servers() {
    return servers.size();
  }

  /** Runs where nobody else of this operator does on the same database. */
  Outcome exclusively(Endpoint endpoint, Supplier<Outcome> run) {
    if (!databases.add(endpoint.key())) {
      return new Outcome.Busy("another migration of this operator runs on the database; waiting");
    }
    try {
      return run.get();
    } finally {
      databases.remove(endpoint.key());
    }
  }
}
