package io.schemamigration.job;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.Volume;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.api.model.events.v1.EventSeries;
import io.fabric8.kubernetes.client.KubernetesClient;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/** Why there is no pod yet, or why it does not start, in what Kubernetes' events alone tell. */
final class Warnings {
  /** The condition of the pod tells it, and tells when it is over. */
  private static final String NO_NODE = "FailedScheduling";

  /** Kubernetes does not call these warnings, or not all of them. */
  private static final Set<String> UNBOUND = Set.of("ProvisioningFailed", "FailedBinding");

  private final KubernetesClient client;

  Warnings(KubernetesClient client) {
    this.client = client;
  }

  /** About a Job that has no pod: a quota, Pod Security or a webhook; the newest first. */
  List<String> of(Job job) {
    String name = job.getMetadata().getName();
    return notes(about(job.getMetadata().getNamespace(), "uid", job.getMetadata().getUid()))
        .map(note -> withoutSuffix(note, name))
        .toList();
  }

  /** About a pod that does not start: a volume or a Secret that is not there; the newest first. */
  List<String> of(Pod pod) {
    String namespace = pod.getMetadata().getNamespace();
    return JobState.scheduled(pod)
        ? notes(about(namespace, "uid", pod.getMetadata().getUid())).toList()
        : claims(pod).flatMap(claim -> unbound(namespace, claim).stream()).toList();
  }

  /** Each pod that is tried has another name: the same refusal would be news each time. */
  static String withoutSuffix(String note, String job) {
    return note.replaceAll("\\Q" + job + "\\E-[a-z0-9]{5}\\b", job);
  }

  private static Stream<String> claims(Pod pod) {
    return pod.getSpec().getVolumes().stream()
        .map(Volume::getPersistentVolumeClaim)
        .filter(claim -> claim != null)
        .map(claim -> claim.getClaimName());
  }

  /** The newest event decides: what could not be had before may be there now. */
  private Optional<String> unbound(String namespace, String claim) {
    return about(namespace, "name", claim).stream()
        .filter(e -> e.getRegarding() != null)
        .filter(e -> "PersistentVolumeClaim".equals(e.getRegarding().getKind()))
        .findFirst()
        .filter(e -> UNBOUND.contains(e.getReason()) && e.getNote() != null)
        .map(e -> "PersistentVolumeClaim %s is not bound: %s".formatted(claim, e.getNote()));
  }

  private static Stream<String> notes(List<Event> events) {
    Predicate<Event> tells = e -> "Warning".equals(e.getType()) && e.getNote() != null;
    return events.stream()
        .filter(tells)
        .filter(e -> !NO_NODE.equals(e.getReason()))
        .map(Event::getNote);
  }

  private List<Event> about(String namespace, String field, String value) {
    return client
        .events()
        .v1()
        .events()
        .inNamespace(namespace)
        .withField("regarding." + field, value)
        .list()
        .getItems()
        .stream()
        .sorted(Comparator.comparing(Warnings::time).reversed())
        .toList();
  }

  /** When it happened last: of a series only its own field tells. */
  static String time(Event event) {
    return Optional.ofNullable(event.getSeries())
        .map(EventSeries::getLastObservedTime)
        .map(time -> time.getTime())
        .or(() -> Optional.ofNullable(event.getDeprecatedLastTimestamp()))
        .or(() -> Optional.ofNullable(event.getEventTime()).map(time -> time.getTime()))
        .orElse(event.getMetadata().getCreationTimestamp());
  }
}
