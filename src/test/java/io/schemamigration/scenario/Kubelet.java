package io.schemamigration.scenario;

import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerState;
import io.fabric8.kubernetes.api.model.ContainerStateBuilder;
import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.ContainerStatusBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.PodStatusBuilder;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobBuilder;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.schemamigration.api.DatabaseBackup;
import io.schemamigration.backup.JobResult;
import io.schemamigration.backup.Manifest;
import io.schemamigration.testing.Conflicts;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/**
 * What becomes of the Jobs that the operator makes: this is the Job controller and the kubelet,
 * neither of which the API servers of these tests have. No container runs.
 */
final class Kubelet {
  static final String SHA256 = "5f".repeat(32);
  private static final Duration LOOK = Duration.ofMillis(50);
  private static final Duration AHEAD = Duration.ofSeconds(4);

  private final World world;

  Kubelet(World world) {
    this.world = world;
  }

  /** What a backup left that is kept on the volume. */
  static JobResult.Stored stored(
      String backup, Optional<Manifest.Covers> covers, String... removed) {
    String now = Instant.now().truncatedTo(ChronoUnit.SECONDS).toString();
    return new JobResult.Stored(
        13_312,
        SHA256,
        "pvc:dumps/" + backup,
        covers,
        "15.19",
        now,
        now,
        List.of(removed),
        removed.length,
        Optional.empty());
  }

  List<Job> jobs() {
    return world.user().batch().v1().jobs().inNamespace(world.namespace()).list().getItems();
  }

  Resource<Job> job(String name) {
    return world.user().batch().v1().jobs().inNamespace(world.namespace()).withName(name);
  }

  /** Waits until there is a Job of that name. */
  Job awaitJob(String name) {
    return awaitJobOtherThan(name, Set.of());
  }

  /** Waits until there is a Job of that name which is none of these. */
  Job awaitJobOtherThan(String name, Set<String> uids) {
    return await("Job " + name)
        .atMost(World.PATIENCE)
        .pollInterval(LOOK)
        .until(() -> job(name).get(), j -> j != null && !uids.contains(j.getMetadata().getUid()));
  }

  /** Waits until there is a Job of a name that begins so. */
  Job awaitJobLike(String prefix) {
    return await("a Job " + prefix + "...")
        .atMost(World.PATIENCE)
        .pollInterval(LOOK)
        .until(
            () ->
                jobs().stream()
                    .filter(j -> j.getMetadata().getName().startsWith(prefix))
                    .findFirst(),
            Optional::isPresent)
        .orElseThrow();
  }

  /** One container runs, and those before it have ended. */
  void runs(Job job, String container) {
    pod(job, container, new ContainerStateBuilder().withNewRunning().endRunning().build());
  }

  /** One container waits for something, as for an image that is not there. */
  void waits(Job job, String container, String reason, String message) {
    pod(
        job,
        container,
        new ContainerStateBuilder()
            .withNewWaiting()
            .withReason(reason)
            .withMessage(message)
            .endWaiting()
            .build());
  }

  /**
   * The dump is kept, and it took its time: a result of the second in which the Job was made could
   * be one of the run before.
   */
  void stores(Job job, String... removed) {
    String name = job.getMetadata().getName();
    Instant made = Instant.parse(job.getMetadata().getCreationTimestamp());
    await("a later second")
        .atMost(World.PATIENCE)
        .pollInterval(LOOK)
        .until(() -> Instant.now().isAfter(made.plusSeconds(1)));
    DatabaseBackup backup =
        world
            .user()
            .resources(DatabaseBackup.class)
            .inNamespace(world.namespace())
            .withName(name)
            .get();
    // Nothing was applied between the look and the dump.
    Optional<Manifest.Covers> covers =
        Optional.ofNullable(backup) // it may be given up by now
            .map(b -> b.getStatus().covers)
            .map(c -> new Manifest.Covers(Optional.ofNullable(c.sequence), c.hash));
    ends(job, stored(name, covers, removed).json());
  }

  /** All containers have ended well, and the last one has left this. */
  void ends(Job job, String result) {
    pod(job, steps(job).getLast(), ended(0, "Completed", result));
    over(job, "Complete", "SuccessCriteriaMet", Instant.now());
  }

  /**
   * One container has failed with this. The clock of this node is ahead: the operator waits for so
   * much longer before it tries again, and what it says meanwhile can be looked at.
   */
  void fails(Job job, String container, String message) {
    fails(job, container, 1, message);
  }

  /** The same with an exit code, which may say more. */
  void fails(Job job, String container, int exitCode, String message) {
    pod(job, container, ended(exitCode, "Error", message));
    over(job, "Failed", "FailureTarget", Instant.now().plus(AHEAD));
  }

  /** Its pods are gone, as they are a while after it is deleted, or after their node is. */
  void podsEnd(Job job) {
    world
        .user()
        .pods()
        .inNamespace(world.namespace())
        .withLabel("batch.kubernetes.io/controller-uid", job.getMetadata().getUid())
        .withGracePeriod(0)
        .delete();
  }

