package io.schemamigration.testing;

import java.io.File;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/** PostgreSQL's own programs of this machine: psql, pg_dump and pg_restore, from the PATH. */
public final class PostgresPrograms {
  private static final List<String> NAMES = List.of("psql", "pg_dump", "pg_restore");
  private static final Pattern VERSION = Pattern.compile("\\) (\\d+)");

  private PostgresPrograms() {}

  /** Skips the calling test, or fails it in a strict run, where one of the three is not there. */
  public static void require() {
    List<String> missing = NAMES.stream().filter(name -> find(name).isEmpty()).toList();
    Tiers.require(
        missing.isEmpty(), 2, "PostgreSQL's programs", String.join(", ", missing) + " not in PATH");
  }

  /** The major of pg_dump; {@link #require} first. */
  public static int major() {
    String said = output(List.of("pg_dump", "--version"));
    Matcher matcher = VERSION.matcher(said);
    if (!matcher.find()) {
      throw new IllegalStateException("pg_dump says no version: " + said);
    }
    return Integer.parseInt(matcher.group(1));
  }

  /** The newest major of this run that pg_dump can dump; skips, or fails, where there is none. */
  public static PostgresServer requireServer() {
    require();
    int client = major();
    Optional<Integer> server =
        PostgresMajors.all().filter(major -> major <= client).max(Integer::compare);
    Tiers.require(
        server.isPresent(),
        2,
        "a server that pg_dump can dump",
        "pg_dump is " + client + ", test.postgres names newer ones only");
    return Tiers.requirePostgres(server.orElseThrow());
  }

  /** Where a program is, if it is in the PATH. */
  public static Optional<Path> find(String name) {
    return folders().map(folder -> folder.resolve(name)).filter(Files::isExecutable).findFirst();
  }

  private static Stream<Path> folders() {
    String path = Optional.ofNullable(System.getenv("PATH")).orElse("");
    return Arrays.stream(path.split(Pattern.quote(File.pathSeparator))).map(Path::of);
  }

  private static String output(List<String> command) {
    try {
      Process process = new ProcessBuilder(command).redirectErrorStream(true).start();
      return new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
