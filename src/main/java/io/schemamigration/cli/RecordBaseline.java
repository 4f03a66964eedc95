package io.schemamigration.cli;

import io.schemamigration.plan.Baseline;
import io.schemamigration.plan.History;
import io.schemamigration.plan.Plan;
import io.schemamigration.postgres.DatabaseUnavailable;
import io.schemamigration.postgres.Outcome;
import io.schemamigration.postgres.Planning;
import io.schemamigration.postgres.RunControl;
import io.schemamigration.postgres.Runner;
import java.util.LinkedHashSet;
import java.util.Set;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Records files as applied without running them. */
@Command(
    name = "baseline",
    description = "Records files as applied without running them: the database has their schema.")
final class RecordBaseline extends Change {
  @Option(
      names = "--to",
      required = true,
      paramLabel = "HASH",
      description = "The last file whose schema the database has")
  private String to;

  RecordBaseline(Cli cli) {
    super(cli);
  }

  @Override
  int change(Workspace all) throws DatabaseUnavailable {
    Workspace work = all.upTo(to);
    return attended(control -> record(work, control));
  }

  private int record(Workspace work, RunControl control) {
    Set<String> recorded = new LinkedHashSet<>();
    Outcome outcome =
        new Runner(
                work.target(),
                author(work),
                Planning.of(history -> plan(work, history, recorded)),
                control)
            .run();
    if (outcome instanceof Outcome.Done done && done.plan() instanceof Plan.UpToDate) {
      recorded.forEach(file -> out().println("recorded " + file + " as applied"));
    }
    return tell(work, outcome);
  }

  private static Plan plan(Workspace work, History history, Set<String> recorded) {
    Plan plan = Baseline.plan(work.situation(history));
    if (plan instanceof Plan.Record books) {
      books.books().baseline().forEach(script -> recorded.add(script.file()));
    }
    return plan;
  }
}
