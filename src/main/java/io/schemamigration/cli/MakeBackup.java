package io.schemamigration.cli;

import io.schemamigration.backup.LocalBackup;
import io.schemamigration.backup.LocalScript;
import io.schemamigration.backup.Manifest;
import io.schemamigration.backup.StepFailure;
import io.schemamigration.plan.History;
import io.schemamigration.postgres.DatabaseUnavailable;
import io.schemamigration.postgres.Runner;
import io.schemamigration.postgres.Target;
import java.io.PrintWriter;
import java.nio.file.Path;
import java.time.Clock;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Dumps the database, as a backup's Job does it. */
@Command(
    name = "backup",
    description = {
      "Dumps the database into a new folder, and reads the dump again to its end.",
      "Needs sh and PostgreSQL's client programs of the server's major or newer."
    })
final class MakeBackup implements Callable<Integer> {
  @Mixin private DatabaseOptions database;

  @Option(
      names = "--out",
      required = true,
      paramLabel = "FOLDER",
      description = "The folder to make; it is there only when the backup is complete")
  private Path folder;

  @Spec private CommandSpec spec;
  private final Cli cli;

  MakeBackup(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws StepFailure, DatabaseUnavailable {
    Target target = database.target(cli.environment());
    History history = Runner.look(target).history();
    ByteProgress progress = new ByteProgress(spec.commandLine().getErr(), Progress.onTerminal());
    LocalScript script =
        new LocalScript(
            target.endpoint(), target.timeouts().connect(), cli.environment(), progress::line);
    LocalBackup.Request request =
        new LocalBackup.Request(
            new Manifest.HistoryTable(target.tables().schema(), target.tables().table()),
            target.defaults().role(),
            target.timeouts().lock().toMillis(),
            History.Owner.COMMAND_LINE + "/smig");
    Interrupt interrupt = Interrupt.runs(script::stop);
    try {
      Manifest made = new LocalBackup(script, Clock.systemUTC()).make(folder, request, history);
      progress.end();
      PrintWriter out = spec.commandLine().getOut();
      out.println(
          "%s on PostgreSQL %s: %d tables, %d rows, %d bytes in %s, read to its end"
              .formatted(
                  made.database(),
                  made.serverVersion(),
                  made.tables().size(),
                  made.tables().values().stream().mapToLong(Long::longValue).sum(),
                  made.bytes(),
                  folder));
      out.flush();
      return ExitCode.OK;
    } finally {
      interrupt.close();
    }
  }
}
