package io.schemamigration.cli;

import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Script;
import io.schemamigration.postgres.DatabaseUnavailable;
import io.schemamigration.postgres.Runner;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** What {@code up} would run. */
@Command(name = "plan", description = "Shows what up would run, and its id; changes nothing.")
final class ShowPlan implements Callable<Integer> {
  @Mixin private WorkspaceOptions options;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "table",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}")
  private Format format;

  @Spec private CommandSpec spec;
  private final Cli cli;

  ShowPlan(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() throws DatabaseUnavailable {
    Workspace work = options.read(cli.environment());
    Plan plan = work.plan(Runner.look(work.target()).history());
    Report report = Report.of(work.source(), plan);
    PrintWriter out = spec.commandLine().getOut();
    if (format == Format.table) {
      if (plan instanceof Plan.Apply apply) {
        for (Script script : apply.scripts()) {
          out.println("run " + script.file());
        }
      }
      out.print(report.summary());
    } else {
      out.print(format.write(report));
    }
    out.flush();
    return ExitCode.of(plan);
  }
}