  /** Makes a Job that has nothing to do with backups. */
  Job foreign(String name) {
    return world
        .user()
        .resource(
            new JobBuilder()
                .withNewMetadata()
                .withName(name)
                .withNamespace(world.namespace())
                .endMetadata()
                .withNewSpec()
                .withNewTemplate()
                .withNewMetadata()
                .addToLabels("app", "foreign")
                .endMetadata()
                .withNewSpec()
                .withRestartPolicy("Never")
                .addNewContainer()
                .withName("store")
                .withImage("test")
                .endContainer()
                .endSpec()
                .endTemplate()
                .endSpec()
                .build())
        .create();
  }

  private static ContainerState ended(int exitCode, String reason, String message) {
    return new ContainerStateBuilder()
        .withNewTerminated()
        .withExitCode(exitCode)
        .withReason(reason)
        .withMessage(message)
        .endTerminated()
        .build();
  }

  /** Its containers, one after the other. */
  private static List<String> steps(Job job) {
    PodSpec pod = job.getSpec().getTemplate().getSpec();
    return Stream.concat(pod.getInitContainers().stream(), pod.getContainers().stream())
        .map(Container::getName)
        .toList();
  }

  /** What a step that is not the last one leaves. */
  private static String leaves(String step) {
    return step.equals("fetch")
        ? new JobResult.Fetched(13_312, SHA256, "shop/m/b", "orders", "15.19", "").json()
        : null;
  }

  private void pod(Job job, String container, ContainerState state) {
    List<String> steps = steps(job);
    List<ContainerStatus> statuses =
        steps.stream()
            .limit(steps.indexOf(container) + 1L)
            .map(
                step ->
                    new ContainerStatusBuilder()
                        .withName(step)
                        .withImage("test")
                        .withImageID("test")
                        .withReady(false)
                        .withRestartCount(0)
                        .withState(
                            step.equals(container) ? state : ended(0, "Completed", leaves(step)))
                        .build())
            .toList();
    world
        .user()
        .resource(madePod(job))
        .editStatus(
            pod ->
                new PodBuilder(pod)
                    .withStatus(
                        new PodStatusBuilder()
                            .withPhase(phase(state, container.equals(steps.getLast())))
                            .withInitContainerStatuses(
                                statuses.subList(0, Math.min(steps.size() - 1, statuses.size())))
                            .withContainerStatuses(
                                statuses.subList(
                                    Math.min(steps.size() - 1, statuses.size()), statuses.size()))
                            .build())
                    .build());
  }

  private static String phase(ContainerState state, boolean last) {
    if (state.getTerminated() != null && state.getTerminated().getExitCode() != 0) {
      return "Failed";
    }
    return state.getTerminated() != null && last ? "Succeeded" : "Pending";
  }

  /** As the Job controller makes it of the Job's template, so that the API server checks it. */
  private Pod madePod(Job job) {
    Map<String, String> labels =
        Map.of(
            "batch.kubernetes.io/controller-uid",
            job.getMetadata().getUid(),
            "batch.kubernetes.io/job-name",
            job.getMetadata().getName());
    List<Pod> there =
        world.user().pods().inNamespace(world.namespace()).withLabels(labels).list().getItems();
    if (!there.isEmpty()) {
      return there.getFirst();
    }
    return world
        .user()
        .resource(
            new PodBuilder()
                .withNewMetadata()
                .withName("pod-" + job.getMetadata().getUid())
                .withNamespace(world.namespace())
                .withLabels(job.getSpec().getTemplate().getMetadata().getLabels())
                .addToLabels(labels)
                .endMetadata()
                .withSpec(job.getSpec().getTemplate().getSpec())
                .build())
        .create();
  }

  /** Since 1.31 the API server wants the condition that announces the end, too. */
  private void over(Job job, String condition, String announcement, Instant end) {
    String now = end.truncatedTo(ChronoUnit.SECONDS).toString();
    boolean complete = condition.equals("Complete");
    Conflicts.retried(
        () ->
            job(job.getMetadata().getName())
                .editStatus(
                    j ->
                        new JobBuilder(j)
                            .editOrNewStatus()
                            .withStartTime(now)
                            .withCompletionTime(complete ? now : null)
                            .withSucceeded(complete ? 1 : null)
                            .withFailed(complete ? null : 1)
                            .addNewCondition()
                            .withType(announcement)
                            .withStatus("True")
                            .withLastTransitionTime(now)
                            .endCondition()
                            .addNewCondition()
                            .withType(condition)
                            .withStatus("True")
                            .withReason(complete ? "CompletionsReached" : "BackoffLimitExceeded")
                            .withLastTransitionTime(now)
                            .endCondition()
                            .endStatus()
                            .build()));
  }
}
