package io.schemamigration.cli;

import io.schemamigration.plan.History;
import io.schemamigration.plan.Memory;
import io.schemamigration.plan.Ownership;
import io.schemamigration.plan.Pin;
import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Planner;
import io.schemamigration.plan.Policy;
import io.schemamigration.plan.ScriptSet;
import io.schemamigration.plan.Situation;
import io.schemamigration.plan.UndoBooks;
import io.schemamigration.postgres.Author;
import io.schemamigration.postgres.DatabaseUnavailable;
import io.schemamigration.postgres.Look;
import io.schemamigration.postgres.Planning;
import io.schemamigration.postgres.Runner;
import io.schemamigration.postgres.Target;
import java.util.Optional;
import java.util.UUID;

/**
 * What a command works on.
 *
 * @param as the SchemaMigration that it acts for
 */
record Workspace(ScriptSet source, Target target, Policy policy, Optional<String> as) {

  Situation situation(History history) {
    return situation(history, UndoBooks.NONE);
  }

  Situation situation(History history, UndoBooks books) {
    return new Situation(source, history, books, policy, Memory.NONE, ownership(history.owner()));
  }

  /** What is asked of a look. */
  Optional<Pin> pin() {
    return Pin.of(source, policy);
  }

  /** Looks and plans; what is only for our own books is nothing to show. */
  Plan plan() throws DatabaseUnavailable {
    Look look = Runner.look(target, pin());
    return new Workspace(source, target, policy.onlyPlanned(), as)
        .decide(look.history(), look.books());
  }

  private Plan decide(History history, UndoBooks books) {
    return Planner.plan(situation(history, books));
  }

  /** Plans under the lock. */
  Planning planning() {
    return new Planning(pin(), this::decide);
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
        UUID.randomUUID(),
        UUID.randomUUID().toString());
  }
}
