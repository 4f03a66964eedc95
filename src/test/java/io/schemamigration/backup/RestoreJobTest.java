package io.schemamigration.backup;

import static io.schemamigration.backup.JobExamples.container;
import static io.schemamigration.backup.JobExamples.environment;
import static io.schemamigration.backup.JobExamples.pod;
import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.VolumeMount;
import io.schemamigration.backup.JobExamples.Kind;
import java.util.List;
import org.junit.jupiter.api.Test;

/** The Jobs of a restore and of a removal: what they mount, and what they tell each container. */
class RestoreJobTest {
  private static List<String> mounts(PodSpec pod, String name) {
    return container(pod, name).getVolumeMounts().stream().map(VolumeMount::getName).toList();
  }

  private static boolean writes(PodSpec pod, String name, String volume) {
    return container(pod, name).getVolumeMounts().stream()
        .filter(m -> m.getName().equals(volume))
        .noneMatch(m -> Boolean.TRUE.equals(m.getReadOnly()));
  }

  @Test
  void eachContainerOfARestoreSeesWhatItNeeds() {
    PodSpec pod = pod(new JobExamples().of(Kind.RESTORE));
    assertThat(pod.getInitContainers())
        .extracting(Container::getName)
        .containsExactly("login", "check-target", "fetch");
    assertThat(pod.getContainers()).extracting(Container::getName).containsExactly("restore");
    assertThat(mounts(pod, "login"))
        .containsExactlyInAnyOrder("login", "tmp", "secret", "ca", "client");
    assertThat(mounts(pod(new JobExamples().of(Kind.RESTORE).least()), "login"))
        .containsExactlyInAnyOrder("login", "tmp", "secret");
    assertThat(mounts(pod, "fetch")).containsExactlyInAnyOrder("tmp", "backup", "work");
    assertThat(mounts(pod, "restore")).containsExactlyInAnyOrder("login", "tmp", "work");
    assertThat(mounts(pod, "check-target")).isEqualTo(mounts(pod, "restore"));
    assertThat(writes(pod, "fetch", "backup")).as("a restore changes no backup").isFalse();
    PodSpec bucket = pod(new JobExamples().of(Kind.RESTORE).inBucket());
    assertThat(mounts(bucket, "fetch")).containsExactlyInAnyOrder("tmp", "work", "s3", "s3-ca");
  }

  @Test
  void theRestoreIsTold() {
    Container restore = container(pod(new JobExamples().of(Kind.RESTORE)), "restore");
    assertThat(restore.getImage()).isEqualTo("postgres:17");
    assertThat(environment(restore, "SMIG_DATABASE")).isEqualTo("orders_before");
    assertThat(environment(restore, "SMIG_OWNER")).isEqualTo("orders");
    assertThat(environment(restore, "SMIG_UID")).isEqualTo("u-1");
    assertThat(environment(restore, "SMIG_HISTORY_TABLE")).as("the manifest tells").isNull();
  }

  @Test
  void whetherItCanWorkIsLookedAtByTheSameScriptBeforeAnythingIsFetched() {
    PodSpec pod = pod(new JobExamples().of(Kind.RESTORE));
    Container check = container(pod, "check-target");
    Container restore = container(pod, "restore");
    assertThat(environment(check, "SMIG_CHECK")).isEqualTo("yes");
    assertThat(environment(restore, "SMIG_CHECK")).isNull();
    assertThat(check.getEnv()).containsAll(restore.getEnv());
    assertThat(check.getCommand()).isEqualTo(restore.getCommand());
    assertThat(check.getImage()).isEqualTo(restore.getImage());
  }

  @Test
  void theRestoreTakesTheImageThatSomebodyNamed() {
    JobExamples example = new JobExamples().of(Kind.RESTORE);
    example.spec.image = "registry.example/postgres:18";
    assertThat(container(pod(example), "restore").getImage()).isEqualTo(example.spec.image);
    assertThat(container(pod(example), "fetch").getImage()).isEqualTo(JobExamples.IMAGE);
  }

  @Test
  void whoFetchesKnowsWhatTheDumpMustBe() {
    Container fetch = container(pod(new JobExamples().of(Kind.RESTORE).inBucket()), "fetch");
    assertThat(environment(fetch, FetchSettings.VARIABLE))
        .contains("s3://dumps/prod/shop/orders/orders-1", "0".repeat(64));
  }

  @Test
  void aRemovalSeesTheStoreAlone() {
    PodSpec pod = pod(new JobExamples().of(Kind.REMOVAL));
    assertThat(pod.getInitContainers()).isEmpty();
    assertThat(mounts(pod, "remove")).containsExactlyInAnyOrder("tmp", "backup");
    assertThat(writes(pod, "remove", "backup")).isTrue();
  }
}
