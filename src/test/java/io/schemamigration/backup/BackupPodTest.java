package io.schemamigration.backup;

import static io.schemamigration.backup.JobExamples.container;
import static io.schemamigration.backup.JobExamples.containers;
import static io.schemamigration.backup.JobExamples.pod;
import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.PodSecurityContext;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceRequirements;
import io.fabric8.kubernetes.api.model.ResourceRequirementsBuilder;
import io.fabric8.kubernetes.api.model.Volume;
import io.schemamigration.api.BackupJobSpec;
import io.schemamigration.api.BackupStorage;
import io.schemamigration.backup.JobExamples.Kind;
import java.lang.reflect.Field;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.OptionalInt;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What a cluster's guards look at in a pod of ours. */
class BackupPodTest {
  private static final String TOLD = "ephemeral-storage";

  static Stream<JobExamples> all() {
    return Stream.of(
        new JobExamples(),
        new JobExamples().least(),
        new JobExamples().inBucket(),
        new JobExamples().inBucket().least(),
        new JobExamples().of(Kind.RESTORE),
        new JobExamples().of(Kind.RESTORE).inBucket(),
        new JobExamples().of(Kind.REMOVAL),
        new JobExamples().of(Kind.REMOVAL).inBucket());
  }

  @ParameterizedTest
  @MethodSource("all")
  void podSecurityRestrictedLetsItIn(JobExamples example) {
    PodSpec pod = pod(example);
    assertThat(pod.getHostNetwork()).isNull();
    assertThat(pod.getHostPID()).isNull();
    assertThat(pod.getHostIPC()).isNull();
    assertThat(pod.getHostUsers()).isNull();
    assertThat(pod.getEphemeralContainers()).isEmpty();
    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSecurityContext().getRunAsUser()).isPositive();
    assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(pod.getSecurityContext().getSysctls()).isEmpty();
    assertThat(pod.getSecurityContext().getSupplementalGroups()).isEmpty();
    assertThat(pod.getSecurityContext().getSeLinuxOptions()).isNull();
    for (Volume volume : pod.getVolumes()) {
      assertThat(
              Stream.of(volume.getEmptyDir(), volume.getSecret(), volume.getPersistentVolumeClaim())
                  .filter(Objects::nonNull))
          .as(volume.getName())
          .hasSize(1);
    }
    for (Container each : containers(pod)) {
      assertThat(each.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
      assertThat(each.getSecurityContext().getPrivileged()).isNull();
      assertThat(each.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
      assertThat(each.getSecurityContext().getCapabilities().getAdd()).isEmpty();
      assertThat(each.getSecurityContext().getProcMount()).isNull();
      assertThat(each.getSecurityContext().getRunAsUser()).isNull();
      assertThat(each.getSecurityContext().getRunAsNonRoot()).isNull();
      assertThat(each.getSecurityContext().getSeccompProfile()).isNull();
      assertThat(each.getPorts()).isEmpty();
      assertThat(each.getSecurityContext().getReadOnlyRootFilesystem()).as("our own rule").isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("all")
  void aClusterThatGivesOutIdsIsToldNone(JobExamples example) {
    PodSecurityContext told = pod(example).getSecurityContext();
    assertThat(List.of(told.getRunAsUser(), told.getRunAsGroup(), told.getFsGroup()))
        .containsOnly(65532L);
    example.userId = OptionalInt.empty();
    PodSecurityContext untold = pod(example).getSecurityContext();
    assertThat(untold.getRunAsUser()).isNull();
    assertThat(untold.getRunAsGroup()).isNull();
    assertThat(untold.getFsGroup()).isNull();
    assertThat(untold.getRunAsNonRoot()).isTrue();
    assertThat(untold.getSeccompProfile()).isEqualTo(told.getSeccompProfile());
  }

  @ParameterizedTest
  @MethodSource("all")
  void aQuotaFindsWhatItDemands(JobExamples example) {
    assertThat(containers(pod(example)))
        .allSatisfy(
            c -> {
              assertThat(c.getResources().getRequests()).containsOnlyKeys("cpu", "memory");
              assertThat(c.getResources().getLimits()).containsOnlyKeys("cpu", "memory");
            });
    example.spec.resources =
        new ResourceRequirementsBuilder().withLimits(Map.of("memory", new Quantity("2Gi"))).build();
    assertThat(containers(pod(example)))
        .allSatisfy(c -> assertThat(c.getResources()).isEqualTo(example.spec.resources));
  }

  @Test
  void kubectlExplainTellsWhatIsAskedForByDefault() throws NoSuchFieldException {
    ResourceRequirements byDefault = containers(pod(new JobExamples())).getFirst().getResources();
    assertThat(explained(BackupJobSpec.class.getField("resources")))
        .contains(
            "Default: %s CPU and %s, at most %s CPU and %s."
                .formatted(
                    byDefault.getRequests().get("cpu"),
                    byDefault.getRequests().get("memory"),
                    byDefault.getLimits().get("cpu"),
                    byDefault.getLimits().get("memory")));
  }

  /** Nothing of a dump is on the node where it is made on the volume that keeps it. */
  @Test
  void whereADumpLiesOnTheNodesDiskPeopleAreTold() throws Exception {
    assertThat(onTheDisk(new JobExamples())).containsExactly("tmp");
    assertThat(onTheDisk(new JobExamples().inBucket())).containsExactly("tmp", "backup");
    assertThat(onTheDisk(new JobExamples().of(Kind.RESTORE))).containsExactly("tmp", "work");
    assertThat(explained(BackupJobSpec.class.getField("resources"))).contains(TOLD);
    assertThat(explained(BackupStorage.class.getField("s3"))).contains(TOLD);
    assertThat(Files.readString(Path.of("README.md")).split("(?m)^## "))
        .filteredOn(section -> section.matches("(?s)(Back up|Restore)\n.*"))
        .hasSize(2)
        .allMatch(section -> section.contains(TOLD));
  }

  private static List<String> onTheDisk(JobExamples example) {
    return pod(example).getVolumes().stream()
        .filter(v -> v.getEmptyDir() != null && v.getEmptyDir().getMedium() == null)
        .map(Volume::getName)
        .toList();
  }

  private static String explained(Field field) {
    return field.getAnnotation(JsonPropertyDescription.class).value();
  }

  @ParameterizedTest
  @MethodSource("all")
  void aSecretIsAFileAndNothingElse(JobExamples example) {
    PodSpec pod = pod(example);
    for (Container each : containers(pod)) {
      assertThat(each.getEnvFrom()).isEmpty();
      assertThat(each.getEnv()).allSatisfy(e -> assertThat(e.getValueFrom()).isNull());
    }
    for (Volume volume : pod.getVolumes()) {
      if (volume.getSecret() != null) {
        assertThat(
                containers(pod).stream()
                    .flatMap(c -> c.getVolumeMounts().stream())
                    .filter(m -> m.getName().equals(volume.getName())))
            .as(volume.getName())
            .isNotEmpty()
            .allSatisfy(m -> assertThat(m.getReadOnly()).isTrue());
      }
    }
    for (Container each : containers(pod)) {
      assertThat(each.getEnv()).extracting(EnvVar::getName).allMatch(n -> n.startsWith("SMIG_"));
      assertThat(each.getArgs()).noneMatch(a -> a.contains("="));
    }
  }

  /** What login makes of a Secret is in memory, and its folder is told, not what it holds. */
  @Test
  void whatAScriptLogsInWithIsInMemory() {
    for (Kind kind : List.of(Kind.BACKUP, Kind.RESTORE)) {
      PodSpec pod = pod(new JobExamples().of(kind));
      String script = kind == Kind.BACKUP ? Scripts.dump() : Scripts.restore();
      Container runs = container(pod, kind == Kind.BACKUP ? "dump" : "restore");
      assertThat(
              pod.getVolumes().stream()
                  .filter(v -> v.getName().equals("login"))
                  .map(v -> v.getEmptyDir().getMedium()))
          .containsExactly("Memory");
      assertThat(runs.getCommand()).containsExactly("sh", "-c", script);
      assertThat(runs.getArgs()).isEmpty();
    }
  }

  @Test
  void aTokenIsThereOnlyForAServiceAccountThatSomebodyNamed() {
    JobExamples example = new JobExamples();
    assertThat(pod(example).getAutomountServiceAccountToken()).isFalse();
    assertThat(pod(example).getServiceAccountName()).isNull();
    assertThat(pod(example).getEnableServiceLinks()).isFalse();
    example.spec.serviceAccountName = "backups";
    assertThat(pod(example).getAutomountServiceAccountToken()).isTrue();
    assertThat(pod(example).getServiceAccountName()).isEqualTo("backups");
  }
}
