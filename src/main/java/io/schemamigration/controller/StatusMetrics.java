package io.schemamigration.controller;

import io.fabric8.kubernetes.api.model.Condition;
import io.micrometer.core.instrument.Counter;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.micrometer.core.instrument.Timer;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.postgres.Outcome;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * The operator's own metrics. Bounded: labels are namespace, name and words from short lists, never
 * a text; a deleted resource's series go with it.
 */
final class StatusMetrics {
  private static final List<String> TYPES =
      List.of(Conditions.READY, Conditions.RECONCILING, Conditions.STALLED, Conditions.REACHABLE);

  private final MeterRegistry registry;
  private final Map<String, Series> byName = new ConcurrentHashMap<>();

  StatusMetrics(MeterRegistry registry) {
    this.registry = registry;
  }

  private record Series(
      String uid,
      Map<String, AtomicInteger> conditions,
      AtomicInteger pending,
      List<Meter> meters) {}

  /** Shows a status. */
  void record(SchemaMigration resource, SchemaMigrationStatus status) {
    String name = resource.getMetadata().getNamespace() + "/" + resource.getMetadata().getName();
    Series series =
        byName.compute(
            name,
            (n, known) -> {
              if (known != null && known.uid().equals(resource.getMetadata().getUid())) {
                return known;
              }
              remove(known); // created anew under the same name, which is the meters' name too
              return register(resource);
            });
    for (String type : TYPES) {
      series.conditions().get(type).set(isTrue(status, type) ? 1 : 0);
    }
    series.pending().set(Optional.ofNullable(status.pendingCount).orElse(0));
  }

  private static boolean isTrue(SchemaMigrationStatus status, String type) {
    List<Condition> conditions = status.conditions == null ? List.of() : status.conditions;
    return conditions.stream()
        .anyMatch(c -> type.equals(c.getType()) && Conditions.TRUE.equals(c.getStatus()));
  }

  private Series register(SchemaMigration resource) {
    Tags tags = tags(resource);
    Map<String, AtomicInteger> conditions = new ConcurrentHashMap<>();
    List<Meter> meters = new ArrayList<>();
    for (String type : TYPES) {
      AtomicInteger value = new AtomicInteger();
      conditions.put(type, value);
      meters.add(
          Gauge.builder("schema_migration_status_condition", value, AtomicInteger::get)
              .description("1 while a condition of a SchemaMigration is True")
              .tags(tags.and("condition", type))
              .register(registry));
    }
    AtomicInteger pending = new AtomicInteger();
    meters.add(
        Gauge.builder("schema_migration_pending", pending, AtomicInteger::get)
            .description("Files of a SchemaMigration that are not applied yet")
            .tags(tags)
            .register(registry));
    return new Series(resource.getMetadata().getUid(), conditions, pending, meters);
  }

  private static Tags tags(SchemaMigration resource) {
    return Tags.of(
        "namespace", resource.getMetadata().getNamespace(),
        "name", resource.getMetadata().getName());
  }

  /** Counts a run. */
  void ran(SchemaMigration resource, Verdict.Ended ended) {
    String namespace = resource.getMetadata().getNamespace();
    int committed =
        switch (ended.outcome()) {
          case Outcome.Done done -> done.applied();
          case Outcome.Failed failed -> failed.applied();
          case Outcome.Stopped stopped -> stopped.applied();
          case Outcome.Busy busy -> 0;
          case Outcome.Unavailable unavailable -> 0;
        };
    Counter.builder("schema_migration_applied_total")
        .description("Files applied")
        .tags("namespace", namespace)
        .register(registry)
        .increment(committed - ended.undone());
    undone(namespace, ended.undone());
    Timer.builder("schema_migration_run_duration_seconds")
        .description("Duration of runs by result")
        .tags("namespace", namespace, "result", ended.outcome().getClass().getSimpleName())
        .register(registry)
        .record(Duration.between(ended.start(), ended.end()));
  }

  /** Counts what was undone, on request or because a target was lowered. */
  void undone(String namespace, int files) {
    Counter.builder("schema_migration_undone_total")
        .description("Files undone")
        .tags("namespace", namespace)
        .register(registry)
        .increment(files);
  }

  /** Removes the series of resources that are gone. */
  void retain(Set<String> uids) {
    for (String name : byName.keySet()) {
      byName.computeIfPresent(
          name,
          (n, series) -> {
            if (uids.contains(series.uid())) {
              return series;
            }
            remove(series);
            return null;
          });
    }
  }

  private void remove(Series series) {
    if (series != null) {
      series.meters().forEach(registry::remove);
    }
  }
}
