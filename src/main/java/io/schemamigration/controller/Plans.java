package io.schemamigration.controller;

import io.schemamigration.api.SchemaMigration;
import io.schemamigration.input.Inputs;
import io.schemamigration.plan.History;
import io.schemamigration.plan.Memory;
import io.schemamigration.plan.Ownership;
import io.schemamigration.plan.Pin;
import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Planner;
import io.schemamigration.plan.Situation;
import io.schemamigration.plan.UndoPlanner;
import io.schemamigration.plan.UndoRequest;
import io.schemamigration.postgres.Author;
import io.schemamigration.postgres.Look;
import io.schemamigration.postgres.Planning;
import io.schemamigration.status.Memories;
import java.util.Optional;
import java.util.UUID;
import java.util.function.BooleanSupplier;
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
    Memory memory = Memories.of(resource.getStatus(), inputs);
    return Planner.plan(
        new Situation(
            inputs.source(), look.history(), look.books(), inputs.policy(), memory, ownership));
  }

  /** The same decision once the lock is held. */
  Planning underLock(SchemaMigration resource, Inputs inputs, Look look) {
    Memory memory = Memories.of(resource.getStatus(), inputs);
    Function<History, Ownership> ownership = ownership(resource, inputs, look);
    return new Planning(
        Pin.of(inputs.source(), inputs.policy()),
        (history, books) ->
            Planner.plan(
                new Situation(
                    inputs.source(),
                    history,
                    books,
                    inputs.policy(),
                    memory,
                    ownership.apply(history))));
  }

  /**
   * What a request to undo means, once the lock is held.
   *
   * @param late tells whether it is too late to begin it
   */
  Planning undoing(
      SchemaMigration resource,
      Inputs inputs,
      Look look,
      UndoRequest request,
      BooleanSupplier late) {
    Function<History, Ownership> ownership = ownership(resource, inputs, look);
    return new Planning(
        Optional.of(request),
        (history, books) ->
            UndoPlanner.plan(
                new Situation(
                    inputs.source(),
                    history,
                    books,
                    inputs.policy(),
                    Memory.NONE,
                    ownership.apply(history)),
                request.expired(late.getAsBoolean())));
  }

  /** An owner that came after the look is not ours to judge. */
  private Function<History, Ownership> ownership(
      SchemaMigration resource, Inputs inputs, Look look) {
    Ownership before = owners.of(look.history().owner(), resource, inputs.interval());
    return history -> {
      boolean ours = history.owner().filter(o -> !owners.isSelf(o, resource)).isEmpty();
      Ownership unchanged =
          history.owner().equals(look.history().owner()) ? before : Ownership.HELD;
      return ours ? Ownership.OURS : unchanged;
    };
  }

  /**
   * On whose behalf a run writes.
   *
   * @param request what a person asked for, see {@link Author}
   */
  Author author(SchemaMigration resource, String request) {
    return new Author(
        owners.cluster(),
        resource.getMetadata().getNamespace(),
        resource.getMetadata().getName(),
        version,
        UUID.randomUUID(),
        request);
  }
}
