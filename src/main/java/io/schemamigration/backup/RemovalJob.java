package io.schemamigration.backup;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.schemamigration.api.BackupStorage;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;

/**
 * The Job that removes a backup from where it is kept.
 *
 * @param outline what all Jobs have
 * @param storage how to get to it
 * @param claim the volume's claim; empty for a bucket
 * @param backup which one
 * @param sha256 of its dump: another one of that name stays; empty: nobody knows whether it was
 *     kept
 * @param request uid of the DatabaseBackup: then only the one that it asked for goes
 */
public record RemovalJob(
    JobOutline outline,
    BackupStorage storage,
    Optional<String> claim,
    BackupId backup,
    Optional<String> sha256,
    String request) {
  private static final Path TERMINATION = Path.of("/dev/termination-log");

  /** As the API server takes it. */
  public Job build() {
    BackupPod pod = new BackupPod(Optional.ofNullable(outline.spec().resources));
    StoreMount store = new StoreMount(storage, claim);
    store.on(pod, false);
    RemoveSettings settings =
        new RemoveSettings(
            store.place(),
            backup.namespace(),
            backup.migration(),
            backup.name(),
            sha256,
            Optional.of(request),
            TERMINATION);
    Container remove =
        new ContainerBuilder(
                pod.container(
                    "remove",
                    outline.image(),
                    List.of(BackupPod.env(RemoveSettings.VARIABLE, settings.json())),
                    StoreMount.VOLUMES))
            .withArgs("job", "remove")
            .build();
    return outline.job(pod, List.of(), remove);
  }
}
