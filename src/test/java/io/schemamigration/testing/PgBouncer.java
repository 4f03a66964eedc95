package io.schemamigration.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.awaitility.Awaitility;

/** A real PgBouncer in front of one database, as a process of this machine. */
public final class PgBouncer implements AutoCloseable {
  private static final Path PROGRAM = Path.of("/usr/sbin/pgbouncer");
  private static final Duration STARTUP = Duration.ofSeconds(10);

  private final Db db;
  private final int port = FreePort.find();
  private final Process process;

  private PgBouncer(Db db, Path folder, String poolMode, String ignored) throws IOException {
    this.db = db;
    Path users = folder.resolve("users.txt");
    Path settings = folder.resolve("pgbouncer.ini");
    Files.writeString(users, "\"%s\" \"%s\"\n".formatted(db.user(), db.password()));
    Files.writeString(
        settings,
        """
        [databases]
        * = host=%s port=%d
        [pgbouncer]
        listen_addr = 127.0.0.1
        listen_port = %d
        unix_socket_dir =
        auth_type = scram-sha-256
        auth_file = %s
        pool_mode = %s
        ignore_startup_parameters = %s
        """
            .formatted(db.host(), db.port(), port, users, poolMode, ignored));
    List<String> command = new ArrayList<>(List.of(PROGRAM.toString()));
    if (System.getProperty("user.name").equals("root")) {
      // As root it refuses to work, and whom it becomes must be able to read its files.
      Files.setPosixFilePermissions(folder, PosixFilePermissions.fromString("rwxr-xr-x"));
      command.addAll(List.of("-u", "nobody"));
    }
    command.add(settings.toString());
    this.process =
        new ProcessBuilder(command)
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("pgbouncer.log").toFile())
            .start();
    AtExit.close(this);
    Awaitility.await("start of PgBouncer")
        .atMost(STARTUP)
        .failFast("PgBouncer has ended", () -> !process.isAlive())
        .until(this::listens);
  }

  /**
   * Starts it.
   *
   * @param folder an empty folder for its files
   * @param poolMode {@code session}, {@code transaction} or {@code statement}
   * @param ignored which startup parameters it takes and drops, separated by commas
   */
  public static PgBouncer start(Db db, Path folder, String poolMode, String ignored) {
    requireProgram();
    try {
      return new PgBouncer(db, folder, poolMode, ignored);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void requireProgram() {
    Tiers.require(Files.isExecutable(PROGRAM), 2, "PgBouncer", "no " + PROGRAM);
  }

  /** The database through it. */
  public Db db() {
    return db.via(port);
  }

  @Override
  public void close() {
    process.destroyForcibly().onExit().join();
    AtExit.forget(this);
  }

  private boolean listens() {
    try (Socket socket = new Socket()) {
      socket.connect(new InetSocketAddress("127.0.0.1", port));
      return true;
    } catch (IOException e) {
      return false;
    }
  }
}
