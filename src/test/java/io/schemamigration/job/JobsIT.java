package io.schemamigration.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaimBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.Quantity;
import io.fabric8.kubernetes.api.model.ResourceQuota;
import io.fabric8.kubernetes.api.model.ResourceQuotaBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.schemamigration.testing.KubeApi;
import io.schemamigration.testing.Tiers;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/** Jobs and their pods on a real API server, with no controller beside the test. */
class JobsIT {
  private static final Clock NOW = Clock.systemUTC();

  private final KubeApi api = Tiers.requireRealApi();
  private final String namespace = api.createNamespace("jobs");
  private final KubernetesClient client = api.client();

  @AfterEach
  void close() {
    client.close();
  }

  private Job job() {
    return client
        .resource(
            new JobBuilder()
                .withNewMetadata()
                .withName("b")
                .withNamespace(namespace)
                .endMetadata()
                .withNewSpec()
                .withNewTemplate()
                .withNewSpec()
                .withRestartPolicy("Never")
                .addNewContainer()
                .withName("store")
                .withImage("i")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build())
        .create();
  }

  private void podWithoutNode(Job job) {
    Pod pod =
        client
            .resource(
                new PodBuilder()
                    .withNewMetadata()
                    .withName("b-x")
                    .withNamespace(namespace)
                    .withLabels(
                        Map.of("batch.kubernetes.io/controller-uid", job.getMetadata().getUid()))
                    .endMetadata()
                    .withSpec(
                        new PodBuilder()
                            .withNewSpec()
                            .withServiceAccountName("none")
                            .withAutomountServiceAccountToken(false)
                            .withNodeSelector(Map.of("nobody", "has-it"))
                            .addNewContainer()
                            .withName("store")
                            .withImage("i")
                            .endContainer()
                            .endSpec()
                            .buildSpec())
                    .build())
            .create();
    client
        .resource(pod)
        .editStatus(
            p ->
                new PodBuilder(p)
                    .editStatus()
                    .addNewCondition()
                    .withType("PodScheduled")
                    .withStatus("False")
                    .withMessage("0/3 nodes are available")
                    .endCondition()
                    .endStatus()
                    .build());
  }

  private JobState after(Duration time, Job job) {
    return new Jobs(client, Clock.offset(NOW, time)).state(job);
  }

  @Test
  void whatSettlesWithinMomentsIsNoFailureAndAWrongClockHidesNone() {
    Job job = job();
    podWithoutNode(job);
    JobState stuck = new JobState.Stuck("the pod finds no node: 0/3 nodes are available");
    assertThat(after(Duration.ZERO, job)).isEqualTo(JobState.WAITS);
    assertThat(after(Duration.ofSeconds(11), job)).isEqualTo(stuck);
    assertThat(after(Duration.ofHours(-1), job)).isEqualTo(stuck);
  }

  private PersistentVolumeClaim claim(String name) {
    return new PersistentVolumeClaimBuilder()
        .withNewMetadata()
        .withName(name)
        .withNamespace(namespace)
        .endMetadata()
        .withNewSpec()
        .withAccessModes("ReadWriteOnce")
        .withNewResources()
        .withRequests(Map.of("storage", new Quantity("1Gi")))
        .endResources()
        .endSpec()
        .build();
  }

  /** As the controller of quotas counts, which is not here: one may be, and one is. */
  private void useUpTheQuotaOfClaims() {
    Map<String, Quantity> one = Map.of("persistentvolumeclaims", new Quantity("1"));
    ResourceQuota quota =
        new ResourceQuotaBuilder()
            .withNewMetadata()
            .withName("one")
            .withNamespace(namespace)
            .endMetadata()
            .withNewSpec()
            .withHard(one)
            .endSpec()
            .build();
    client.resource(quota).create();
    client
        .resource(quota)
        .editStatus(
            q ->
                new ResourceQuotaBuilder(q)
                    .withNewStatus()
                    .withHard(one)
                    .withUsed(one)
                    .endStatus()
                    .build());
  }

  @Test
  void aClaimThatIsThereAndUsesUpTheQuotaIsNotMadeAgain() {
    Jobs jobs = new Jobs(client, NOW);
    jobs.create(claim("dumps"));
    useUpTheQuotaOfClaims();
    await("the quota to be known")
        .untilAsserted(
            () ->
                assertThatThrownBy(() -> client.resource(claim("dumps")).create())
                    .hasMessageContaining("exceeded quota: one"));
    jobs.create(claim("dumps"));
    assertThatThrownBy(() -> jobs.create(claim("second")))
        .hasMessageContaining("exceeded quota: one");
  }
}
