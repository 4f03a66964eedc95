package io.schemamigration.backup;

import static io.schemamigration.backup.JobExamples.container;
import static io.schemamigration.backup.JobExamples.environment;
import static io.schemamigration.backup.JobExamples.pod;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.LocalObjectReferenceBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.TolerationBuilder;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The Job of a backup: what it mounts, what it tells each container, and what it may not do. */
class BackupJobTest {
  private static List<String> mounts(PodSpec pod, String name) {
    return container(pod, name).getVolumeMounts().stream().map(VolumeMount::getName).toList();
  }

  @Test
  void eachContainerSeesWhatItNeeds() {
    PodSpec pod = pod(new JobExamples());
    assertThat(mounts(pod, "login"))
        .containsExactlyInAnyOrder("login", "tmp", "secret", "ca", "client");
    assertThat(mounts(pod, "dump")).containsExactlyInAnyOrder("login", "tmp", "backup");
    assertThat(mounts(pod, "store")).containsExactlyInAnyOrder("tmp", "backup");
    PodSpec bucket = pod(new JobExamples().inBucket());
    assertThat(bucket.getInitContainers())
        .extracting(Container::getName)
        .containsExactly("check-store", "login", "dump");
    assertThat(mounts(bucket, "check-store"))
        .containsExactlyInAnyOrder("tmp", "backup", "s3", "s3-ca");
    assertThat(mounts(bucket, "dump")).containsExactlyInAnyOrder("login", "tmp", "backup");
    assertThat(mounts(bucket, "store")).containsExactlyInAnyOrder("tmp", "backup", "s3", "s3-ca");
    assertThat(secrets(pod)).containsExactlyInAnyOrder("db", "db-ca", "db-client");
    assertThat(secrets(bucket))
        .containsExactlyInAnyOrder("db", "db-ca", "db-client", "s3-login", "s3-ca");
    assertThat(secrets(pod(new JobExamples().least()))).containsExactly("db");
  }

  private static List<String> secrets(PodSpec pod) {
    return pod.getVolumes().stream()
        .filter(v -> v.getSecret() != null)
        .map(v -> v.getSecret().getSecretName())
        .toList();
  }

  @Test
  void itIsTheBackupsOwnAndTriesOnce() {
    Job job = new JobExamples().job().build();
    assertThat(job.getMetadata().getName()).isEqualTo("orders-1");
    assertThat(job.getMetadata().getNamespace()).isEqualTo("shop");
    assertThat(job.getMetadata().getOwnerReferences())
        .singleElement()
        .returns("DatabaseBackup", o -> o.getKind())
        .returns("u-1", o -> o.getUid())
        .returns(true, o -> o.getController());
    assertThat(job.getMetadata().getLabels())
        .isEqualTo(job.getSpec().getTemplate().getMetadata().getLabels());
    assertThat(job.getSpec().getBackoffLimit()).isZero();
    assertThat(job.getSpec().getActiveDeadlineSeconds()).isEqualTo(21_600);
    assertThat(job.getSpec().getTtlSecondsAfterFinished()).as("its result is read first").isNull();
    PodSpec pod = job.getSpec().getTemplate().getSpec();
    assertThat(pod.getRestartPolicy()).isEqualTo("Never");
    assertThat(pod.getInitContainers())
        .extracting(Container::getName)
        .containsExactly("check-store", "login", "dump");
    assertThat(pod.getContainers()).extracting(Container::getName).containsExactly("store");
  }

  @ParameterizedTest
  @CsvSource({"14.1, 14", "15.19, 15", "18.0 (Debian 18.0-1), 18", "17beta1, 17"})
  void theProgramsAreOfTheServersMajor(String server, String major) {
    JobExamples example = new JobExamples();
    example.serverVersion = server;
    assertThat(container(pod(example), "dump").getImage()).isEqualTo("postgres:" + major);
    assertThat(container(pod(example), "login").getImage()).isEqualTo(JobExamples.IMAGE);
    assertThat(container(pod(example), "store").getImage()).isEqualTo(JobExamples.IMAGE);
    example.spec.image = "mirror/postgres@sha256:00";
    assertThat(container(pod(example), "dump").getImage()).isEqualTo("mirror/postgres@sha256:00");
  }

