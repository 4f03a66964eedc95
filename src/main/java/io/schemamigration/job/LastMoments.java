package io.schemamigration.job;

import io.fabric8.kubernetes.api.model.ContainerStatus;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodStatus;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** What pods tell of a Job that left no result, or is gone itself. */
public final class LastMoments {
  private static final Set<String> ENDED = Set.of("Succeeded", "Failed");

  private final KubernetesClient client;

  /** Those of all Jobs that a client may see. */
  public LastMoments(KubernetesClient client) {
    this.client = client;
  }

  /** The name of a pod of such a Job of ours that has not ended: what it does, it still may do. */
  public Optional<String> going(String namespace, String job) {
    return pods(namespace, "batch.kubernetes.io/job-name", job)
        .filter(JobParts::isOurs)
        .filter(pod -> !ENDED.contains(phase(pod)))
        .map(pod -> pod.getMetadata().getName())
        .findFirst();
  }

  /** Whether a container was begun; where the pod is gone nobody can tell, so it may have been. */
  public boolean mayHaveBegun(Job job, String container) {
    List<Pod> pods =
        pods(
                job.getMetadata().getNamespace(),
                "batch.kubernetes.io/controller-uid",
                job.getMetadata().getUid())
            .toList();
    return pods.isEmpty()
        ? JobConditions.of(job).over()
        : pods.stream().anyMatch(pod -> begun(pod, container));
  }

  private static boolean begun(Pod pod, String container) {
    return Optional.ofNullable(pod.getStatus()).map(PodStatus::getContainerStatuses).stream()
        .flatMap(List::stream)
        .filter(status -> status.getName().equals(container))
        .map(ContainerStatus::getState)
        .anyMatch(s -> s != null && (s.getRunning() != null || s.getTerminated() != null));
  }

  private static String phase(Pod pod) {
    return Optional.ofNullable(pod.getStatus()).map(PodStatus::getPhase).orElse("");
  }

  private Stream<Pod> pods(String namespace, String label, String value) {
    return client.pods().inNamespace(namespace).withLabel(label, value).list().getItems().stream();
  }
}
