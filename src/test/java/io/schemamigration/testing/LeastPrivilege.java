package io.schemamigration.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The rights of {@code docs/least-privilege.sql}, part by part, with a test's own names. */
public final class LeastPrivilege {
  private static final Path FILE = Path.of("docs/least-privilege.sql");
  private static final Pattern PART = Pattern.compile("(?m)^-- == (\\d+)\\. ");

  private LeastPrivilege() {}

  /** A database that is somebody else's, and a login that may only make its own tables there. */
  public static Db createDatabase(PostgresServer server, String prefix) {
    return createDatabase(server, prefix, 2);
  }

  /** The same, with another part than the second. */
  public static Db createDatabase(PostgresServer server, String prefix, int part) {
    Db old = server.createDatabase(prefix);
    Db login = old.as(old.name() + "_migrator", "p@ss/%25:word-" + old.name());
    server.admin().execute("ALTER DATABASE " + old.name() + " OWNER TO " + server.superuser());
    grant(server, login, 1);
    grant(server, login, part);
    return login;
  }

  /** Runs a part as the superuser. */
  public static void grant(PostgresServer server, Db login, int part) {
    Db admin = login.as(server.superuser(), server.password());
    admin.execute(
        part(part)
            .replace("choose one", login.password())
            .replaceAll("\\borders_migrator\\b", Matcher.quoteReplacement(login.user()))
            .replaceAll("\\borders_(owner|app)\\b", login.name() + "_$1")
            .replaceAll("\\borders\\b", login.name()));
  }

  private static String part(int number) {
    List<String> parts = List.of(PART.split(read()));
    return "-- " + parts.get(number); // the rest of its headline
  }

  private static String read() {
    try {
      return Files.readString(FILE);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
