package io.schemamigration.backup;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerBuilder;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.EnvVarBuilder;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.SecurityContextBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.VolumeBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.VolumeMountBuilder;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;

/**
 * What all pods of our Jobs are like: they pass Pod Security {@code restricted}, can write nowhere
 * but to their volumes, and have a Secret as files only.
 */
final class BackupPod {
  static final String SECRET = "/run/smig/secret";
  static final String CA = "/run/smig/ca";
  static final String CLIENT = "/run/smig/client";
  static final String LOGIN = "/run/smig/login";
  static final String S3_CREDENTIALS = "/run/smig/s3";
  static final String S3_CA = "/run/smig/s3-ca";
  static final String BACKUP = "/backup";
  static final String WORK = "/work";
  private static final String TMP = "/tmp";

  private final ResourceRequirements resources;
  private final List<Volume> volumes = new ArrayList<>();
  private final List<VolumeMount> mounts = new ArrayList<>();

  BackupPod(Optional<ResourceRequirements> resources) {
    this.resources = resources.orElseGet(BackupPod::defaultResources);
    memory("login", LOGIN);
    scratch("tmp", TMP);
  }

  /** A quota of the namespace may demand both. */
  private static ResourceRequirements defaultResources() {
    Map<String, Quantity> requests =
        Map.of("cpu", new Quantity("100m"), "memory", new Quantity("256Mi"));
    Map<String, Quantity> limits =
        Map.of("cpu", new Quantity("2"), "memory", new Quantity("512Mi"));
    return new ResourceRequirementsBuilder().withRequests(requests).withLimits(limits).build();
  }

  /** All programs run as any user; a cluster that gives out ids takes no others. */
  static PodSecurityContext podSecurity(OptionalInt userId) {
    Long id = userId.isPresent() ? (long) userId.getAsInt() : null;
    return new PodSecurityContextBuilder()
        .withRunAsNonRoot(true)
        .withRunAsUser(id)
        .withRunAsGroup(id)
        .withFsGroup(id)
        .withFsGroupChangePolicy("OnRootMismatch")
        .withNewSeccompProfile()
        .withType("RuntimeDefault")
        .endSeccompProfile()
        .build();
  }

  private static SecurityContext security() {
    return new SecurityContextBuilder()
        .withAllowPrivilegeEscalation(false)
        .withReadOnlyRootFilesystem(true)
        .withNewCapabilities()
        .withDrop("ALL")
        .endCapabilities()
        .build();
  }

  List<Volume> volumes() {
    return List.copyOf(volumes);
  }

  private void memory(String name, String path) {
    volumes.add(
        new VolumeBuilder()
            .withName(name)
            .withNewEmptyDir()
            .withMedium("Memory")
            .endEmptyDir()
            .build());
    mount(name, path, false);
  }

  void scratch(String name, String path) {
    volumes.add(new VolumeBuilder().withName(name).withNewEmptyDir().endEmptyDir().build());
    mount(name, path, false);
  }

  void claim(String claim, boolean readOnly) {
    volumes.add(
        new VolumeBuilder()
            .withName("backup")
            .withNewPersistentVolumeClaim()
            .withClaimName(claim)
            .endPersistentVolumeClaim()
            .build());
    mount("backup", BACKUP, readOnly);
  }

  void secret(String name, String secret, String path) {
    volumes.add(
        new VolumeBuilder()
            .withName(name)
            .withNewSecret()
            .withSecretName(secret)
            .endSecret()
            .build());
    mount(name, path, true);
  }

  private void mount(String name, String path, boolean readOnly) {
    mounts.add(
        new VolumeMountBuilder()
            .withName(name)
            .withMountPath(path)
            .withReadOnly(readOnly ? true : null)
            .build());
  }

  /** A container with some of the volumes, by their names. */
  Container container(String name, String image, List<EnvVar> environment, List<String> with) {
    return new ContainerBuilder()
        .withName(name)
        .withImage(image)
        .withEnv(environment)
        .withResources(resources)
        .withSecurityContext(security())
        .withTerminationMessagePolicy("FallbackToLogsOnError")
        .withVolumeMounts(
            mounts.stream()
                .filter(m -> m.getName().equals("tmp") || with.contains(m.getName()))
                .toList())
        .build();
  }

  /** The first container: makes of the mounted Secrets what PostgreSQL's programs read. */
  Container login(String image, LoginSettings login) {
    List<EnvVar> environment = List.of(env(LoginSettings.VARIABLE, login.json()));
    List<String> with = List.of("secret", "ca", "client", "login");
    return new ContainerBuilder(container("login", image, environment, with))
        .withArgs("job", "login", "--to", LOGIN)
        .build();
  }

  static EnvVar env(String name, String value) {
    return new EnvVarBuilder().withName(name).withValue(value).build();
  }
}
