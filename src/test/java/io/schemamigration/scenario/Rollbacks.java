package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.schemamigration.api.SchemaRollback;
import io.schemamigration.api.SchemaRollbackSpec;
import io.schemamigration.api.SchemaRollbackStatus;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** What the user of a world asks to be undone. */
final class Rollbacks {
  private static final Duration LOOK = Duration.ofMillis(50);

  private final World world;

  Rollbacks(World world) {
    this.world = world;
  }

  void request(
      String name, String migration, Consumer<SchemaRollbackSpec> edits, List<String> undo) {
    SchemaRollback rollback = new SchemaRollback();
    rollback.setMetadata(
        new ObjectMetaBuilder().withName(name).withNamespace(world.namespace()).build());
    SchemaRollbackSpec spec = new SchemaRollbackSpec();
    spec.migrationRef = new SchemaRollbackSpec.MigrationRef();
    spec.migrationRef.name = migration;
    spec.undo = List.copyOf(undo);
    edits.accept(spec);
    rollback.setSpec(spec);
    world.user().resource(rollback).create();
  }

  SchemaRollbackStatus status(String name) {
    return Optional.ofNullable(resource(name).get())
        .map(SchemaRollback::getStatus)
        .orElseGet(SchemaRollbackStatus::new);
  }

  Optional<Condition> ready(String name) {
    List<Condition> all = status(name).conditions;
    return all == null
        ? Optional.empty()
        : all.stream().filter(c -> c.getType().equals("Ready")).findFirst();
  }

  /** Waits until Ready has this status and one of these reasons. */
  SchemaRollbackStatus await_(String name, String ready, String... reasons) {
    await(name + " to be " + ready + "/" + String.join(" or ", reasons))
        .atMost(World.PATIENCE)
        .pollInterval(LOOK)
        .untilAsserted(
            () -> {
              assertThat(ready(name)).isPresent();
              Condition c = ready(name).orElseThrow();
              assertThat(c.getReason()).as(c.getMessage()).isIn(Set.of(reasons));
              assertThat(c.getStatus()).as(c.getMessage()).isEqualTo(ready);
            });
    return status(name);
  }

  Resource<SchemaRollback> resource(String name) {
    return world
        .user()
        .resources(SchemaRollback.class)
        .inNamespace(world.namespace())
        .withName(name);
  }
}
