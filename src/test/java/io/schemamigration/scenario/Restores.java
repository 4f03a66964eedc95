package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.schemamigration.api.DatabaseRestore;
import io.schemamigration.api.DatabaseRestoreSpec;
import io.schemamigration.api.DatabaseRestoreStatus;
import io.schemamigration.api.LocalRef;
import io.schemamigration.testing.KStatus;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;

/** The DatabaseRestores of a world. */
final class Restores {
  private final World world;

  Restores(World world) {
    this.world = world;
  }

  static LocalRef ref(String name) {
    LocalRef ref = new LocalRef();
    ref.name = name;
    return ref;
  }

  static Consumer<DatabaseRestoreSpec> of(String backup) {
    return spec -> spec.source.backupRef = ref(backup);
  }

  Resource<DatabaseRestore> resource(String name) {
    return world
        .user()
        .resources(DatabaseRestore.class)
        .inNamespace(world.namespace())
        .withName(name);
  }

  void create(String name, Consumer<DatabaseRestoreSpec> edits) {
    DatabaseRestore restore = new DatabaseRestore();
    restore.setMetadata(
        new ObjectMetaBuilder().withName(name).withNamespace(world.namespace()).build());
    DatabaseRestoreSpec spec = new DatabaseRestoreSpec();
    spec.source = new DatabaseRestoreSpec.Source();
    spec.target = new DatabaseRestoreSpec.Target();
    spec.target.secretRef = ref("db");
    spec.target.database = "before";
    edits.accept(spec);
    restore.setSpec(spec);
    world.user().resource(restore).create();
  }

  DatabaseRestoreStatus status(String name) {
    return Optional.ofNullable(resource(name).get())
        .map(DatabaseRestore::getStatus)
        .orElseGet(DatabaseRestoreStatus::new);
  }

  /** Waits until Ready has this status and reason, and a message with this part. */
  DatabaseRestoreStatus await_(String name, String ready, String reason, String part) {
    await(name + " to be " + ready + "/" + reason)
        .atMost(World.PATIENCE)
        .untilAsserted(
            () -> {
              List<Condition> all = status(name).conditions;
              assertThat(all).isNotNull();
              Condition c =
                  all.stream().filter(a -> a.getType().equals("Ready")).findFirst().orElseThrow();
              assertThat(c.getStatus() + "/" + c.getReason() + ": " + c.getMessage())
                  .startsWith(ready + "/" + reason + ": ")
                  .contains(part);
            });
    return status(name);
  }

  static String message(DatabaseRestoreStatus status) {
    return status.conditions.stream()
        .filter(c -> c.getType().equals("Ready"))
        .map(Condition::getMessage)
        .findFirst()
        .orElseThrow();
  }

  KStatus kstatus(String name) {
    DatabaseRestore now = resource(name).get();
    return KStatus.of(
        now.getMetadata().getGeneration(),
        now.getStatus().observedGeneration,
        now.getStatus().conditions);
  }
}
