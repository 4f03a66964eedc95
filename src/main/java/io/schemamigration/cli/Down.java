package io.schemamigration.cli;

import io.schemamigration.plan.History;
import io.schemamigration.plan.Plan;
import io.schemamigration.plan.UndoPlanner;
import io.schemamigration.plan.UndoRequest;
import io.schemamigration.postgres.DatabaseUnavailable;
import io.schemamigration.postgres.Outcome;
import io.schemamigration.postgres.Planning;
import io.schemamigration.postgres.RunControl;
import io.schemamigration.postgres.Runner;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import picocli.CommandLine.ArgGroup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Undoes what was applied last. */
@Command(
    name = "down",
    description = {
      "Undoes the files applied last, the newest first, each by the rollback file that was stored"
          + " when it was applied.",
      "What was undone is held back afterwards, until its file changes or its plan is approved."
    })
final class Down extends Change {
  @ArgGroup private Extent extent = new Extent();

  /** How much to undo. */
  static final class Extent {
    @Option(
        names = "--to",
        paramLabel = "HASH",
        description = "Undo what was applied after this file")
    private String to;

    @Option(names = "--steps", paramLabel = "N", description = "Undo so many. Default: 1")
    private Integer steps;
  }

  @Option(
      names = "--tracking-only",
      description = "Remove the rows of the tracking table and leave the schema as it is")
  private boolean trackingOnly;

  @Option(names = "--yes", description = "Do not ask")
  private boolean yes;

  Down(Cli cli) {
    super(cli);
  }

  @Override
  int change(Workspace work) throws DatabaseUnavailable {
    List<String> undo = undo(Runner.look(work.target()).history());
    if (undo.isEmpty()) {
      err().println("nothing to undo");
      err().flush();
      return ExitCode.OK;
    }
    if (!agreed(undo)) {
      err().println("nothing was undone");
      err().flush();
      return ExitCode.BLOCKED;
    }
    return attended(control -> tell(work, undo.size(), run(work, undo, control)));
  }

  private List<String> undo(History history) {
    List<String> newest = history.applied().reversed().stream().map(a -> a.hash()).toList();
    if (extent.to != null) {
      int count = newest.indexOf(extent.to);
      if (count < 0) {
        throw new UsageException(extent.to + " is not applied; smig status lists what is");
      }
      return newest.subList(0, count);
    }
    int steps = extent.steps == null ? 1 : extent.steps;
    if (steps < 1) {
      throw new UsageException("--steps must be 1 or more");
    }
    return newest.subList(0, Math.min(steps, newest.size()));
  }

  private boolean agreed(List<String> undo) {
    if (yes) {
      return true;
    }
    if (!Progress.onTerminal()) {
      throw new UsageException(
          "down asks before it undoes anything; without a terminal give --yes");
    }
    String what = trackingOnly ? "remove the rows of " : "undo ";
    err().print(what + String.join(", ", undo) + "? [y/N] ");
    err().flush();
    String answer = System.console().readLine();
    return answer != null && answer.strip().toLowerCase(java.util.Locale.ROOT).startsWith("y");
  }

  private Outcome run(Workspace work, List<String> undo, RunControl control) {
    UndoRequest request = new UndoRequest("command-line/" + UUID.randomUUID(), undo, trackingOnly);
    Planning planning =
        new Planning(
            Optional.of(request),
            (history, books) -> UndoPlanner.plan(work.situation(history, books), request));
    return new Runner(work.target(), author(work), planning, control).run();
  }

  /** Afterwards it is told where the database stands now. */
  private int tell(Workspace work, int wanted, Outcome outcome) throws DatabaseUnavailable {
    if (outcome instanceof Outcome.Done done && done.plan() instanceof Plan.UpToDate) {
      if (trackingOnly) {
        err().println("the rows are removed; the schema was not touched");
      }
      Plan now = work.plan();
      out().print(Report.of(work.source(), now).summary());
      out().flush();
      err().flush();
      return ExitCode.OK;
    }
    if (outcome instanceof Outcome.Failed failed) {
      err().println("%d of %d undone".formatted(failed.applied(), wanted));
    }
    return tell(work, outcome);
  }
}
