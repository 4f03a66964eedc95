package io.schemamigration.controller;

import io.schemamigration.api.SchemaMigration;
import io.schemamigration.plan.History;
import io.schemamigration.plan.Memory;
import io.schemamigration.plan.Ownership;
import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Planner;
import io.schemamigration.plan.Situation;
import io.schemamigration.plan.UndoPlanner;
import io.schemamigration.plan.UndoRequest;
import io.schemamigration.postgres.Author;
import io.schemamigration.postgres.Look;
import io.schemamigration.postgres.Runner;
import java.util.UUID;
import java.util.function.Function;

/** Puts together what the planner needs, with and without the lock. */
final class Plans {
  private final Owners owners;
  private final String version;

  Plans(Owners owners, String version) {
    this.owners = owners;
    this.version = version;
  }

  Plan afterLook(SchemaMigration resource, Inputs inputs, Look look) {
    Ownership ownership = owners.of(look.history().owner(), resource, inputs.interval());
    return plan(inputs, look.history(), Memories.of(resource.getStatus(), inputs), ownership);
  }

  /** The same decision once the lock is held; an owner that came meanwhile is not ours to judge. */
  Function<History, Plan> underLock(SchemaMigration resource, Inputs inputs, Look look) {
    Memory memory = Memories.of(resource.getStatus(), inputs);
    Ownership before = owners.of(look.history().owner(), resource, inputs.interval());
    return history -> {
      boolean ours = history.owner().filter(o -> !owners.isSelf(o, resource)).isEmpty();
      Ownership unchanged =
          history.owner().equals(look.history().owner()) ? before : Ownership.HELD;
      return plan(inputs, history, memory, ours ? Ownership.OURS : unchanged);
    };
  }

  /** What a request to undo means, once the lock is held. */
  Runner.Planning undoing(SchemaMigration resource, Inputs inputs, Look look, UndoRequest request) {
    Ownership before = owners.of(look.history().owner(), resource, inputs.interval());
    return (history, books) -> {
      boolean ours = history.owner().filter(o -> !owners.isSelf(o, resource)).isEmpty();
      Ownership unchanged =
          history.owner().equals(look.history().owner()) ? before : Ownership.HELD;
      Situation situation =
          new Situation(
              inputs.source(),
              history,
              inputs.policy(),
              Memory.NONE,
              ours ? Ownership.OURS : unchanged);
      return UndoPlanner.plan(situation, request, books);
    };
  }

  private static Plan plan(Inputs inputs, History history, Memory memory, Ownership ownership) {
    return Planner.plan(
        new Situation(inputs.source(), history, inputs.policy(), memory, ownership));
  }

  Author author(SchemaMigration resource) {
    return new Author(
        owners.cluster(),
        resource.getMetadata().getNamespace(),
        resource.getMetadata().getName(),
        version,
        UUID.randomUUID());
  }
}
