package io.schemamigration.job;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.MicroTime;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.api.model.events.v1.EventBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.schemamigration.testing.KubeApi;
import io.schemamigration.testing.Tiers;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;

/**
 * What events tell of a Job; on a real API server, which alone selects them by what they regard.
 */
class WarningsIT {
  private static final String NO_CLASS = "storageclass \"none\" not found";

  private final KubeApi api = Tiers.requireRealApi();
  private final String namespace = api.createNamespace("warnings");
  private final KubernetesClient client = api.client();
  private final Warnings warnings = new Warnings(client);
  private int events;

  @AfterEach
  void close() {
    client.close();
  }

  private void event(String kind, String uid, String type, String reason, String note) {
    events++;
    client
        .resource(
            new EventBuilder()
                .withNewMetadata()
                .withName("e" + events)
                .withNamespace(namespace)
                .endMetadata()
                .withEventTime(new MicroTime("2026-03-01T12:00:0%d.000000Z".formatted(events)))
                .withType(type)
                .withReason(reason)
                .withNote(note)
                .withAction("Testing")
                .withReportingController("test")
                .withReportingInstance("test")
                .withNewRegarding()
                .withKind(kind)
                .withName(kind.equals("PersistentVolumeClaim") ? "dumps" : "b")
                .withNamespace(namespace)
                .withUid(uid)
                .endRegarding()
                .build())
        .create();
  }

  private Pod pod(String scheduled) {
    return new PodBuilder()
        .withNewMetadata()
        .withName("b-x")
        .withNamespace(namespace)
        .withUid("p-1")
        .endMetadata()
        .withNewSpec()
        .addNewVolume()
        .withName("tmp")
        .endVolume()
        .addNewVolume()
        .withName("backup")
        .withNewPersistentVolumeClaim("dumps", false)
        .endVolume()
        .endSpec()
        .withNewStatus()
        .addNewCondition()
        .withType("PodScheduled")
        .withStatus(scheduled)
        .endCondition()
        .endStatus()
        .build();
  }

  @Test
  void ofAJobTheNewestIsFirstAndTheNameOfThePodThatWasTriedIsNoNews() {
    Job job =
        new JobBuilder()
            .withNewMetadata()
            .withName("b-1")
            .withNamespace(namespace)
            .withUid("j-1")
            .endMetadata()
            .build();
    event("Job", "j-1", "Warning", "FailedCreate", "pods \"b-1-abc12\" is forbidden: quota");
    event("Job", "j-1", "Warning", "FailedCreate", "pods \"b-1-xyz34\" is forbidden: limit");
    event("Job", "j-1", "Normal", "SuccessfulCreate", "Created pod: b-1-abc12");
    event("Job", "j-2", "Warning", "FailedCreate", "another Job's");
    assertThat(warnings.of(job))
        .containsExactly("pods \"b-1\" is forbidden: limit", "pods \"b-1\" is forbidden: quota");
  }

  @Test
  void whyAClaimIsNotBoundIsToldUntilItIs() {
    event("Pod", "p-1", "Warning", "FailedScheduling", "unbound claims");
    event("PersistentVolumeClaim", "c-1", "Normal", "FailedBinding", "no class is set");
    event("PersistentVolumeClaim", "c-1", "Warning", "ProvisioningFailed", NO_CLASS);
    assertThat(warnings.of(pod("False")))
        .containsExactly("PersistentVolumeClaim dumps is not bound: " + NO_CLASS);
    event("PersistentVolumeClaim", "c-1", "Normal", "ProvisioningSucceeded", "it is there");
    assertThat(warnings.of(pod("False"))).isEmpty();
  }

  @Test
  void whatKeptAPodFromANodeIsOverOnceItHasOne() {
    event("Pod", "p-1", "Warning", "FailedScheduling", "no node");
    event("PersistentVolumeClaim", "c-1", "Warning", "ProvisioningFailed", NO_CLASS);
    assertThat(warnings.of(pod("True"))).isEmpty();
    event("Pod", "p-1", "Warning", "FailedMount", "secret \"db\" not found");
    assertThat(warnings.of(pod("True"))).containsExactly("secret \"db\" not found");
  }
}