  @Test
  void whatTheUserSaysOfThePodIsFollowed() {
    JobExamples example = new JobExamples();
    example.spec.activeDeadlineSeconds = 60L;
    example.spec.nodeSelector = Map.of("disk", "big");
    example.spec.tolerations = List.of(new TolerationBuilder().withKey("dumps").build());
    example.spec.imagePullSecrets =
        List.of(new LocalObjectReferenceBuilder().withName("pull").build());
    Job job = example.job().build();
    PodSpec pod = job.getSpec().getTemplate().getSpec();
    assertThat(job.getSpec().getActiveDeadlineSeconds()).isEqualTo(60);
    assertThat(pod.getNodeSelector()).isEqualTo(example.spec.nodeSelector);
    assertThat(pod.getTolerations()).isEqualTo(example.spec.tolerations);
    assertThat(pod.getImagePullSecrets()).isEqualTo(example.spec.imagePullSecrets);
  }

  @Test
  void onAVolumeItIsMadeInItsOwnFolder() {
    PodSpec pod = pod(new JobExamples());
    assertThat(
            pod.getVolumes().stream()
                .filter(v -> v.getPersistentVolumeClaim() != null)
                .map(v -> v.getPersistentVolumeClaim().getClaimName()))
        .containsExactly("dumps");
    String work = "/backup/pg/prod/shop/orders/orders-1.try-1.partial";
    assertThat(environment(container(pod, "dump"), "SMIG_WORK")).isEqualTo(work);
    StoreSettings settings = store(pod);
    assertThat(settings.work().toString()).isEqualTo(work);
    assertThat(settings.store().volume().orElseThrow().claim()).isEqualTo("dumps");
    assertThat(settings.store().s3()).isEmpty();
    assertThat(settings.protectedBackups()).containsExactly("orders-0");
    assertThat(settings.retention().keepLast()).contains(3);
  }

  @Test
  void forABucketItIsMadeInASpaceThatGoesWithThePod() {
    PodSpec pod = pod(new JobExamples().inBucket());
    assertThat(
            pod.getVolumes().stream()
                .filter(v -> v.getName().equals("backup"))
                .map(v -> v.getEmptyDir().getMedium()))
        .as("on disk")
        .containsExactly((String) null);
    assertThat(pod.getVolumes()).allMatch(v -> v.getPersistentVolumeClaim() == null);
    assertThat(environment(container(pod, "dump"), "SMIG_WORK")).isEqualTo("/backup/orders-1");
    S3Settings s3 = store(pod).store().s3().orElseThrow();
    assertThat(s3.bucket()).isEqualTo("dumps");
    assertThat(s3.credentialsFolder())
        .hasValueSatisfying(p -> assertThat(p).hasToString("/run/smig/s3"));
    assertThat(s3.region()).contains("eu-west-1");
  }

  @Test
  void theContainersReadWhatTheyAreTold() throws Exception {
    PodSpec pod = pod(new JobExamples());
    String login = environment(container(pod, "login"), LoginSettings.VARIABLE);
    assertThat(LoginSettings.parse(Map.of(LoginSettings.VARIABLE, login)))
        .isEqualTo(new JobExamples().job().login().settings());
    assertThat(environment(container(pod, "dump"), "SMIG_ROLE")).isEqualTo("reader");
    assertThat(environment(container(pod(new JobExamples().least()), "dump"), "SMIG_ROLE"))
        .isNull();
  }

  private static StoreSettings store(PodSpec pod) {
    return Json.read(
            environment(container(pod, "store"), StoreSettings.VARIABLE), StoreSettings.class)
        .orElseThrow();
  }

  @ParameterizedTest
  @CsvSource({"a.b", "'../x'", "UPPER", "''"})
  void aNameThatWouldLeadElsewhereIsRefused(String name) {
    JobExamples example = new JobExamples();
    example.name = name;
    assertThatThrownBy(() -> example.job().build())
        .isInstanceOf(IllegalArgumentException.class)
        .hasMessageContaining("no DNS label");
  }
}
