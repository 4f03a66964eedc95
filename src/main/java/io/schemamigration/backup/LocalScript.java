package io.schemamigration.backup;

import io.schemamigration.postgres.DatabaseUnavailable;
import io.schemamigration.postgres.Endpoint;
import io.schemamigration.postgres.LoginFiles;
import java.io.BufferedReader;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Consumer;

/** The scripts of a Job on this machine, by its {@code sh} and its programs of PostgreSQL. */
public final class LocalScript {
  /** Of the caller's environment the programs get these alone: there may be a password in it. */
  private static final List<String> PASSED_ON =
      List.of("PATH", "HOME", "TMPDIR", "LD_LIBRARY_PATH");

  private final Endpoint endpoint;
  private final Duration connect;
  private final Map<String, String> environment;
  private final Consumer<String> output;
  private Process process;
  private boolean stopping;

  /**
   * A script for a database.
   *
   * @param connect how long connecting may take
   * @param environment where the programs are found, as {@code PATH} says
   * @param output gets each line that the script prints
   */
  public LocalScript(
      Endpoint endpoint,
      Duration connect,
      Map<String, String> environment,
      Consumer<String> output) {
    this.endpoint = endpoint;
    this.connect = connect;
    this.environment = environment;
    this.output = output;
  }

  /** Asks the script to end; from another thread, at any time. */
  public synchronized void stop() {
    stopping = true;
    if (process != null) {
      process.destroy();
    }
  }

  void run(String script, Map<String, String> variables) throws StepFailure, DatabaseUnavailable {
    Path home = null;
    try {
      home = Files.createTempDirectory("smig-"); // for its owner alone
      LoginFiles.write(endpoint, home, connect);
      Path message = home.resolve("message");
      int code = await(start(script, variables, home, message));
      if (code != 0) {
        throw failure(code, message);
      }
    } catch (IOException e) {
      throw new StepFailure(
          StepExit.SETTINGS_INVALID,
          "sh cannot be run, or the temporary folder not be written; install the one, or set"
              + " TMPDIR");
    } finally {
      LocalFiles.delete(home);
    }
  }

  private synchronized Process start(
      String script, Map<String, String> variables, Path home, Path message)
      throws IOException, StepFailure {
    if (stopping) {
      throw new StepFailure(StepExit.STOPPED, "stopped before it was begun");
    }
    Map<String, String> given = new HashMap<>(variables);
    given.put("PATH", "/usr/local/bin:/usr/bin:/bin");
    PASSED_ON.stream()
        .filter(environment::containsKey)
        .forEach(name -> given.put(name, environment.get(name)));
    given.put("SMIG_LOGIN_FOLDER", home.toString());
    given.put("SMIG_TERMINATION_LOG", message.toString());
    given.put("SMIG_APPLICATION", "smig");
    given.put("SMIG_NEWER", "install the client programs of PostgreSQL");
    ProcessBuilder builder =
        new ProcessBuilder("/bin/sh", "-c", script)
            .redirectError(ProcessBuilder.Redirect.DISCARD); // all of it is in the message
    builder.environment().clear();
    builder.environment().putAll(given);
    process = builder.start();
    return process;
  }

  private int await(Process running) throws IOException {
    try (BufferedReader lines = running.inputReader(StandardCharsets.UTF_8)) {
      lines.lines().forEach(output);
      return running.waitFor();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      running.destroy();
      return StepExit.STOPPED.code();
    }
  }

  private static StepFailure failure(int code, Path message) throws IOException {
    String text =
        Files.exists(message)
            ? new String(Files.readAllBytes(message), StandardCharsets.UTF_8).strip()
            : "the script ended with %d and said nothing".formatted(code);
    return new StepFailure(StepExit.of(code).orElse(StepExit.KILLED), text);
  }
}
