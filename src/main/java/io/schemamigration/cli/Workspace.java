package io.schemamigration.cli;

import io.schemamigration.plan.History;
import io.schemamigration.plan.Memory;
import io.schemamigration.plan.Ownership;
import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Planner;
import io.schemamigration.plan.Policy;
import io.schemamigration.plan.ScriptSet;
import io.schemamigration.plan.Situation;
import io.schemamigration.postgres.Author;
import io.schemamigration.postgres.Target;
import java.util.Optional;
import java.util.UUID;

/**
 * What a command works on.
 *
 * @param as the SchemaMigration that it acts for
 */
record Workspace(ScriptSet source, Target target, Policy policy, Optional<String> as) {

  Plan plan(History history) {
    return Planner.plan(situation(history));
  }

  Situation situation(History history) {
    return new Situation(source, history, policy, Memory.NONE, ownership(history.owner()));
  }

  /** The same up to a file. */
  Workspace upTo(String hash) {
    return new Workspace(source, target, policy.upTo(hash), as);
  }

  private Ownership ownership(Optional<History.Owner> owner) {
    boolean another =
        owner
            .filter(o -> !o.unclaimed())
            .filter(o -> as.filter((o.namespace() + "/" + o.name())::equals).isEmpty())
            .isPresent();
    return another ? Ownership.MANAGED : Ownership.OURS;
  }

  Author author(String version) {
    String[] resource = as.orElse(History.Owner.COMMAND_LINE + "/smig").split("/", 2);
    return new Author(
        History.Owner.COMMAND_LINE,
        resource[0],
        resource.length > 1 ? resource[1] : "",
        version,
        UUID.randomUUID());
  }
}
