package io.schemamigration.controller;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.client.CustomResource;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.schemamigration.api.TaskStatus;
import io.schemamigration.backup.JobOutline;
import io.schemamigration.backup.JobResult;
import io.schemamigration.decision.TaskVerdict;
import io.schemamigration.job.JobState;
import io.schemamigration.job.Jobs;
import io.schemamigration.status.Conditions;
import io.schemamigration.status.TaskReport;
import io.schemamigration.status.TaskWriter;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;

/** Follows the Job of something that is done once to its end, and begins anew where it failed. */
final class JobFollower<R extends CustomResource<?, S>, S extends TaskStatus> {
  private static final Duration SOON = Duration.ofMillis(50);
  private static final Duration JOB_POLL = Duration.ofSeconds(2);

  /** One of a resource that was deleted goes by itself. */
  private static final String FOREIGN =
      "a Job of its name is there that is not its own; delete that Job, or take another name";

  /** What a kind has to say about its Job. */
  interface Words<R, S extends TaskStatus> {
    /** The container whose log tells how many bytes are there. */
    String measured();

    /**
     * It is running, or its pod is awaited.
     *
     * @param bytes as the log says; empty: it does not
     */
    TaskVerdict<S> running(JobState.Running running, Optional<Long> bytes);

    /** It cannot begin as things are, or is none of ours. */
    TaskVerdict<S> stuck(String message);

    /** It failed; made anew after a pause, unless this is the last word. */
    TaskVerdict<S> failed(JobState.Failed failed);

    /**
     * Its Job has failed; said again at each look.
     *
     * @param news whether it is the first time
     */
    default void failed(R resource, boolean news) {}

    /** It left a result; empty: no such Job leaves that one. */
    Optional<TaskVerdict<S>> done(R resource, JobResult result);

    /** What is to be done before the result is told: nobody comes back to what is over. */
    default void settle(R resource, JobResult result) {}
  }

  private final Jobs jobs;
  private final Polling polling;
  private final TaskWriter<R, S> writer;
  private final Words<R, S> words;

  JobFollower(Jobs jobs, Polling polling, TaskWriter<R, S> writer, Words<R, S> words) {
    this.jobs = jobs;
    this.polling = polling;
    this.writer = writer;
    this.words = words;
  }

  /**
   * One look at the Job.
   *
   * @param inputs what the user says of it now
   */
  UpdateControl<R> follow(R resource, Context<R> context, Job job, Optional<String> inputs) {
    if (!Jobs.isOf(job, resource)) {
      writer.tell(resource, context, words.stuck(FOREIGN));
      return after(JOB_POLL);
    }
    return switch (jobs.state(job)) {
      case JobState.Running running -> {
        boolean writing = running.container().filter(words.measured()::equals).isPresent();
        Optional<Long> bytes = writing ? jobs.bytes(job, words.measured()) : Optional.empty();
        writer.tell(resource, context, words.running(running, bytes));
        yield after(JOB_POLL);
      }
      case JobState.Stuck stuck when inputs.filter(now -> !now.equals(inputs(job))).isPresent() -> {
        jobs.delete(job); // somebody changed what it is stuck on
        yield after(SOON);
      }
      case JobState.Stuck stuck -> {
        writer.tell(resource, context, words.stuck(stuck.message()));
        yield after(JOB_POLL);
      }
      case JobState.Succeeded succeeded -> {
        Optional<TaskVerdict<S>> done = words.done(resource, succeeded.result());
        if (done.isEmpty()) {
          JobState.Failed failed = new JobState.Failed("the Job left another kind's result");
          yield again(resource, context, job, words.failed(failed));
        }
        words.settle(resource, succeeded.result());
        writer.tell(resource, context, done.get());
        jobs.expire(job);
        yield UpdateControl.noUpdate();
      }
      case JobState.Failed failed -> again(resource, context, job, words.failed(failed));
    };
  }

  /** What the user said of a Job when it was made. */
  static String inputs(Job job) {
    return Optional.ofNullable(job.getMetadata().getAnnotations())
        .map(annotations -> annotations.get(JobOutline.INPUTS))
        .orElse("");
  }

  /** What failed is told first, and tried again after a pause that grows with each Job. */
  private UpdateControl<R> again(R resource, Context<R> context, Job job, TaskVerdict<S> verdict) {
    String uid = resource.getMetadata().getUid();
    boolean news = !stands(verdict, resource); // once for each Job
    if (news) { // also for one that was stuck before
      polling.failed(uid, verdict.reason());
    }
    words.failed(resource, news);
    writer.tell(resource, context, verdict);
    if (verdict.last()) {
      jobs.expire(job);
      return UpdateControl.noUpdate();
    }
    Duration pause = polling.pause(uid);
    Duration left = left(news, pause, jobs.left(job, pause), jobs.left(told(resource), pause));
    if (left.isPositive()) {
      return after(left);
    }
    jobs.delete(job);
    return after(SOON);
  }

  /** Since when it says so: whoever waits for it must have had the time to see it. */
  private Instant told(R resource) {
    return TaskReport.ready(resource.getStatus())
        .map(Condition::getLastTransitionTime)
        .map(Instant::parse)
        .orElse(Instant.EPOCH);
  }

  /**
   * How long a Job that failed still stays.
   *
   * @param news whether that is told just now: all of the pause is to come, whenever it failed
   * @param ofJob what is left since it ended
   * @param ofWords what is left since it was told
   */
  static Duration left(boolean news, Duration pause, Duration ofJob, Duration ofWords) {
    if (news) {
      return pause;
    }
    return ofJob.compareTo(ofWords) > 0 ? ofJob : ofWords;
  }

  private boolean stands(TaskVerdict<S> verdict, R resource) {
    return TaskReport.ready(resource.getStatus())
        .filter(ready -> ready.getReason().equals(verdict.reason()))
        .filter(ready -> ready.getMessage().equals(Conditions.cut(verdict.message())))
        .isPresent();
  }

  private UpdateControl<R> after(Duration pause) {
    return UpdateControl.<R>noUpdate().rescheduleAfter(pause);
  }
}
