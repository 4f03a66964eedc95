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

/**
 * The Job that restores a backup, one container after the other: {@code login} makes of the mounted
 * Secret the files that PostgreSQL's programs read, {@code check-target} looks whether the server
 * lets the database be made, {@code fetch} copies the dump and proves it, {@code restore} makes the
 * database and compares. No credential is an argument or in an environment.
 *
 * @param outline what all Jobs have
 * @param login the target's Secrets
 * @param storage how to get to the backup
 * @param claim the volume's claim; empty for a bucket
 * @param from {@link Location#text()} of the backup
 * @param sha256 what the dump must be; empty: what its manifest says
 * @param major of PostgreSQL's programs
 * @param target the new database
 */
public record RestoreJob(
    JobOutline outline,
    JobLogin login,
    BackupStorage storage,
    Optional<String> claim,
    String from,
    Optional<String> sha256,
    int major,
    Target target) {
  /** The container that makes the database; its log tells how much of it is there. */
  public static final String RESTORE = "restore";

  /** The container that looks at the server, before gigabytes are fetched. */
  public static final String CHECK = "check-target";

  private static final String TERMINATION = "/dev/termination-log";
  private static final int CONNECTIONS = 2;

  /**
   * The new database.
   *
   * @param database its name
   * @param owner the role that owns it; empty: the user
   * @param uid of the restore: by it a second Job knows what the first one did
   */
  public record Target(String database, Optional<String> owner, String uid) {}

  /** As the API server takes it. */
  public Job build() {
    BackupPod pod = new BackupPod(Optional.ofNullable(outline.spec().resources));
    login.on(pod);
    pod.scratch("work", BackupPod.WORK);
    StoreMount store = new StoreMount(storage, claim);
    store.on(pod, true);
    Container check = restore(pod, CHECK, BackupPod.env("SMIG_CHECK", "yes"));
    return outline.job(pod, List.of(login(pod), check, fetch(pod, store)), restore(pod, RESTORE));
  }

  private Container login(BackupPod pod) {
    return pod.login(outline.image(), login.settings());
  }

  private Container fetch(BackupPod pod, StoreMount store) {
    FetchSettings settings =
        new FetchSettings(
            store.place(), from, sha256, Path.of(BackupPod.WORK), Path.of(TERMINATION));
    List<EnvVar> environment = List.of(BackupPod.env(FetchSettings.VARIABLE, settings.json()));
    List<String> with = new ArrayList<>(StoreMount.VOLUMES);
    with.add("work");
    return new ContainerBuilder(pod.container("fetch", outline.image(), environment, with))
        .withArgs("job", "fetch")
        .build();
  }

  private Container restore(BackupPod pod, String name, EnvVar... more) {
    List<EnvVar> environment = new ArrayList<>(List.of(more));
    environment.addAll(
        List.of(
            BackupPod.env("SMIG_WORK", BackupPod.WORK),
            BackupPod.env("SMIG_LOGIN_FOLDER", BackupPod.LOGIN),
            BackupPod.env("SMIG_DATABASE", target.database()),
            BackupPod.env("SMIG_OWNER", target.owner().orElse("")),
            BackupPod.env("SMIG_UID", target.uid()),
            BackupPod.env("SMIG_JOBS", Integer.toString(CONNECTIONS)),
            BackupPod.env(
                "SMIG_APPLICATION", "smig-restore/" + outline.namespace() + "/" + outline.name())));
    return new ContainerBuilder(
            pod.container(name, outline.clientImage(major), environment, List.of("login", "work")))
        .withCommand("sh", "-c", Scripts.restore())
        .build();
  }
}
