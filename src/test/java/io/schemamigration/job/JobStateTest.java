package io.schemamigration.job;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.schemamigration.backup.JobResult;
import io.schemamigration.backup.StoreFailure;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What a Job and its pod tell of a backup. */
class JobStateTest {
  private static final JobResult FETCHED =
      new JobResult.Fetched(5, "0".repeat(64), "shop/orders/orders-1", "orders", "15.19", "");
  private static final JobResult RESTORED = new JobResult.Restored("orders_before", 3, 42, 2);
  private static final JobState WAITS = JobState.WAITS;
  private static final String QUOTA = "pods \"b-x\" is forbidden: exceeded quota: small";
  private static final String NO_SECRET = "MountVolume.SetUp failed: secret \"db\" not found";
  private static final String NO_CLASS = "PersistentVolumeClaim b is not bound: no class";
  private static final JobResult.Stored STORED =
      new JobResult.Stored(
          3, "ab", "pvc:c/p", Optional.empty(), "15.19", "s", "f", List.of(), 0, Optional.empty());

  private static JobPods fresh() {
    return JobPods.pod()
        .waits("login", "PodInitializing", null)
        .waits("dump", "PodInitializing", null)
        .waits("store", "PodInitializing", null);
  }

  private static JobPods dumping() {
    return JobPods.pod().done("login").runs("dump").waits("store", "PodInitializing", null);
  }

  private static JobPods dumpEnded(int code, String reason, String message) {
    return JobPods.pod()
        .done("login")
        .ended("dump", code, reason, message)
        .waits("store", "PodInitializing", null);
  }

  private static JobPods storeEnded(int code, String message) {
    return JobPods.pod().done("login").done("dump").ended("store", code, "Error", message);
  }

