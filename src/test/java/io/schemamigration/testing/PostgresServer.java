package io.schemamigration.testing;

import java.util.HashMap;
import java.util.Map;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A real PostgreSQL server of one major that asks for passwords (scram-sha-256).
 *
 * <p>It runs in a container if {@code TEST_DOCKER=true} (system property or environment) and Docker
 * has the image, else from the binaries that the build has copied; {@link #origin()} tells which.
 * It does not fsync unless {@code settings} say so: a test that kills the machine's processes must
 * ask for {@code fsync=on}. Everything still open is closed when the JVM ends.
 */
public final class PostgresServer implements AutoCloseable {
  private static final Map<Integer, PostgresServer> SHARED = new ConcurrentHashMap<>();
  private static final Map<String, String> SETTINGS =
      Map.of(
          "fsync", "off",
          "synchronous_commit", "on",
          "timezone", "UTC",
          "max_connections", "200");

  private final int major;
  private final boolean shared;
  private final String password;
  private final PostgresOrigin origin;
  private final AutoCloseable atExit;
  private final AtomicInteger databases = new AtomicInteger();

  private PostgresServer(int major, boolean shared, String password, PostgresOrigin origin) {
    this.major = major;
    this.shared = shared;
    this.password = password;
    this.origin = origin;
    this.atExit = origin::destroy;
    AtExit.close(atExit);
  }

  private static PostgresServer start(int major, boolean shared, Map<String, String> settings) {
    String password = "super-" + UUID.randomUUID();
    Map<String, String> all = new HashMap<>(SETTINGS);
    all.putAll(settings);
    PostgresOrigin origin =
        ContainerOrigin.usable(major)
            ? new ContainerOrigin(major, password, all)
            : new EmbeddedOrigin(major, password, all);
    return new PostgresServer(major, shared, password, origin);
  }

  /** The server of that major that all tests of this JVM share; it runs until the JVM ends. */
  public static PostgresServer shared(int major) {
    return SHARED.computeIfAbsent(major, m -> start(m, true, Map.of()));
  }

  /** A server of one's own, which can be stopped and restarted. */
  public static PostgresServer start(int major) {
    return start(major, Map.of());
  }

  /** A server of one's own with settings as in {@code postgresql.conf}, fixed for its life. */
  public static PostgresServer start(int major, Map<String, String> settings) {
    return start(major, false, settings);
  }

  /** Whether a server of that major can be started here. */
  public static boolean available(int major) {
    return PostgresBinaries.of(major).exist() || ContainerOrigin.usable(major);
  }

  public int major() {
    return major;
  }

  /** {@code container} or {@code embedded}. */
  public String origin() {
    return origin.name();
  }

  public String host() {
    return origin.host();
  }

  public int port() {
    return origin.port();
  }

  public String superuser() {
    return PostgresOrigin.SUPERUSER;
  }

  public String password() {
    return password;
  }

  /** The superuser's view of the database {@code postgres}. */
  public Db admin() {
    return new Db("postgres", superuser(), password, host(), port());
  }

  /**
   * A fresh database that belongs to a fresh role of its own, which may log in and is no superuser.
   * Its password has characters that must be escaped in a URI.
   */
  public Db createDatabase(String prefix) {
    int number = databases.incrementAndGet();
    String name = prefix + "_" + number;
    Db db = new Db(name, name + "_owner", "p@ss/%25:word-" + number, host(), port());
    Db admin = admin();
    admin.execute("CREATE ROLE \"" + db.user() + "\" LOGIN PASSWORD '" + db.password() + "'");
    admin.execute("CREATE DATABASE \"" + name + "\" OWNER \"" + db.user() + "\"");
    return db;
  }

  /** Stops the postmaster; nothing listens on the port when this returns. */
  public void stop() {
    requirePrivate();
    origin.stop();
  }

  /** Starts a stopped server, or stops and starts a running one, on the same port and data. */
  public void restart() {
    stop();
    origin.start();
  }

  /**
   * Ends the postmaster by {@code QUIT} (an immediate shutdown) or {@code KILL} (a crash); nothing
   * listens on the port when this returns. A fast shutdown is {@link #stop}.
   */
  public void kill(String signal) {
    requirePrivate();
    embedded().kill(signal);
  }

  /**
   * A hot standby with the data that this server has now, on a port of its own. It follows nobody,
   * so it stays as it is until it is promoted. This server is restarted meanwhile.
   */
  public PostgresServer standby() {
    requirePrivate();
    return new PostgresServer(major, false, password, embedded().standby());
  }

  private EmbeddedOrigin embedded() {
    Tiers.require(
        origin instanceof EmbeddedOrigin, 2, "faults of PostgreSQL " + major, "a container has it");
    return (EmbeddedOrigin) origin;
  }

  /** Stops the server and removes its data. A shared one stays: it ends with the JVM. */
  @Override
  public void close() {
    if (!shared) {
      AtExit.forget(atExit);
      origin.destroy();
    }
  }

  private void requirePrivate() {
    if (shared) {
      throw new IllegalStateException("other tests use this server: start one of your own");
    }
  }

  @Override
  public String toString() {
    return "PostgreSQL " + major + " (" + origin() + ") on port " + port();
  }
}
