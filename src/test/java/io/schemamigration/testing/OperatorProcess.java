package io.schemamigration.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.awaitility.Awaitility;

/**
 * A main class of this class path in a JVM of its own, to be killed at any moment.
 *
 * <p>It gets the given environment and nothing else: what the machine's user has in variables or in
 * his home, such as a kubeconfig of another cluster, must not reach an operator under test.
 */
public final class OperatorProcess implements AutoCloseable {
  private static final Duration END = Duration.ofSeconds(30);
  private static final Duration LOOK = Duration.ofMillis(20);
  private static final List<String> SMALL_AND_QUICK =
      List.of("-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Xshare:auto");

  private final Process process;
  private final Path output;

  private OperatorProcess(Process process, Path output) {
    this.process = process;
    this.output = output;
    AtExit.close(this);
  }

  /**
   * Starts the JVM.
   *
   * @param folder an existing folder for its output, which is also its working directory and home
   */
  public static OperatorProcess start(
      Class<?> main, Map<String, String> environment, Path folder, String... arguments) {
    try {
      Path output = Files.createTempFile(folder, main.getSimpleName() + "-", ".log");
      ProcessBuilder builder =
          new ProcessBuilder(command(main, folder, arguments))
              .directory(folder.toFile())
              .redirectErrorStream(true)
              .redirectOutput(output.toFile());
      builder.environment().clear();
      builder.environment().put("HOME", folder.toAbsolutePath().toString());
      builder.environment().putAll(environment);
      return new OperatorProcess(builder.start(), output);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  public long pid() {
    return process.pid();
  }

  public boolean alive() {
    return process.isAlive();
  }

  /** Both its streams so far. */
  public List<String> output() {
    try {
      String text = new String(Files.readAllBytes(output), StandardCharsets.UTF_8);
      return text.lines().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Waits for a line that has this in it, and fails at once if the process ends without it. */
  public String awaitLine(String part, Duration atMost) {
    Awaitility.await("a line with " + part)
        .pollInterval(LOOK)
        .pollDelay(Duration.ZERO)
        .atMost(atMost)
        .failFast(this + " ended without a line with: " + part, () -> endedWithout(part))
        .until(() -> has(part));
    return output().stream().filter(contains(part)).findFirst().orElseThrow();
  }

  /** SIGKILL; returns when the process is gone. */
  public void kill() {
    process.destroyForcibly();
    awaitEnd(END);
    AtExit.forget(this);
  }

  /** SIGTERM, as a kubelet sends it first; returns the exit code. */
  public int terminate(Duration atMost) {
    process.destroy();
    return awaitEnd(atMost);
  }

  /** SIGSTOP: the process stands still with all its connections, like one on a frozen node. */
  public void freeze() {
    signal("STOP");
  }

  /** SIGCONT: the frozen process goes on and does not know that time has passed. */
  public void thaw() {
    signal("CONT");
  }

  /** Waits for the process to end by itself; returns the exit code. */
  public int awaitEnd(Duration atMost) {
    try {
      if (!process.waitFor(atMost.toMillis(), TimeUnit.MILLISECONDS)) {
        throw new AssertionError(this + " has not ended in " + atMost + "\n" + tail());
      }
      return process.exitValue();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  @Override
  public void close() {
    kill();
  }

  private static List<String> command(Class<?> main, Path folder, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(SMALL_AND_QUICK);
    command.add("-Duser.home=" + folder.toAbsolutePath());
    command.add("-cp");
    command.add(classPath());
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return command;
  }

  /** Under Surefire and Failsafe {@code java.class.path} may be one jar with nothing in it. */
  private static String classPath() {
    String path =
        System.getProperty("surefire.test.class.path", System.getProperty("java.class.path"));
    return Stream.of(path.split(File.pathSeparator))
        .map(entry -> Path.of(entry).toAbsolutePath().toString())
        .reduce((a, b) -> a + File.pathSeparator + b)
        .orElseThrow();
  }

  private void signal(String name) {
    try {
      Process kill = new ProcessBuilder("kill", "-" + name, String.valueOf(pid())).start();
      if (kill.waitFor() != 0) {
        throw new IllegalStateException("no SIG" + name + " to " + this);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private boolean endedWithout(String part) {
    return !alive() && !has(part);
  }

  private boolean has(String part) {
    return output().stream().anyMatch(contains(part));
  }

  private static Predicate<String> contains(String part) {
    return line -> line.contains(part);
  }

  private String tail() {
    List<String> lines = output();
    return String.join("\n", lines.subList(Math.max(0, lines.size() - 40), lines.size()));
  }

  @Override
  public String toString() {
    return "process " + pid() + " (" + output + ")";
  }
}