  static Stream<Arguments> goingOn() {
    return Stream.of(
        arguments("no pod yet", null, List.of(), WAITS),
        arguments("quota", null, List.of(QUOTA, "older"), stuck("no pod can be made: " + QUOTA)),
        arguments(
            "no node",
            JobPods.pod().unscheduled("0/3 nodes are available: 3 Insufficient memory."),
            List.of(),
            stuck("the pod finds no node: 0/3 nodes are available: 3 Insufficient memory.")),
        arguments(
            "no volume",
            JobPods.pod().unscheduled("pod has unbound immediate PersistentVolumeClaims"),
            List.of(NO_CLASS),
            stuck(
                "the pod finds no node: %s; pod has unbound immediate PersistentVolumeClaims"
                    .formatted(NO_CLASS))),
        arguments(
            "no volume, and the scheduler waits for it",
            JobPods.pod(),
            List.of(NO_CLASS),
            stuck("the pod cannot start: " + NO_CLASS)),
        arguments("starting", fresh(), List.of(), WAITS),
        arguments(
            "a Secret that is not there",
            fresh(),
            List.of(NO_SECRET),
            stuck("the pod cannot start: " + NO_SECRET)),
        arguments(
            "no image",
            JobPods.pod()
                .done("login")
                .waits("dump", "ErrImagePull", "manifest unknown")
                .waits("store", "PodInitializing", null),
            List.of(),
            stuck("dump: ErrImagePull: manifest unknown")),
        arguments(
            "no image, the second time",
            JobPods.pod().waits("login", "ImagePullBackOff", null),
            List.of(),
            stuck("login: ImagePullBackOff")),
        arguments(
            "no image, and the next try is waited for",
            JobPods.pod()
                .waits("dump", "ImagePullBackOff", "Back-off pulling \"i\": ErrImagePull: no host"),
            List.of(),
            stuck("dump: ErrImagePull: no host")),
        arguments(
            "a container that cannot be made",
            JobPods.pod().waits("login", "CreateContainerConfigError", "image will run as root"),
            List.of(),
            stuck("login: CreateContainerConfigError: image will run as root")),
        arguments("login", JobPods.pod().runs("login"), List.of(), running("login")),
        arguments("dump", dumping(), List.of(), running("dump")),
        arguments("what is over and past", dumping(), List.of(NO_SECRET), running("dump")),
        arguments(
            "between two containers",
            JobPods.pod().done("login").waits("dump", "PodInitializing", null),
            List.of(NO_SECRET),
            WAITS),
        arguments(
            "store",
            JobPods.pod().done("login").done("dump").runs("store"),
            List.of(),
            running("store")),
        arguments(
            "a failure that the Job has not counted yet",
            dumpEnded(3, "Error", "no"),
            List.of(),
            WAITS));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("goingOn")
  void whileItGoesOn(String name, JobPods pod, List<String> warnings, JobState expected) {
    assertThat(JobConditions.of(JobPods.going()).over()).isFalse();
    assertThat(JobConditions.of(JobPods.going()).endTime()).isEmpty();
    assertThat(JobState.of(JobPods.going(), Optional.ofNullable(pod).map(JobPods::build), warnings))
        .isEqualTo(expected);
  }

  static Stream<Arguments> over() {
    Job late = JobPods.over("Failed", "DeadlineExceeded", "Job was active longer than deadline");
    String tooLate =
        "DeadlineExceeded: Job was active longer than deadline;"
            + " give it more in job.activeDeadlineSeconds";
    String full = "The node was low on resource: ephemeral-storage.";
    String denied =
        new JobResult.Failed(StoreFailure.Reason.ACCESS_DENIED, "s3://b may not be written").json();
    return Stream.of(
        arguments(
            "restored, of what was fetched",
            JobPods.complete(),
            JobPods.pod()
                .done("login")
                .ended("check-target", 0, "Completed", "")
                .ended("fetch", 0, "Completed", FETCHED.json())
                .ended("restore", 0, "Completed", RESTORED.json()),
            new JobState.Succeeded(RESTORED)),
        arguments("kept", JobPods.complete(), storeEnded(0, STORED.json()), succeeded()),
        arguments(
            "kept, and something was logged",
            JobPods.complete(),
            JobPods.pod()
                .ended("login", 0, "Completed", "")
                .ended("dump", 0, "Completed", "bytes 3")
                .ended("store", 0, "Completed", STORED.json()),
            succeeded()),
        arguments(
            "no result",
            JobPods.complete(),
            storeEnded(0, null),
            failed("it ended without a result")),
        arguments(
            "its pod was taken away",
            JobPods.complete(),
            null,
            failed("its pod is gone and left no result: it, or its node, was deleted")),
        arguments(
            "dump, with a text of two lines",
            JobPods.failed(),
            dumpEnded(3, "Error", "pg_dump: error: no\n  detail: 1\n"),
            failed("dump: pg_dump: error: no; detail: 1")),
        arguments(
            "dump, with a code alone",
            JobPods.failed(),
            dumpEnded(3, "Error", null),
            failed("dump: Error, exit code 3")),
        arguments(
            "dump, out of memory",
            JobPods.failed(),
            dumpEnded(137, "OOMKilled", ""),
            new JobState.Failed(
                "dump: OOMKilled; give it more in job.resources", Optional.of("Killed"))),
        arguments(
            "login",
            JobPods.failed(),
            JobPods.pod()
                .ended("login", 2, "Error", "Secret db has no password")
                .waits("dump", "PodInitializing", null),
            failed("login: Secret db has no password")),
        arguments(
            "store, with a result",
            JobPods.failed(),
            storeEnded(1, denied),
            new JobState.Failed("store: s3://b may not be written", Optional.of("AccessDenied"))),
        arguments("too late, the pod is gone", late, null, failed(tooLate)),
        arguments(
            "too late, the pod was killed", late, dumpEnded(137, "Error", null), failed(tooLate)),
        arguments("too late, the pod is going", late, dumping(), failed(tooLate)),
        arguments(
            "evicted, and nothing is known of its containers",
            JobPods.failed(),
            JobPods.pod().evicted(full),
            failed("Evicted: " + full)),
        arguments(
            "evicted",
            JobPods.failed(),
            dumpEnded(137, "Error", null).evicted(full),
            failed("Evicted: " + full)),
        arguments(
            "the pod is gone",
            JobPods.failed(),
            null,
            failed(
                "its pod is gone and left no result: it, or its node, was deleted;"
                    + " BackoffLimitExceeded: Job has reached the specified backoff limit")),
        arguments(
            "drained",
            JobPods.failed(),
            dumpEnded(143, "Error", "stopped").disrupted("EvictionByEvictionAPI", "Eviction API"),
            failed("EvictionByEvictionAPI: Eviction API")));
  }

  @ParameterizedTest(name = "{0}")
  @MethodSource("over")
  void onceItIsOver(String name, Job job, JobPods pod, JobState expected) {
    assertThat(JobConditions.of(job).over()).isTrue();
    assertThat(JobConditions.of(job).endTime()).contains(Instant.parse(JobPods.ENDED));
    assertThat(JobState.of(job, Optional.ofNullable(pod).map(JobPods::build), List.of(NO_SECRET)))
        .isEqualTo(expected);
  }

  @Test
  void aPodThatDoesNotEndIsToldOf() {
    Job failing = JobPods.over("FailureTarget", "DeadlineExceeded", "too long");
    Pod ending = dumping().deleted().build();
    assertThat(JobConditions.of(failing).over()).isFalse();
    assertThat(JobState.of(failing, Optional.of(ending), List.of()))
        .isEqualTo(
            stuck(
                "DeadlineExceeded: too long; give it more in"
                    + " job.activeDeadlineSeconds; its pod has not ended yet"));
    // What ended by itself tells why as soon as the Job has failed.
    Pod ended = dumpEnded(3, "Error", "no").build();
    assertThat(JobState.of(failing, Optional.of(ended), List.of())).isEqualTo(WAITS);
  }

  @Test
  void aPodWithoutAStatusIsNew() {
    assertThat(JobState.of(JobPods.going(), Optional.of(new Pod()), List.of())).isEqualTo(WAITS);
  }

  @Test
  void aFailureAfterTheResultIsStillAFailure() {
    // A result counts only where Kubernetes says that the Job is complete.
    assertThat(
            JobState.of(
                JobPods.failed(), Optional.of(storeEnded(0, STORED.json()).build()), List.of()))
        .isInstanceOf(JobState.Failed.class);
  }

  private static JobState stuck(String message) {
    return new JobState.Stuck(message);
  }

  private static JobState failed(String message) {
    return new JobState.Failed(message);
  }

  private static JobState running(String container) {
    return new JobState.Running(Optional.of(container));
  }

  private static JobState succeeded() {
    return new JobState.Succeeded(STORED);
  }
}
