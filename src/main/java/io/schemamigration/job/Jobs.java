package io.schemamigration.job;

import io.fabric8.kubernetes.api.model.DeletionPropagation;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PersistentVolumeClaim;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/** Makes Jobs and looks at them; asks the API server each time, since a dump takes minutes. */
public final class Jobs {
  private static final int GONE = 404;
  private static final int EXISTS = 409;

  /** The Job's pod goes with it; somebody may want to look at it first. Seconds. */
  private static final int KEPT = 600;

  /** An operator that died is back sooner than this; Jobs of before are not asked for. */
  private static final Duration RECENT = Duration.ofHours(1);

  private static final Duration SETTLING = Duration.ofSeconds(10);

  private final KubernetesClient client;
  private final Clock clock;
  private final Warnings warnings;

  /**
   * All Jobs that a client may see.
   *
   * @param clock tells how long something has been so
   */
  public Jobs(KubernetesClient client, Clock clock) {
    this.client = client;
    this.clock = clock;
    this.warnings = new Warnings(client);
  }

  /** The Job of this name; empty: there is none. */
  public Optional<Job> get(String namespace, String name) {
    return Optional.ofNullable(
        client.batch().v1().jobs().inNamespace(namespace).withName(name).get());
  }

  /** Whether a Job is the resource's own: that of one which had its name before is not. */
  public static boolean isOf(Job job, HasMetadata resource) {
    return job.getMetadata().getOwnerReferences().stream()
        .anyMatch(owner -> owner.getUid().equals(resource.getMetadata().getUid()));
  }

