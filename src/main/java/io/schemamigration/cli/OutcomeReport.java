package io.schemamigration.cli;

import io.schemamigration.plan.ScriptSet;
import io.schemamigration.postgres.Outcome;
import java.io.PrintWriter;
import picocli.CommandLine;

/** Tells how a run ended, and with which exit code. */
final class OutcomeReport {
  private final CommandLine line;

  OutcomeReport(CommandLine line) {
    this.line = line;
  }

  int tell(ScriptSet files, Outcome outcome) {
    PrintWriter out = line.getOut();
    PrintWriter err = line.getErr();
    int code =
        switch (outcome) {
          case Outcome.Done done -> {
            out.print(Report.of(files, done.plan()).summary());
            yield ExitCode.of(done.plan());
          }
          case Outcome.Failed failed -> {
            err.println(failed.failure().text());
            failed.plan().ifPresent(plan -> out.print(Report.of(files, plan).summary()));
            yield ExitCode.FAILED;
          }
          case Outcome.Stopped stopped -> {
            err.println("stopped; what had been applied stays, the file in flight is rolled back");
            yield ExitCode.FAILED;
          }
          case Outcome.Busy busy -> {
            err.println(busy.message() + "; gave up");
            yield ExitCode.BLOCKED;
          }
          case Outcome.Unavailable lost -> {
            err.println(lost.reason().label() + ": " + lost.message());
            yield ExitCode.of(lost.reason());
          }
        };
    out.flush();
    err.flush();
    return code;
  }
}
