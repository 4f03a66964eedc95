package io.schemamigration.cli;

import io.schemamigration.postgres.DatabaseUnavailable;
import io.schemamigration.postgres.Outcome;
import io.schemamigration.postgres.RunControl;
import io.schemamigration.postgres.Runner;
import java.time.Duration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** Runs what is pending. */
@Command(
    name = "up",
    description = "Runs the pending files, each in a transaction with its record.")
final class Up extends Change {
  @Option(
      names = "--lock-wait",
      paramLabel = "TIME",
      defaultValue = "10m",
      description = "How long to wait for another runner. Default: ${DEFAULT-VALUE}")
  private Duration lockWait;

  Up(Cli cli) {
    super(cli);
  }

  @Override
  int change(Workspace work) throws DatabaseUnavailable {
    return attended(control -> tell(work, patiently(work, control)));
  }

  private Outcome patiently(Workspace work, RunControl control) {
    long deadline = System.nanoTime() + lockWait.toNanos();
    String told = "";
    while (true) {
      Outcome outcome = new Runner(work.target(), author(work), work.planning(), control).run();
      if (!(outcome instanceof Outcome.Busy busy) || System.nanoTime() > deadline) {
        return outcome;
      }
      if (!busy.message().equals(told)) {
        told = busy.message();
        err().println(told);
        err().flush();
      }
    }
  }
}
