package io.schemamigration.cli;

import io.schemamigration.plan.Plan;
import io.schemamigration.postgres.DatabaseUnavailable;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** A command that looks at a database without touching it. */
abstract class Inspection implements Callable<Integer> {
  @Mixin private WorkspaceOptions options;

  @Option(
      names = {"-o", "--output"},
      defaultValue = "table",
      description = "${COMPLETION-CANDIDATES}. Default: ${DEFAULT-VALUE}")
  private Format format;

  @Spec private CommandSpec spec;
  private final Cli cli;

  Inspection(Cli cli) {
    this.cli = cli;
  }

  @Override
  public final Integer call() throws DatabaseUnavailable {
    Workspace work = options.read(cli.environment());
    Plan plan = work.plan();
    Report report = Report.of(work.source(), plan);
    PrintWriter out = spec.commandLine().getOut();
    out.print(
        switch (format) {
          case table -> forPeople(report, plan);
          case json, yaml -> format.write(report);
        });
    out.flush();
    return ExitCode.of(plan);
  }

  abstract String forPeople(Report report, Plan plan);
}
