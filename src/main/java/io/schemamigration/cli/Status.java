package io.schemamigration.cli;

import io.schemamigration.plan.Plan;
import io.schemamigration.postgres.DatabaseUnavailable;
import io.schemamigration.postgres.Runner;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Where the database stands. */
@Command(name = "status", description = "Shows every migration and its state; changes nothing.")
final class Status implements Callable<Integer> {
  @Mixin private WorkspaceOptions options;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "table",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}")
  private Format format;

  @Spec private CommandSpec spec;
  private final Cli cli;

  Status(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws DatabaseUnavailable {
    Workspace work = options.read(cli.environment());
    Plan plan = work.plan(Runner.look(work.target()).history());
    spec.commandLine().getOut().print(format.write(Report.of(work.source(), plan)));
    spec.commandLine().getOut().flush();
    return ExitCode.of(plan);
  }
}
