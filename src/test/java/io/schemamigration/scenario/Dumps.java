package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.schemamigration.api.DatabaseBackup;
import io.schemamigration.api.DatabaseBackupSpec;
import io.schemamigration.api.DatabaseBackupStatus;
import io.schemamigration.api.SchemaRollbackSpec;
import io.schemamigration.testing.Conflicts;
import io.schemamigration.testing.KStatus;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;

/** The DatabaseBackups of a world: those that the operator makes, and those of its user. */
final class Dumps {
  private static final Duration LOOK = Duration.ofMillis(50);

  private static final String LONG_AGO = "2026-01-02T03:04:05Z";

  private final World world;

  Dumps(World world) {
    this.world = world;
  }

  Resource<DatabaseBackup> resource(String name) {
    return world
        .user()
        .resources(DatabaseBackup.class)
        .inNamespace(world.namespace())
        .withName(name);
  }

  List<DatabaseBackup> all() {
    return world
        .user()
        .resources(DatabaseBackup.class)
        .inNamespace(world.namespace())
        .list()
        .getItems();
  }

  List<String> names() {
    return all().stream().map(b -> b.getMetadata().getName()).toList();
  }

  /** Waits until there is one that is none of these, and returns its name. */
  String awaitOtherThan(String... known) {
    return await("another DatabaseBackup")
        .atMost(World.PATIENCE)
        .pollInterval(LOOK)
        .until(
            () -> names().stream().filter(n -> !Set.of(known).contains(n)).findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  void create(String name, String migration, Consumer<DatabaseBackupSpec> edits) {
    create(name, migration, Map.of(), edits);
  }

  /** One that looks as if the operator had made it for a plan. */
  void createFor(String plan, String name, String migration) {
    create(
        name,
        migration,
        Map.of("schemamigration.io/migration", migration, "schemamigration.io/plan", plan),
        spec -> {});
  }

  /** Makes it look as if its dump had been made long ago. */
  void isComplete(String name) {
    Conflicts.retried(
        () ->
            resource(name)
                .editStatus(
                    backup -> {
                      DatabaseBackupStatus status = new DatabaseBackupStatus();
                      status.observedGeneration = 1L;
                      status.location = "pvc:dumps/" + name;
                      status.sha256 = Kubelet.SHA256;
                      status.completionTime = LONG_AGO;
                      status.conditions =
                          List.of(
                              new ConditionBuilder()
                                  .withType("Ready")
                                  .withStatus("True")
                                  .withReason("Complete")
                                  .withMessage("verified")
                                  .withLastTransitionTime(LONG_AGO)
                                  .build());
                      backup.setStatus(status);
                      return backup;
                    }));
  }

  private void create(
      String name,
      String migration,
      Map<String, String> labels,
      Consumer<DatabaseBackupSpec> edits) {
    DatabaseBackup backup = new DatabaseBackup();
    backup.setMetadata(
        new ObjectMetaBuilder()
            .withName(name)
            .withNamespace(world.namespace())
            .withLabels(labels)
            .build());
    DatabaseBackupSpec spec = new DatabaseBackupSpec();
    spec.migrationRef = new SchemaRollbackSpec.MigrationRef();
    spec.migrationRef.name = migration;
    edits.accept(spec);
    backup.setSpec(spec);
    world.user().resource(backup).create();
  }

  List<String> finalizers(String name) {
    return resource(name).get().getMetadata().getFinalizers();
  }

  /** Says what becomes of its dump when it is deleted. */
  void policy(String name, String deletionPolicy) {
    Conflicts.retried(
        () ->
            resource(name)
                .edit(
                    backup -> {
                      backup.getSpec().deletionPolicy = deletionPolicy;
                      return backup;
                    }));
  }

  DatabaseBackupStatus status(String name) {
    return Optional.ofNullable(resource(name).get())
        .map(DatabaseBackup::getStatus)
        .orElseGet(DatabaseBackupStatus::new);
  }

  Optional<Condition> ready(String name) {
    List<Condition> all = status(name).conditions;
    return all == null
        ? Optional.empty()
        : all.stream().filter(c -> c.getType().equals("Ready")).findFirst();
  }

  String message(String name) {
    return ready(name).map(Condition::getMessage).orElse("");
  }

  /** Waits until Ready has this status and reason, and a message with this part. */
  DatabaseBackupStatus await_(String name, String ready, String reason, String part) {
    await(name + " to be " + ready + "/" + reason)
        .atMost(World.PATIENCE)
        .pollInterval(LOOK)
        .untilAsserted(
            () -> {
              assertThat(ready(name)).isPresent();
              Condition c = ready(name).orElseThrow();
              assertThat(c.getStatus() + "/" + c.getReason() + ": " + c.getMessage())
                  .startsWith(ready + "/" + reason + ": ")
                  .contains(part);
            });
    return status(name);
  }

  /** What GitOps tools make of one. */
  KStatus kstatus(String name) {
    DatabaseBackup now = resource(name).get();
    return KStatus.of(
        now.getMetadata().getGeneration(),
        now.getStatus().observedGeneration,
        now.getStatus().conditions);
  }
}
