package io.schemamigration.cli;

import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Script;
import picocli.CommandLine.Command;

/** What {@code up} would run. */
@Command(name = "plan", description = "Shows what up would run, and its id; changes nothing.")
final class ShowPlan extends Inspection {
  ShowPlan(Cli cli) {
    super(cli);
  }

  @Override
  String forPeople(Report report, Plan plan) {
    StringBuilder text = new StringBuilder();
    if (plan instanceof Plan.Change change) {
      for (Script script : change.scripts()) {
        text.append("run ").append(script.file()).append('\n');
      }
    }
    return text + report.summary();
  }
}