  /**
   * Makes it, unless it is there already.
   *
   * @throws KubernetesClientException if it is refused, as by Pod Security or a quota
   */
  public void create(Job job) {
    try {
      client.resource(job).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != EXISTS) {
        throw e;
      }
    }
  }

  /** Makes the claim, unless it is there already. */
  public void create(PersistentVolumeClaim claim) {
    if (client.resource(claim).get() != null) {
      return; // a quota that this very claim uses up refuses it before it is found to exist
    }
    try {
      client.resource(claim).create();
    } catch (KubernetesClientException e) {
      if (e.getCode() != EXISTS) {
        throw e;
      }
    }
  }

  /** Deletes it and its pod, and waits for neither. */
  public void delete(Job job) {
    client.resource(job).withPropagationPolicy(DeletionPropagation.BACKGROUND).delete();
  }

  /** Its result is in a status: it may go after a while. */
  public void expire(Job job) {
    try {
      client
          .resource(job)
          .patch(
              PatchContext.of(PatchType.JSON_MERGE),
              "{\"spec\":{\"ttlSecondsAfterFinished\":" + KEPT + "}}");
    } catch (KubernetesClientException e) {
      if (e.getCode() != GONE) {
        throw e;
      }
    }
  }

  /**
   * Makes up for it where who told the result died before the Job was let go.
   *
   * @param resource what the Job was for; it is over
   * @param completionTime when
   */
  public void expireLate(HasMetadata resource, String name, String completionTime) {
    if (Instant.parse(completionTime).plus(RECENT).isAfter(clock.instant())) {
      get(resource.getMetadata().getNamespace(), name)
          .filter(job -> isOf(job, resource))
          .filter(job -> job.getSpec().getTtlSecondsAfterFinished() == null)
          .ifPresent(this::expire);
    }
  }

  /**
   * Another Job that is not over and has the same claim, which can be mounted once; as {@code
   * DatabaseBackup name}, for people.
   */
  public Optional<String> using(String namespace, String name, String claim) {
    return going(namespace, JobParts.CLAIM_LABEL, JobParts.label(claim))
        .filter(job -> !job.getMetadata().getName().equals(name))
        .map(Jobs::user)
        .findFirst();
  }

  /** A Job that is not over and reads what is kept there, as {@code DatabaseRestore name}. */
  public Optional<String> reading(String namespace, String location) {
    return going(namespace, JobParts.DUMP_LABEL, JobParts.digest(location))
        .map(Jobs::user)
        .findFirst();
  }

  private Stream<Job> going(String namespace, String label, String value) {
    return client
        .batch()
        .v1()
        .jobs()
        .inNamespace(namespace)
        .withLabel(label, value)
        .list()
        .getItems()
        .stream()
        .filter(job -> !JobConditions.of(job).over());
  }

  private static String user(Job job) {
    return job.getMetadata().getOwnerReferences().stream()
        .map(owner -> owner.getKind() + " " + owner.getName())
        .findFirst()
        .orElse("Job " + job.getMetadata().getName());
  }

  /** Labels of a Secret: some producers write no host but a cluster's name there. */
  public Map<String, String> secretLabels(String namespace, String name) {
    return Optional.ofNullable(client.secrets().inNamespace(namespace).withName(name).get())
        .map(secret -> secret.getMetadata().getLabels())
        .orElse(Map.of());
  }

  /** How long a Job that is over is still left alone; zero or less: it was for so long. */
  public Duration left(Job job, Duration pause) {
    return JobConditions.of(job)
        .endTime()
        .map(end -> Duration.between(clock.instant(), end.plus(pause)))
        .orElse(pause);
  }

  /**
   * What is left of a pause that began then; all of it where that is still to come: clocks jump.
   */
  public Duration left(Instant begin, Duration pause) {
    Duration left = Duration.between(clock.instant(), begin.plus(pause));
    return left.compareTo(pause) > 0 ? pause : left;
  }

  /** How far it is. */
  public JobState state(Job job) {
    Optional<Pod> pod = pod(job);
    JobState state = JobState.of(job, pod, List.of());
    boolean waits =
        switch (state) {
          case JobState.Running running -> running.container().isEmpty();
          case JobState.Stuck stuck -> pod.filter(p -> !JobState.scheduled(p)).isPresent();
          case JobState.Succeeded succeeded -> false;
          case JobState.Failed failed -> false;
        };
    if (waits) {
      state = JobState.of(job, pod, pod.map(warnings::of).orElseGet(() -> warnings.of(job)));
    }
    return state instanceof JobState.Stuck && young(job) ? JobState.WAITS : state;
  }

  /** What settles within moments, as a volume that is being made, is no news. */
  private boolean young(Job job) {
    Instant made = Instant.parse(job.getMetadata().getCreationTimestamp());
    // Clocks differ; one that is behind must not hide a fault for long.
    return Duration.between(made, clock.instant()).abs().compareTo(SETTLING) < 0;
  }

  private Optional<Pod> pod(Job job) {
    return client
        .pods()
        .inNamespace(job.getMetadata().getNamespace())
        .withLabel("batch.kubernetes.io/controller-uid", job.getMetadata().getUid())
        .list()
        .getItems()
        .stream()
        .max(Comparator.comparing(p -> p.getMetadata().getCreationTimestamp()));
  }

  /** How many bytes the dump's container says are there. */
  public Optional<Long> bytes(Job job, String container) {
    Optional<Pod> pod = pod(job);
    if (pod.isEmpty()) {
      return Optional.empty();
    }
    // The client's own way to a log watches the pod first, which the operator may not.
    String log =
        "/api/v1/namespaces/%s/pods/%s/log?container=%s&tailLines=1"
            .formatted(
                pod.get().getMetadata().getNamespace(),
                pod.get().getMetadata().getName(),
                container);
    try {
      String last = Optional.ofNullable(client.raw(log)).map(String::strip).orElse("");
      return last.matches("bytes [0-9]{1,18}")
          ? Optional.of(Long.valueOf(last.substring("bytes ".length())))
          : Optional.empty();
    } catch (KubernetesClientException e) {
      return Optional.empty(); // progress is a courtesy: the container may be gone by now
    }
  }
}
