package io.schemamigration.testing;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
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
  private static final String PID = "postmaster.pid";

  private final int major;
  private final PostgresBinaries binaries;
  private final String password;
  private final Map<String, String> settings;
  private final Path data;
  private int port;
  private EmbeddedPostgres running;

  EmbeddedOrigin(int major, String password, Map<String, String> settings) {
    this(major, password, settings, newFolder(major));
  }

  private EmbeddedOrigin(int major, String password, Map<String, String> settings, Path data) {
    this.major = major;
    this.binaries = PostgresBinaries.of(major);
    this.password = password;
    this.settings = settings;
    this.data = data;
    startSomewhere();
  }

  private static Path newFolder(int major) {
    try {
      return Files.createTempDirectory("postgres-" + major + "-");
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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
    // Closing gives up after five seconds.
    awaitEnd();
  }

  /** The postmaster removes its file as its last act, unless it was killed. */
  private void awaitEnd() {
    Path file = data.resolve(PID);
    Awaitility.await("end of the postmaster")
        .atMost(SHUTDOWN)
        .ignoreExceptionsInstanceOf(NoSuchFileException.class)
        .until(() -> Files.notExists(file) || ProcessHandle.of(pid(file)).isEmpty());
  }

  private static long pid(Path file) throws IOException {
    return Long.parseLong(Files.readAllLines(file).getFirst());
  }

  /** Ends the postmaster by a signal; returns when it is gone. */
  void kill(String signal) {
    try {
      String pid = "" + pid(data.resolve(PID));
      new ProcessBuilder("kill", "-" + signal, pid).start().onExit().join();
      awaitEnd();
      // Not closed, for there is nothing to stop; what it has locked is another file then.
      Files.delete(data.resolve("epg-lock"));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    running = null;
  }

  /** Stands still for it: another server on a copy of the data, which follows nobody. */
  EmbeddedOrigin standby() {
    stop();
    try {
      Path copy = newFolder(major);
      try (Stream<Path> files = Files.walk(data)) {
        for (Path file : files.skip(1).toList()) {
          Path to = copy.resolve(data.relativize(file));
          Files.copy(file, to, StandardCopyOption.COPY_ATTRIBUTES);
        }
      }
      Files.createFile(copy.resolve("standby.signal"));
      start();
      return new EmbeddedOrigin(major, password, settings, copy);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
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

  /** At once, for nobody wants the data any more: a JVM that ends is not given much time. */
  @Override
  public void destroy() {
    // A crash leaves the file behind, and by now its number may be another process.
    if (running != null && Files.exists(data.resolve(PID))) {
      kill("QUIT");
    }
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
