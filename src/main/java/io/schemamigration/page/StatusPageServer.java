package io.schemamigration.page;

import com.sun.net.httpserver.Headers;
import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.Executors;
import java.util.concurrent.Semaphore;
import java.util.function.Supplier;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Serves the status page on a port of its own. It only reads, and it has no login: whoever reaches
 * the port may look. Few pages are made at a time; more are refused rather than kept.
 */
public final class StatusPageServer implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(StatusPageServer.class);
  private static final int AT_A_TIME = 8;

  /** No script runs, and nothing is loaded but the page's own style. */
  private static final String POLICY =
      "default-src 'none'; style-src 'self'; form-action 'self'; base-uri 'none';"
          + " frame-ancestors 'none'";

  private final HttpServer server;
  private final Site site;
  private final Semaphore turns = new Semaphore(AT_A_TIME);

  /**
   * Starts serving.
   *
   * @param port 0 takes a free one
   * @param caches what the watches know; empty as long as they are not filled
   * @param replica who serves it, for people
   * @param version of the operator
   * @throws IOException if the port cannot be bound
   */
  public StatusPageServer(
      int port, Supplier<Optional<Snapshot>> caches, Clock clock, String replica, String version)
      throws IOException {
    site = new Site(caches, new Layout(replica, version), clock);
    server = HttpServer.create(new InetSocketAddress(port), 0);
    server.setExecutor(Executors.newVirtualThreadPerTaskExecutor());
    server.createContext("/", this::handle);
    server.start();
  }

  /** The port it listens on. */
  public int port() {
    return server.getAddress().getPort();
  }

  private void handle(HttpExchange exchange) throws IOException {
    try (exchange) {
      String method = exchange.getRequestMethod();
      if (!method.equals("GET") && !method.equals("HEAD")) {
        exchange.getResponseHeaders().set("Allow", "GET, HEAD");
        exchange.sendResponseHeaders(405, -1);
      } else if (!turns.tryAcquire()) {
        exchange.getResponseHeaders().set("Retry-After", "1");
        exchange.sendResponseHeaders(503, -1);
      } else {
        send(exchange, answer(exchange), method.equals("HEAD"));
      }
    }
  }

  /** A turn is for making a page; who reads it slowly holds up nobody. */
  private Answer answer(HttpExchange exchange) {
    try {
      return site.at(exchange.getRequestURI().getRawPath(), exchange.getRequestURI().getRawQuery());
    } catch (RuntimeException e) {
      LOG.error("a page of the status page could not be made", e);
      return Answer.html(500, "The page could not be made; the operator's log says why.\n");
    } finally {
      turns.release();
    }
  }

  private static void send(HttpExchange exchange, Answer answer, boolean head) throws IOException {
    Headers headers = exchange.getResponseHeaders();
    headers.set("Content-Type", answer.type());
    headers.set("Content-Security-Policy", POLICY);
    headers.set("X-Content-Type-Options", "nosniff");
    headers.set("Referrer-Policy", "no-referrer");
    headers.set("Cross-Origin-Resource-Policy", "same-origin");
    headers.set("Cache-Control", "no-store");
    if (head) {
      headers.set("Content-Length", Integer.toString(answer.body().length));
      exchange.sendResponseHeaders(answer.code(), -1);
      return;
    }
    exchange.sendResponseHeaders(answer.code(), answer.body().length);
    try (OutputStream out = exchange.getResponseBody()) {
      out.write(answer.body());
    }
  }

  @Override
  public void close() {
    server.stop(0);
  }
}
