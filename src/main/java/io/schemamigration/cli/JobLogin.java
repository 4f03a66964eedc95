package io.schemamigration.cli;

import io.schemamigration.backup.LoginStep;
import io.schemamigration.backup.StepFailure;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Option;
import picocli.CommandLine.ParentCommand;
import picocli.CommandLine.Spec;

/** Writes the login for the programs of the next step. */
@Command(name = "login", description = "Writes the files by which PostgreSQL's programs log in.")
final class JobLogin implements Callable<Integer> {
  @ParentCommand private Job job;

  @Option(
      names = "--to",
      paramLabel = "DIR",
      defaultValue = "/run/smig/login",
      description = "Folder of the files. Default: ${DEFAULT-VALUE}")
  private Path folder;

  @Spec private CommandSpec spec;

  @Override
  public Integer call() {
    try {
      LoginStep.run(job.environment(), folder);
      return ExitCode.OK;
    } catch (StepFailure e) {
      spec.commandLine().getErr().println(e.getMessage());
      spec.commandLine().getErr().flush();
      leave(e.getMessage());
      return e.exit().code();
    }
  }

  /** Where the operator finds it without reading logs; elsewhere than in a pod there is none. */
  private void leave(String message) {
    Path log =
        Path.of(job.environment().getOrDefault("SMIG_TERMINATION_LOG", "/dev/termination-log"));
    try {
      if (Files.exists(log)) {
        Files.writeString(log, message, StandardOpenOption.TRUNCATE_EXISTING);
      }
    } catch (IOException e) {
      // It stands in the log as well.
      return;
    }
  }
}
