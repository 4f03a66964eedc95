package io.schemamigration.cli;

import io.schemamigration.plan.Plan;
import picocli.CommandLine.Command;

/** Where the database stands. */
@Command(name = "status", description = "Shows every migration and its state; changes nothing.")
final class Status extends Inspection {
  Status(Cli cli) {
    super(cli);
  }

  @Override
  String forPeople(Report report, Plan plan) {
    return report.text();
  }
}
