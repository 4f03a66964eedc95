package io.schemamigration.job;

import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateTerminated;
import io.fabric8.kubernetes.api.model.ContainerStateWaiting;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodCondition;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.schemamigration.backup.JobResult;
import io.schemamigration.backup.StepExit;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** How far a Job is, as its pod tells. Pure. */
public sealed interface JobState {
  /** What a container waits for is no fault. */
  Set<String> USUAL = Set.of("ContainerCreating", "PodInitializing");

  /** How a container ends that takes more memory than it may. */
  String OUT_OF_MEMORY = "OOMKilled";

  /** That an image was not had, and behind it why. */
  String NO_IMAGE = "ErrImagePull: ";

  /** A pod has a node. */
  String SCHEDULED = "PodScheduled";

  /**
   * It is running.
   *
   * @param container the one that runs; empty: none does yet
   */
  record Running(Optional<String> container) implements JobState {}

  /** It is there, and nothing of it runs yet. */
  Running WAITS = new Running(Optional.empty());

  /** It cannot begin as things are; Kubernetes tries on. */
  record Stuck(String message) implements JobState {}

  /** It is over, and left a result. */
  record Succeeded(JobResult result) implements JobState {}

  /**
   * It is over, and did not do what it is for.
   *
   * @param cause in one word, where the container knew one
   */
  record Failed(String message, Optional<String> cause) implements JobState {
    /** Where nobody knows the cause. */
    public Failed(String message) {
      this(message, Optional.empty());
    }
  }

  /**
   * The state of a Job.
   *
   * @param pod its newest pod; empty: there is none
   * @param warnings what keeps the Job from making a pod, or the pod from starting, as events tell;
   *     the newest first
   */
  static JobState of(Job job, Optional<Pod> pod, List<String> warnings) {
    JobConditions said = JobConditions.of(job);
    boolean over = said.over();
    if (pod.isEmpty()) {
      if (over) {
        return new Failed(gone(said));
      }
      return warnings.isEmpty() ? WAITS : new Stuck("no pod can be made: " + warnings.getFirst());
    }
    List<ContainerStatus> containers = containers(pod.get());
    if (over) {
      return ended(said, containers, pod.get());
    }
    Optional<String> failing = said.failing();
    // One on a node that does not answer is ended by nobody.
    if (failing.isPresent() && pod.get().getMetadata().getDeletionTimestamp() != null) {
      return new Stuck(failing.get() + "; its pod has not ended yet");
    }
    JobState going = running(containers);
    Optional<String> stuck = stuck(pod.get(), containers, warnings);
    boolean waits = going instanceof Running running && running.container().isEmpty();
    if (stuck.isEmpty() && waits && !warnings.isEmpty() && notStarted(containers)) {
      stuck = Optional.of("the pod cannot start: " + warnings.getFirst());
    }
    return stuck.<JobState>map(Stuck::new).orElse(going);
  }

  private static JobState ended(JobConditions said, List<ContainerStatus> containers, Pod pod) {
    // Who is killed cannot say why: the one that killed does.
    Optional<Failed> failed =
        killed(said, pod)
            .map(Failed::new)
            .or(
                () ->
                    containers.stream()
                        .filter(c -> terminated(c).filter(t -> t.getExitCode() != 0).isPresent())
                        .map(JobState::failure)
                        .findFirst());
    if (failed.isPresent()) {
      return failed.get();
    }
    Optional<JobResult> result =
        containers.stream()
            .flatMap(c -> terminated(c).stream())
            .map(ContainerStateTerminated::getMessage)
            .filter(Objects::nonNull)
            .flatMap(message -> JobResult.parse(message).stream())
            .reduce((earlier, last) -> last); // what is fetched is not what is restored
    if (said.complete() && result.isPresent()) {
      return new Succeeded(result.get());
    }
    return new Failed(said.failed().orElse("it ended without a result"));
  }

  /** Whether a pod has a node. */
  static boolean scheduled(Pod pod) {
    return condition(pod, SCHEDULED, "True").isPresent();
  }

