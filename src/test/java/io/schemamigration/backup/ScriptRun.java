package io.schemamigration.backup;

import io.schemamigration.postgres.Endpoint;
import io.schemamigration.postgres.LoginFiles;
import io.schemamigration.postgres.Tls;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.PostgresPrograms;
import io.schemamigration.testing.Tiers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** A script as its container runs it: by one shell, with a login in files and nothing else. */
final class ScriptRun {
  private static final Duration CONNECT = Duration.ofSeconds(10);
  private static final int LONGEST_SECONDS = 120;

  /** What busybox has in its own image; the rest comes from PostgreSQL. */
  private static final List<String> TOOLS =
      List.of(
          "awk",
          "cat",
          "cp",
          "date",
          "df",
          "env",
          "grep",
          "ls",
          "mkdir",
          "mktemp",
          "mv",
          "rm",
          "sed",
          "sha256sum",
          "sleep",
          "sort",
          "tr");

  private final Path home;
  private final Path work;
  private final Map<String, String> environment = new HashMap<>();
  private String shell = "sh";

  /** How a script ended. */
  record Ended(int code, String out, String err, String message) {
    StepExit exit() {
      return StepExit.of(code).orElseThrow(() -> new AssertionError("code " + code + ": " + err));
    }
  }

  /** A script that runs. */
  record Running(Process process, Path out, Path err, Path message) {
    Ended await() throws Exception {
      if (!process.waitFor(LONGEST_SECONDS, TimeUnit.SECONDS)) {
        process.destroyForcibly();
        throw new AssertionError("does not end: " + Files.readString(err));
      }
      String last = Files.exists(message) ? Files.readString(message) : "";
      return new Ended(process.exitValue(), Files.readString(out), Files.readString(err), last);
    }
  }

  /** In a folder of its own below this one. */
  ScriptRun(Path folder, Db db) throws Exception {
    home = Files.createTempDirectory(folder, "run");
    work = Files.createDirectory(home.resolve("work"));
    Tls tls = new Tls("disable", Optional.empty(), Optional.empty(), Optional.empty());
    Endpoint endpoint =
        new Endpoint(
            db.host(),
            db.port(),
            db.name(),
            db.user(),
            db.password(),
            tls,
            Optional.empty(),
            "Secret db");
    Path login = home.resolve("login");
    LoginFiles.write(endpoint, login, CONNECT);
    with("SMIG_LOGIN_FOLDER", login.toString());
    with("SMIG_WORK", work.toString());
    with("SMIG_TERMINATION_LOG", home.resolve("message").toString());
    with("TMPDIR", Files.createDirectory(home.resolve("tmp")).toString());
    with("PATH", System.getenv("PATH"));
  }

  ScriptRun with(String variable, String value) {
    environment.put(variable, value);
    return this;
  }

  /** A folder whose programs are found before all others. */
  ScriptRun first(Path programs) {
    return with("PATH", programs + ":" + environment.get("PATH"));
  }

  /** By {@code dash} or {@code busybox}; the latter brings all tools but PostgreSQL's. */
  ScriptRun by(String name) throws IOException {
    Optional<Path> program = PostgresPrograms.find(name);
    Tiers.require(program.isPresent(), 2, "scripts by " + name, name + " is not in PATH");
    shell = program.get().toString();
    if (name.equals("busybox")) {
      Path tools = Files.createDirectory(home.resolve("tools"));
      for (String tool : TOOLS) {
        Files.createSymbolicLink(tools.resolve(tool), program.get());
      }
      first(tools);
    }
    return this;
  }

  Path work() {
    return work;
  }

  Path scratch() {
    return home.resolve("tmp");
  }

  Ended dump() throws Exception {
    return start(Scripts.dump()).await();
  }

  Ended restore() throws Exception {
    return start(Scripts.restore()).await();
  }

  Running start(String script) throws IOException {
    List<String> command =
        shell.endsWith("busybox")
            ? List.of(shell, "sh", "-c", script)
            : List.of(shell, "-c", script);
    Path out = home.resolve("out");
    Path err = home.resolve("err");
    ProcessBuilder builder =
        new ProcessBuilder(command).redirectOutput(out.toFile()).redirectError(err.toFile());
    builder.environment().clear();
    builder.environment().putAll(environment);
    return new Running(builder.start(), out, err, home.resolve("message"));
  }
}
