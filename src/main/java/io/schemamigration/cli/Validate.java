package io.schemamigration.cli;

import io.schemamigration.plan.Problem;
import io.schemamigration.plan.ScriptSet;
import java.io.PrintWriter;
import java.util.List;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** Looks at the files as if all of them were pending. */
@Command(name = "validate", description = "Checks the files without a database.")
final class Validate implements Callable<Integer> {
  @Mixin private SourceOptions source;
  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    ScriptSet files = source.read();
    List<Problem> problems = files.allProblems();
    PrintWriter out = spec.commandLine().getOut();
    for (Problem problem : problems) {
      out.println(problem.text());
    }
    if (problems.isEmpty()) {
      int count = files.scripts().size();
      String what = count == 1 ? "1 migration is" : count + " migrations are";
      out.println(what + " valid; checksum " + files.checksum());
    }
    out.flush();
    return problems.isEmpty() ? ExitCode.OK : ExitCode.INVALID;
  }
}
