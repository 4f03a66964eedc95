package io.schemamigration.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Optional;
import org.awaitility.Awaitility;

/** The S3 server Versity Gateway over a folder, as a process of this machine. */
public final class Versitygw implements S3Server {
  private static final Duration STARTUP = Duration.ofSeconds(10);

  private final int port = FreePort.find();
  private final Process process;

  private Versitygw(Path program, Path folder) throws IOException {
    Path data = Files.createDirectories(folder.resolve("data"));
    ProcessBuilder builder =
        new ProcessBuilder(
                program.toString(), "--port", "127.0.0.1:" + port, "posix", data.toString())
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("versitygw.log").toFile());
    builder.environment().put("ROOT_ACCESS_KEY", ACCESS_KEY);
    builder.environment().put("ROOT_SECRET_KEY", SECRET_KEY);
    process = builder.start();
    AtExit.close(this);
    Awaitility.await("start of versitygw")
        .atMost(STARTUP)
        .failFast("versitygw has ended", () -> !process.isAlive())
        .until(this::listens);
  }

  /**
   * Starts it; skips the test where {@code VERSITYGW} names no program.
   *
   * @param folder an empty folder for its files
   */
  public static Versitygw start(Path folder) {
    Optional<Path> program =
        Optional.ofNullable(System.getenv("VERSITYGW")).map(Path::of).filter(Files::isExecutable);
    Tiers.require(
        program.isPresent(),
        5,
        "S3 server versitygw",
        "the environment variable VERSITYGW names no program");
    try {
      return new Versitygw(program.orElseThrow(), folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Override
  public URI endpoint() {
    return URI.create("http://127.0.0.1:" + port);
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
