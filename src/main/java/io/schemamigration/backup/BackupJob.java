package io.schemamigration.backup;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.schemamigration.api.BackupStorage;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/**
 * The Job that makes a backup, one container after the other: {@code check-store} looks whether
 * there is a place to keep it, {@code login} makes of the mounted Secret the files that
 * PostgreSQL's programs read, {@code dump} dumps and verifies with an image of the server's major
 * version, {@code store} keeps the dump. No credential is an argument or in an environment.
 *
 * @param outline what all Jobs have
 * @param login the Secrets
 * @param role the role to read as; empty: the user
 * @param facts what is known of the backup before it is made
 * @param requested when it was asked for, as an ISO instant
 * @param storage where it is kept
 * @param claim the volume's claim; empty for a bucket
 * @param retention which backups go afterwards
 * @param kept names of backups that stay in any case
 * @param attempt which try it is; no other has the same
 */
public record BackupJob(
    JobOutline outline,
    JobLogin login,
    Optional<String> role,
    StoreSettings.Facts facts,
    String requested,
    BackupStorage storage,
    Optional<String> claim,
    StoreSettings.Limits retention,
    Set<String> kept,
    String attempt) {
  /** The container whose log tells how much of the dump is there. */
  public static final String DUMP = "dump";

  /** The container that looks at the store, before anything is dumped. */
  public static final String CHECK = "check-store";

  /** The container that keeps the dump. */
  public static final String STORE = "store";

  private static final String TERMINATION = "/dev/termination-log";

  /** As the API server takes it. */
  public Job build() {
    BackupPod pod = new BackupPod(Optional.ofNullable(outline.spec().resources));
    login.on(pod);
    if (claim.isEmpty()) {
      pod.scratch("backup", BackupPod.BACKUP);
    }
    store().on(pod, false);
    List<Container> before = new ArrayList<>();
    before.add(store(pod, CHECK, "check"));
    before.add(pod.login(outline.image(), login.settings()));
    before.add(dump(pod));
    return outline.job(pod, before, store(pod, STORE, "store"));
  }

  private StoreMount store() {
    return new StoreMount(storage, claim);
  }

  private Container dump(BackupPod pod) {
    List<EnvVar> environment = new ArrayList<>();
    environment.add(BackupPod.env("SMIG_WORK", work().toString()));
    environment.add(BackupPod.env("SMIG_LOGIN_FOLDER", BackupPod.LOGIN));
    environment.add(BackupPod.env("SMIG_HISTORY_SCHEMA", facts.history().schema()));
    environment.add(BackupPod.env("SMIG_HISTORY_TABLE", facts.history().table()));
    environment.add(
        BackupPod.env(
            "SMIG_APPLICATION", "smig-backup/" + facts.namespace() + "/" + facts.migration()));
    role.ifPresent(name -> environment.add(BackupPod.env("SMIG_ROLE", name)));
    List<String> with = List.of("login", "backup");
    return new ContainerBuilder(
            pod.container(DUMP, outline.clientImage(major()), environment, with))
        .withCommand("sh", "-c", Scripts.dump())
        .build();
  }

  private Container store(BackupPod pod, String name, String command) {
    StoreSettings settings =
        new StoreSettings(
            store().place(), facts, requested, work(), Path.of(TERMINATION), retention, kept);
    List<EnvVar> environment = List.of(BackupPod.env(StoreSettings.VARIABLE, settings.json()));
    return new ContainerBuilder(
            pod.container(name, outline.image(), environment, StoreMount.VOLUMES))
        .withArgs("job", command)
        .build();
  }

  /** Programs of the server's own version can always dump it. */
  private int major() {
    return Integer.parseInt(facts.serverVersion().replaceAll("[^0-9].*", ""));
  }

  private Path work() {
    return claim.isPresent()
        ? new VolumeStore(
                new Location.Volume(claim.get(), store().volumePath()), Path.of(BackupPod.BACKUP))
            .partial(facts.id(), attempt)
        : Path.of(BackupPod.BACKUP, facts.name());
  }
}
