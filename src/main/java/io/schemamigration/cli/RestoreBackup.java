package io.schemamigration.cli;

import io.schemamigration.backup.LocalRestore;
import io.schemamigration.backup.LocalScript;
import io.schemamigration.backup.Manifest;
import io.schemamigration.backup.StepFailure;
import io.schemamigration.postgres.DatabaseUnavailable;
import io.schemamigration.postgres.Target;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.util.Optional;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Restores a backup into a new database, as a restore's Job does it. */
@Command(
    name = "restore",
    description = {
      "Restores a backup into a new database and compares its rows with those of the backup; never"
          + " over a database that is there.",
      "Connect to any database of the server, as a user who may create databases. Needs sh and"
          + " PostgreSQL's client programs."
    })
final class RestoreBackup implements Callable<Integer> {
  @Mixin private DatabaseOptions options;

  @Option(
      names = "--from",
      required = true,
      paramLabel = "FOLDER",
      description = "The folder that backup made")
  private Path folder;

  @Option(
      names = "--database",
      required = true,
      paramLabel = "NAME",
      description = "The new database")
  private String database;

  @Option(
      names = "--owner",
      paramLabel = "ROLE",
      description = "The role that shall own it and all in it. Default: the user")
  private String owner;

  @Option(
      names = "--jobs",
      paramLabel = "N",
      defaultValue = "1",
      description = "How many connections restore at a time. Default: ${DEFAULT-VALUE}")
  private int jobs;

  @Spec private CommandSpec spec;
  private final Cli cli;

  RestoreBackup(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws StepFailure, DatabaseUnavailable {
    if (jobs < 1) {
      throw new UsageException("--jobs must be 1 or more");
    }
    Target target = options.target(cli.environment());
    LocalScript script =
        new LocalScript(
            target.endpoint(), target.timeouts().connect(), cli.environment(), line -> {});
    Interrupt interrupt = Interrupt.runs(script::stop);
    try {
      Manifest restored =
          new LocalRestore(script).run(folder, database, Optional.ofNullable(owner), jobs);
      PrintWriter out = spec.commandLine().getOut();
      out.println(
          "%s: %d tables, %d rows, equal to those of the backup"
              .formatted(
                  database,
                  restored.tables().size(),
                  restored.tables().values().stream().mapToLong(Long::longValue).sum()));
      out.flush();
      return ExitCode.OK;
    } finally {
      interrupt.close();
    }
  }
}
