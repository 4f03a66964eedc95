package io.schemamigration.job;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import java.util.ArrayList;
import java.util.List;

/** Jobs of backups and their pods, as the kubelet leaves them at one moment. */
final class JobPods {
  static final String ENDED = "2026-03-01T12:00:00Z";

  private final PodBuilder pod =
      new PodBuilder().withNewMetadata().endMetadata().withNewStatus().endStatus();
  private final List<ContainerStatus> steps = new ArrayList<>();

  static Job going() {
    return new JobBuilder().withNewStatus().endStatus().build();
  }

  static Job over(String condition, String reason, String message) {
    return new JobBuilder()
        .withNewStatus()
        .addNewCondition()
        .withType(condition)
        .withStatus("True")
        .withReason(reason)
        .withMessage(message)
        .withLastTransitionTime(ENDED)
        .endCondition()
        .endStatus()
        .build();
  }

  static Job complete() {
    return over("Complete", "CompletionsReached", "Reached expected number of succeeded pods");
  }

  static Job failed() {
    return over("Failed", "BackoffLimitExceeded", "Job has reached the specified backoff limit");
  }

  static JobPods pod() {
    return new JobPods();
  }

  private JobPods step(String name, ContainerState state) {
    steps.add(new ContainerStatusBuilder().withName(name).withState(state).build());
    return this;
  }

  JobPods waits(String name, String reason, String message) {
    return step(
        name,
        new ContainerStateBuilder()
            .withNewWaiting()
            .withReason(reason)
            .withMessage(message)
            .endWaiting()
            .build());
  }

  JobPods runs(String name) {
    return step(name, new ContainerStateBuilder().withNewRunning().endRunning().build());
  }

  JobPods ended(String name, int exitCode, String reason, String message) {
    return step(
        name,
        new ContainerStateBuilder()
            .withNewTerminated()
            .withExitCode(exitCode)
            .withReason(reason)
            .withMessage(message)
            .endTerminated()
            .build());
  }

  JobPods done(String name) {
    return ended(name, 0, "Completed", null);
  }

  JobPods unscheduled(String message) {
    pod.editStatus()
        .addNewCondition()
        .withType("PodScheduled")
        .withStatus("False")
        .withReason("Unschedulable")
        .withMessage(message)
        .endCondition()
        .endStatus();
    return this;
  }

  JobPods evicted(String message) {
    pod.editStatus().withPhase("Failed").withReason("Evicted").withMessage(message).endStatus();
    return this;
  }

  JobPods disrupted(String reason, String message) {
    pod.editStatus()
        .addNewCondition()
        .withType("DisruptionTarget")
        .withStatus("True")
        .withReason(reason)
        .withMessage(message)
        .endCondition()
        .endStatus();
    return this;
  }

  JobPods deleted() {
    pod.editMetadata().withDeletionTimestamp(ENDED).endMetadata();
    return this;
  }

  Pod build() {
    List<ContainerStatus> init = steps.stream().filter(s -> !s.getName().equals("store")).toList();
    List<ContainerStatus> main = steps.stream().filter(s -> s.getName().equals("store")).toList();
    return pod.editStatus()
        .withInitContainerStatuses(init)
        .withContainerStatuses(main)
        .endStatus()
        .build();
  }
}
