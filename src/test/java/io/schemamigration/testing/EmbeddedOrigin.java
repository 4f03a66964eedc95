package io.schemamigration.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.Comparator;
import java.util.Map;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/** PostgreSQL as processes of this machine, from the binaries that the build has copied. */
final class EmbeddedOrigin implements PostgresOrigin {
  private static final Duration STARTUP = Duration.ofSeconds(60);
  private static final Duration SHUTDOWN = Duration.ofSeconds(60);
  private static final int TRIES = 3;

  private final int major;
  private final PostgresBinaries binaries;
  private final String password;
  private final Map<String, String> settings;
  private final Path data;
  private int port;
  private EmbeddedPostgres running;

  EmbeddedOrigin(int major, String password, Map<String, String> settings) {
    this.major = major;
    this.binaries = PostgresBinaries.of(major);
    this.password = password;
    this.settings = settings;
    try {
      this.data = Files.createTempDirectory("postgres-" + major + "-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    startSomewhere();
  }

  @Override
  public String name() {
    return "embedded";
  }

  @Override
  public String host() {
    return "127.0.0.1";
  }

  @Override
  public int port() {
    return port;
  }

  @Override
  public void stop() {
    if (running == null) {
      return;
    }
    try {
      running.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    running = null;
    // Closing gives up after five seconds; the postmaster removes this file as its last act.
    Awaitility.await("end of the postmaster")
        .atMost(SHUTDOWN)
        .until(() -> Files.notExists(data.resolve("postmaster.pid")));
  }

  @Override
  public void start() {
    if (running != null) {
      throw new IllegalStateException("runs already");
    }
    try {
      running = launch();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public void destroy() {
    stop();
    deleteData();
  }

  /** Another process may take a free port before the postmaster does: then on the next one. */
  private void startSomewhere() {
    IOException last = null;
    for (int i = 0; i < TRIES; i++) {
      port = FreePort.find();
      try {
        running = launch();
        return;
      } catch (IOException e) {
        last = e;
      }
    }
    deleteData();
    throw new UncheckedIOException("PostgreSQL " + major + " does not start", last);
  }

  private EmbeddedPostgres launch() throws IOException {
    Path passwordFile = Files.createTempFile("postgres-", ".password");
    try {
      Files.writeString(passwordFile, password);
      EmbeddedPostgres.Builder builder =
          EmbeddedPostgres.builder()
              .setPgBinaryResolver(binaries)
              .setOverrideWorkingDirectory(binaries.unpacked().toFile())
              .setDataDirectory(data)
              .setCleanDataDirectory(false)
              .setRegisterShutdownHook(false)
              .setPGStartupWait(STARTUP)
              .setPort(port)
              .setConnectConfig("password", password)
              // What is called locale here is any option of initdb.
              .setLocaleConfig("locale", "C")
              .setLocaleConfig("auth", "scram-sha-256")
              .setLocaleConfig("pwfile", passwordFile.toString())
              .setServerConfig("unix_socket_directories", "");
      settings.forEach((key, value) -> builder.setServerConfig(key, quoted(value)));
      return oneAtATime(builder, binaries.unpacked());
    } finally {
      Files.deleteIfExists(passwordFile);
    }
  }

  /** Unpacking is not safe among several JVMs, so one of them does it while the others wait. */
  private static synchronized EmbeddedPostgres oneAtATime(
      EmbeddedPostgres.Builder builder, Path folder) throws IOException {
    Path lock = Files.createDirectories(folder).resolve("start.lock");
    try (FileChannel channel =
            FileChannel.open(lock, StandardOpenOption.CREATE, StandardOpenOption.WRITE);
        FileLock held = channel.lock()) {
      assert held.isValid();
      return builder.start();
    }
  }

  /** The options reach the postmaster through a shell. */
  private static String quoted(String value) {
    return "'" + value.replace("'", "'\\''") + "'";
  }

  private void deleteData() {
    if (Files.notExists(data)) {
      return;
    }
    try (Stream<Path> files = Files.walk(data)) {
      for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
        Files.deleteIfExists(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
