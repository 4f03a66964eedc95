package io.schemamigration.cli;

import io.schemamigration.plan.Baseline;
import io.schemamigration.plan.History;
import io.schemamigration.plan.Plan;
import io.schemamigration.postgres.Outcome;
import io.schemamigration.postgres.RunControl;
import io.schemamigration.postgres.Runner;
import java.io.PrintWriter;
import java.util.LinkedHashSet;
import java.util.Set;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Records files as applied without running them. */
@Command(
    name = "baseline",
    description = "Records files as applied without running them: the database has their schema.")
final class RecordBaseline implements Callable<Integer> {
  @Mixin private WorkspaceOptions options;

  @Option(
      names = "--to",
      required = true,
      paramLabel = "HASH",
      description = "The last file whose schema the database has")
  private String to;

  @Spec private CommandSpec spec;
  private final Cli cli;

  RecordBaseline(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    Workspace work = options.read(cli.environment()).upTo(to);
    Set<String> recorded = new LinkedHashSet<>();
    Outcome outcome =
        new Runner(
                work.target(),
                work.author(cli.version()),
                history -> plan(work, history, recorded),
                new RunControl())
            .run();
    if (outcome instanceof Outcome.Done done && done.plan() instanceof Plan.UpToDate) {
      PrintWriter out = spec.commandLine().getOut();
      recorded.forEach(file -> out.println("recorded " + file + " as applied"));
    }
    return new OutcomeReport(spec.commandLine()).tell(work.source(), outcome);
  }

  private static Plan plan(Workspace work, History history, Set<String> recorded) {
    Plan plan = Baseline.plan(work.situation(history));
    if (plan instanceof Plan.Apply apply) {
      apply.baseline().forEach(script -> recorded.add(script.file()));
    }
    return plan;
  }
}