  /** It took too long, its node had no room for it, or it gave way to something else. */
  private static Optional<String> killed(JobConditions said, Pod pod) {
    return said.tooLate()
        .or(
            () ->
                Optional.ofNullable(pod.getStatus())
                    .filter(s -> s.getReason() != null)
                    .map(s -> JobConditions.text(s.getReason(), s.getMessage())))
        .or(
            () ->
                condition(pod, "DisruptionTarget", "True")
                    .map(c -> JobConditions.text(c.getReason(), c.getMessage())));
  }

  /** Only a Job that is too late takes its pod away itself. */
  private static String gone(JobConditions said) {
    return said.tooLate()
        .orElseGet(
            () ->
                "its pod is gone and left no result: it, or its node, was deleted"
                    + said.failed().map(text -> "; " + text).orElse(""));
  }

  /** {@code container: what it said}; a result is JSON, anything else is for people. */
  private static Failed failure(ContainerStatus container) {
    ContainerStateTerminated end = terminated(container).orElseThrow();
    String said = Optional.ofNullable(end.getMessage()).map(String::strip).orElse("");
    Optional<JobResult> result = JobResult.parse(said);
    if (result.isPresent() && result.get() instanceof JobResult.Failed failed) {
      return new Failed(
          container.getName() + ": " + failed.message(), Optional.of(failed.reason().label()));
    }
    if (OUT_OF_MEMORY.equals(end.getReason())) {
      said = OUT_OF_MEMORY + "; give it more in job.resources";
    }
    String text = said.isEmpty() ? end.getReason() + ", exit code " + end.getExitCode() : said;
    return new Failed(
        container.getName() + ": " + text.replaceAll("\\s*\\R\\s*", "; "),
        StepExit.of(end.getExitCode()).map(StepExit::label));
  }

  private static Optional<String> stuck(
      Pod pod, List<ContainerStatus> containers, List<String> warnings) {
    // The scheduler says that a claim is not bound, and the claim why.
    String why = warnings.isEmpty() ? "" : warnings.getFirst() + "; ";
    Optional<String> unscheduled =
        condition(pod, SCHEDULED, "False")
            .map(c -> "the pod finds no node: " + why + c.getMessage());
    return unscheduled.or(
        () ->
            containers.stream()
                .flatMap(
                    c ->
                        waiting(c).stream()
                            .filter(w -> w.getReason() != null && !USUAL.contains(w.getReason()))
                            .map(w -> waits(c, w)))
                .findFirst());
  }

  private static String waits(ContainerStatus container, ContainerStateWaiting waiting) {
    String text = JobConditions.text(waiting.getReason(), waiting.getMessage());
    // By turns it is tried and waited for: told in two ways, it would be news each time.
    int tried = text.indexOf(NO_IMAGE);
    return container.getName() + ": " + (tried < 0 ? text : text.substring(tried));
  }

  private static JobState running(List<ContainerStatus> containers) {
    return new Running(
        containers.stream()
            .filter(c -> state(c).map(ContainerState::getRunning).isPresent())
            .map(ContainerStatus::getName)
            .findFirst());
  }

  private static List<ContainerStatus> containers(Pod pod) {
    PodStatus status = pod.getStatus();
    if (status == null) {
      return List.of();
    }
    return Stream.of(status.getInitContainerStatuses(), status.getContainerStatuses())
        .filter(Objects::nonNull)
        .flatMap(List::stream)
        .toList();
  }

  /** Between two containers nothing runs either. */
  private static boolean notStarted(List<ContainerStatus> containers) {
    return containers.stream().allMatch(c -> terminated(c).isEmpty());
  }

  private static Stream<PodCondition> conditions(Pod pod) {
    return Optional.ofNullable(pod.getStatus()).map(PodStatus::getConditions).stream()
        .flatMap(List::stream);
  }

  private static Optional<ContainerState> state(ContainerStatus container) {
    return Optional.ofNullable(container.getState());
  }

  private static Optional<ContainerStateTerminated> terminated(ContainerStatus container) {
    return state(container).map(ContainerState::getTerminated);
  }

  private static Optional<ContainerStateWaiting> waiting(ContainerStatus container) {
    return state(container).map(ContainerState::getWaiting);
  }

  private static Optional<PodCondition> condition(Pod pod, String type, String status) {
    return conditions(pod)
        .filter(c -> c.getType().equals(type) && c.getStatus().equals(status))
        .findFirst();
  }
}
