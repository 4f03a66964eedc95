package io.schemamigration.cli;

import io.schemamigration.postgres.Outcome;
import io.schemamigration.postgres.Runner;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.Spec;

/** Runs what is pending. */
@Command(
    name = "up",
    description = "Runs the pending files, each in a transaction with its record.")
final class Up implements Callable<Integer> {
  @Mixin private WorkspaceOptions options;

  @Option(
      names = "--lock-wait",
      paramLabel = "TIME",
      defaultValue = "10m",
      description = "How long to wait for another runner. Default: ${DEFAULT-VALUE}")
  private Duration lockWait;

  @Spec private CommandSpec spec;
  private final Cli cli;

  Up(Cli cli) {
    this.cli = cli;
  }

  @Override
  public Integer call() {
    Workspace work = options.read(cli.environment());
    PrintWriter err = spec.commandLine().getErr();
    Progress progress = new Progress(err, Progress.onTerminal());
    Interrupt interrupt = Interrupt.cancels(progress);
    try {
      return new OutcomeReport(spec.commandLine())
          .tell(work.source(), patiently(work, progress, err));
    } finally {
      interrupt.close();
    }
  }

  private Outcome patiently(Workspace work, Progress progress, PrintWriter err) {
    long deadline = System.nanoTime() + lockWait.toNanos();
    String told = "";
    while (true) {
      Outcome outcome =
          new Runner(work.target(), work.author(cli.version()), work::plan, progress).run();
      if (!(outcome instanceof Outcome.Busy busy) || System.nanoTime() > deadline) {
        return outcome;
      }
      if (!busy.message().equals(told)) {
        told = busy.message();
        err.println(told);
        err.flush();
      }
    }
  }
}
