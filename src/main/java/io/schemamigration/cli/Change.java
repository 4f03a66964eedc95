package io.schemamigration.cli;

import io.schemamigration.postgres.Author;
import io.schemamigration.postgres.DatabaseUnavailable;
import io.schemamigration.postgres.Outcome;
import io.schemamigration.postgres.RunControl;
import java.io.PrintWriter;
import java.util.concurrent.Callable;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** A command that changes a database; the counterpart of {@link Inspection}. */
abstract class Change implements Callable<Integer> {
  @Mixin private WorkspaceOptions options;
  @Spec private CommandSpec spec;
  private final Cli cli;

  Change(Cli cli) {
    this.cli = cli;
  }

  @Override
  public final Integer call() throws DatabaseUnavailable {
    return change(options.read(cli.environment()));
  }

  /** Changes it; returns the exit code. */
  abstract int change(Workspace work) throws DatabaseUnavailable;

  /** What runs on the reins that it is given, and tells how it ended. */
  @FunctionalInterface
  interface Run {
    int with(RunControl control) throws DatabaseUnavailable;
  }

  /** Runs something whose progress is shown and which Ctrl-C ends, not before it has told so. */
  final int attended(Run run) throws DatabaseUnavailable {
    Progress progress = new Progress(err(), Progress.onTerminal());
    Interrupt interrupt = Interrupt.cancels(progress);
    try {
      return run.with(progress);
    } finally {
      interrupt.close();
    }
  }

  /** Who acts. */
  final Author author(Workspace work) {
    return work.author(cli.version());
  }

  /** Tells how a run ended; returns the exit code. */
  final int tell(Workspace work, Outcome outcome) {
    return new OutcomeReport(spec.commandLine()).tell(work.source(), outcome);
  }

  final PrintWriter out() {
    return spec.commandLine().getOut();
  }

  final PrintWriter err() {
    return spec.commandLine().getErr();
  }
}
