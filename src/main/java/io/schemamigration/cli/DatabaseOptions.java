package io.schemamigration.cli;

import io.schemamigration.config.Durations;
import io.schemamigration.postgres.ConnectionEnvironment;
import io.schemamigration.postgres.ConnectionSecret;
import io.schemamigration.postgres.Tables;
import io.schemamigration.postgres.Target;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import picocli.CommandLine.Option;

/** Which database, and how patient to be with it. */
final class DatabaseOptions {
  @Option(
      names = "--url",
      paramLabel = "URL",
      description = {
        "postgresql://user:password@host:port/database?sslmode=...",
        "Default: the variable DATABASE_URL. What it does not say comes from PGHOST, PGPORT,"
            + " PGDATABASE, PGUSER, PGPASSWORD and PGSSLMODE."
      })
  private String url;

  @Option(
      names = "--schema",
      paramLabel = "NAME",
      defaultValue = "public",
      description = "Schema of the tracking table. Default: ${DEFAULT-VALUE}")
  private String schema;

  @Option(
      names = "--table",
      paramLabel = "NAME",
      defaultValue = "drizzle_migrations",
      description = "The tracking table. Default: ${DEFAULT-VALUE}")
  private String table;

  @Option(
      names = "--connect-timeout",
      paramLabel = "TIME",
      defaultValue = "10s",
      description = "How long connecting may take. Default: ${DEFAULT-VALUE}")
  private Duration connect;

  @Option(
      names = "--lock-timeout",
      paramLabel = "TIME",
      defaultValue = "5s",
      description =
          "How long a statement waits for a lock, so also how long others queue behind it."
              + " Default: ${DEFAULT-VALUE}")
  private Duration lock;

  @Option(
      names = "--statement-timeout",
      paramLabel = "TIME",
      defaultValue = "0s",
      description = "How long a statement may take; 0s: no limit. Default: ${DEFAULT-VALUE}")
  private Duration statement;

  @Option(
      names = "--role",
      paramLabel = "NAME",
      description = "Role that the files run as. Default: the user")
  private String role;

  @Option(
      names = "--search-path",
      paramLabel = "NAME",
      split = ",",
      description = "Schemas in which names without one are looked up. Default: the server's")
  private List<String> searchPath = List.of();

  Tables tables() {
    try {
      return new Tables(schema, table);
    } catch (IllegalArgumentException e) {
      throw new UsageException(e.getMessage().replace("history.", "--"));
    }
  }

  Target target(Map<String, String> environment) {
    Optional<String> given = Optional.ofNullable(url).or(() -> variable(environment));
    return switch (ConnectionEnvironment.read(given, environment)) {
      case ConnectionSecret.Found found ->
          new Target(
              found.endpoint(),
              tables(),
              new Target.Timeouts(connect, lock, statement),
              "smig",
              new Target.SessionDefaults(Optional.ofNullable(role), searchPath));
      case ConnectionSecret.Invalid invalid ->
          throw new UsageException("the connection " + invalid.message());
    };
  }

  private static Optional<String> variable(Map<String, String> environment) {
    return Optional.ofNullable(environment.get("DATABASE_URL")).filter(u -> !u.isBlank());
  }

  /** Reads times as the resource's fields have them: 500ms, 5s, 1m30s. */
  static Duration duration(String text) {
    return Durations.parse(text);
  }
}
