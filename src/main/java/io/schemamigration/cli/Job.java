package io.schemamigration.cli;

import io.schemamigration.backup.FetchBackup;
import io.schemamigration.backup.JobResult;
import io.schemamigration.backup.RemoveBackup;
import io.schemamigration.backup.StoreBackup;
import java.io.PrintWriter;
import java.time.Clock;
import java.util.Map;
import picocli.CommandLine.Command;
import picocli.CommandLine.Model.CommandSpec;
import picocli.CommandLine.Spec;

/** What runs in the containers of a backup's Job; of no use to a person, so not shown. */
@Command(name = "job", hidden = true, description = "The containers of the operator's Jobs.")
final class Job implements Runnable {
  private final Cli cli;
  @Spec private CommandSpec spec;

  Job(Cli cli) {
    this.cli = cli;
  }

  Map<String, String> environment() {
    return cli.environment();
  }

  @Override
  public void run() {
    throw new UsageException("job needs a command: login, check, store, fetch or remove");
  }

  @Command(name = "store", description = "Keeps the dump that SMIG_STORE tells of.")
  int store() {
    return tell(StoreBackup.run(cli.environment(), Clock.systemUTC()));
  }

  @Command(name = "check", description = "Looks whether SMIG_STORE's place can keep a dump.")
  int check() {
    return tell(StoreBackup.check(cli.environment(), Clock.systemUTC()));
  }

  @Command(name = "fetch", description = "Copies the dump that SMIG_FETCH tells of.")
  int fetch() {
    return tell(FetchBackup.run(cli.environment()));
  }

  @Command(name = "remove", description = "Removes the backup that SMIG_REMOVE tells of.")
  int remove() {
    return tell(RemoveBackup.run(cli.environment()));
  }

  private int tell(JobResult result) {
    PrintWriter out = spec.commandLine().getOut();
    PrintWriter err = spec.commandLine().getErr();
    return switch (result) {
      case JobResult.Stored stored -> {
        out.printf("kept %s, %d bytes%n", stored.location(), stored.bytes());
        stored.removed().forEach(name -> out.println("removed " + name));
        stored.warning().ifPresent(warning -> err.println("smig: " + warning));
        yield ExitCode.OK;
      }
      case JobResult.Reached reached -> {
        out.printf("the store of %s answers%n", reached.location());
        yield ExitCode.OK;
      }
      case JobResult.Fetched fetched -> {
        out.printf("fetched %s, %d bytes%n", fetched.backup(), fetched.bytes());
        yield ExitCode.OK;
      }
      case JobResult.Restored restored -> {
        out.printf("restored %s%n", restored.database());
        yield ExitCode.OK;
      }
      case JobResult.Removed removed -> {
        out.printf("removed %s%n", removed.location());
        yield ExitCode.OK;
      }
      case JobResult.Failed failed -> {
        err.println("smig: " + failed.reason().label() + ": " + failed.message());
        yield ExitCode.of(failed.reason());
      }
    };
  }
}
