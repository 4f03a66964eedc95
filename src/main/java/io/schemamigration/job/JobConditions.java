package io.schemamigration.job;

import io.fabric8.kubernetes.api.model.batch.v1.Job;
import io.fabric8.kubernetes.api.model.batch.v1.JobCondition;
import io.fabric8.kubernetes.api.model.batch.v1.JobStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** What the Job controller says of a Job. */
record JobConditions(List<JobCondition> met) {
  private static final String COMPLETE = "Complete";
  private static final String FAILED = "Failed";
  private static final String TOO_LATE = "DeadlineExceeded";
  private static final String MORE_TIME = "; give it more in job.activeDeadlineSeconds";

  /** Those of a Job that are true. */
  static JobConditions of(Job job) {
    return new JobConditions(
        Optional.ofNullable(job.getStatus()).map(JobStatus::getConditions).stream()
            .flatMap(List::stream)
            .filter(c -> c.getStatus().equals("True"))
            .toList());
  }

  /** Whether it is over, well or not. */
  boolean over() {
    return endTime().isPresent();
  }

  /** When it was over; empty: it is not. */
  Optional<Instant> endTime() {
    return met.stream()
        .filter(c -> Set.of(COMPLETE, FAILED).contains(c.getType()))
        .map(c -> Instant.parse(c.getLastTransitionTime()))
        .findFirst();
  }

  boolean complete() {
    return message(COMPLETE).isPresent();
  }

  /** Why it failed. */
  Optional<String> failed() {
    return message(FAILED);
  }

  /** Why it will have failed as soon as its pod has ended. */
  Optional<String> failing() {
    return message("FailureTarget");
  }

  /** That its time was up, where that is why it failed. */
  Optional<String> tooLate() {
    return failed().filter(text -> text.startsWith(TOO_LATE));
  }

  private Optional<String> message(String type) {
    return met.stream()
        .filter(c -> c.getType().equals(type))
        .map(c -> text(c.getReason(), c.getMessage()))
        .map(text -> text.startsWith(TOO_LATE) ? text + MORE_TIME : text)
        .findFirst();
  }

  /** {@code reason: message}; either may be absent. */
  static String text(String reason, String message) {
    return message == null ? String.valueOf(reason) : reason + ": " + message;
  }
}
