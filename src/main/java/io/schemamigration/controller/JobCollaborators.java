package io.schemamigration.controller;

import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.schemamigration.api.TaskStatus;
import io.schemamigration.config.Settings;
import io.schemamigration.decision.TaskVerdict;
import io.schemamigration.job.Jobs;
import io.schemamigration.status.Events;
import io.schemamigration.status.TaskWriter;
import java.time.Clock;
import java.util.function.BiConsumer;
import java.util.function.Supplier;

/** Whom the reconciler of something works with that a Job does once. */
record JobCollaborators<R extends CustomResource<?, S>, S extends TaskStatus>(
    KubernetesClient client,
    Jobs jobs,
    Runs runs,
    Polling polling,
    TaskWriter<R, S> writer,
    Existence<R> existence,
    SimpleInboundEventSource<R> wake,
    Settings settings)
    implements AutoCloseable {

  /**
   * With an own eye on what there is, and threads of its own to look at databases.
   *
   * @param ended told of each that is over, once
   */
  static <R extends CustomResource<?, S>, S extends TaskStatus> JobCollaborators<R, S> of(
      KubernetesClient client,
      Jobs jobs,
      Limits limits,
      Events events,
      Supplier<S> empty,
      BiConsumer<R, S> ended,
      Settings settings,
      Clock clock) {
    SimpleInboundEventSource<R> wake = new SimpleInboundEventSource<>("database-work");
    Existence<R> existence = new Existence<>();
    return new JobCollaborators<>(
        client,
        jobs,
        new Runs(clock, limits, wake::propagateEvent, existence),
        new Polling(clock),
        new TaskWriter<>(events, empty, ended, clock),
        existence,
        wake,
        settings);
  }

  /** Tells a verdict that is asked for again after a while that grows. */
  UpdateControl<R> tell(R resource, Context<R> context, TaskVerdict<S> verdict) {
    writer.tell(resource, context, verdict);
    String uid = resource.getMetadata().getUid();
    polling.failed(uid, verdict.reason());
    return UpdateControl.<R>noUpdate().rescheduleAfter(polling.pause(uid));
  }

  /** Forgets what is gone. */
  void sweep() {
    polling.retain(existence.uids());
  }

  @Override
  public void close() {
    runs.close();
  }
}
