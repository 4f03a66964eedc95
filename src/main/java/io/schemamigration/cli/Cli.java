package io.schemamigration.cli;

import io.schemamigration.backup.StepFailure;
import io.schemamigration.postgres.DatabaseUnavailable;
import java.io.PrintWriter;
import java.time.Duration;
import java.util.Map;
import picocli.CommandLine;
import picocli.CommandLine.Command;
import picocli.CommandLine.HelpCommand;
import picocli.CommandLine.ScopeType;

/** The command line as a whole. */
@Command(
    name = "smig",
    description = "Makes a PostgreSQL schema follow its SQL files, exactly once each and in order.",
    mixinStandardHelpOptions = true,
    scope = ScopeType.INHERIT,
    sortOptions = false,
    subcommands = HelpCommand.class,
    footer = {
      "",
      "Exit codes:",
      "  0  done, or nothing to do",
      "  1  it failed: a migration was rolled back, a backup or a restore left nothing",
      "  2  wrong usage, or files that cannot run",
      "  3  blocked until somebody decides",
      "  4  the database cannot be worked on now; wait: the time was over"
    })
public final class Cli {
  private final Map<String, String> environment;
  private final String version;

  private Cli(Map<String, String> environment, String version) {
    this.environment = environment;
    this.version = version;
  }

  /**
   * Runs one command.
   *
   * @param out for what was asked for
   * @param err for progress and for what went wrong
   * @return the exit code
   */
  public static int run(
      String[] arguments,
      Map<String, String> environment,
      String version,
      PrintWriter out,
      PrintWriter err) {
    Cli cli = new Cli(environment, version);
    CommandLine line =
        new CommandLine(cli)
            .addSubcommand(new Up(cli))
            .addSubcommand(new Down(cli))
            .addSubcommand(new Status(cli))
            .addSubcommand(new ShowPlan(cli))
            .addSubcommand(new Validate())
            .addSubcommand(new RecordBaseline(cli))
            .addSubcommand(new MakeBackup(cli))
            .addSubcommand(new RestoreBackup(cli))
            .addSubcommand(new AwaitMigration())
            .addSubcommand(new CommandLine(new Job(cli)).addSubcommand(new JobLogin()))
            .registerConverter(Duration.class, DatabaseOptions::duration)
            .setCaseInsensitiveEnumValuesAllowed(true)
            .setOut(out)
            .setErr(err);
    line.getCommandSpec().version(version);
    line.setExecutionExceptionHandler((e, command, result) -> explain(e, command.getErr()));
    return line.execute(arguments);
  }

  private static int explain(Exception e, PrintWriter err) throws Exception {
    switch (e) {
      case UsageException usage -> {
        err.println("smig: " + usage.getMessage());
        return ExitCode.INVALID;
      }
      case DatabaseUnavailable down -> {
        err.println("smig: " + down.reason().label() + ": " + down.getMessage());
        return ExitCode.of(down.reason());
      }
      case StepFailure step -> {
        err.println("smig: " + step.exit().label() + ": " + step.getMessage());
        return ExitCode.of(step.exit());
      }
      default -> throw e;
    }
  }

  Map<String, String> environment() {
    return environment;
  }

  String version() {
    return version;
  }
}
