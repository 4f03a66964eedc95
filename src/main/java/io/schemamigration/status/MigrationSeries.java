package io.schemamigration.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.micrometer.core.instrument.Gauge;
import io.micrometer.core.instrument.Meter;
import io.micrometer.core.instrument.MeterRegistry;
import io.micrometer.core.instrument.Tags;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaMigrationStatus;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Function;

/** The series of one migration; a fixed number of them, whatever its status says. */
final class MigrationSeries {
  private static final List<String> TYPES =
      List.of(Conditions.READY, Conditions.RECONCILING, Conditions.STALLED, Conditions.REACHABLE);
  private static final String UNKNOWN = "unknown";

  private final MeterRegistry registry;
  private final String uid;
  private final Tags tags;
  private final Map<String, AtomicInteger> conditions = new ConcurrentHashMap<>();
  private final AtomicInteger pending = new AtomicInteger();
  private final AtomicInteger held = new AtomicInteger();
  private final AtomicLong followed = new AtomicLong();
  private final Changing reason;
  private final Changing info;
  private final List<Meter> meters = new ArrayList<>();

  MigrationSeries(MeterRegistry registry, SchemaMigration resource) {
    this.registry = registry;
    this.uid = resource.getMetadata().getUid();
    this.tags =
        Tags.of(
            "namespace", resource.getMetadata().getNamespace(),
            "name", resource.getMetadata().getName());
    this.reason =
        new Changing(
            registry,
            "schema_migration_status_reason",
            "1 with the reason of the condition Ready of a SchemaMigration");
    // Not ..._info: the registry takes that ending away from a gauge.
    this.info =
        new Changing(
            registry,
            "schema_migration_database",
            "1 with what the server of a SchemaMigration's database says of itself");
    for (String type : TYPES) {
      AtomicInteger value = new AtomicInteger();
      conditions.put(type, value);
      gauge(
          "schema_migration_status_condition",
          "1 while a condition of a SchemaMigration is True",
          tags.and("condition", type),
          value);
    }
    gauge(
        "schema_migration_pending",
        "Files of a SchemaMigration that are not applied yet",
        tags,
        pending);
    gauge(
        "schema_migration_held",
        "Files of a SchemaMigration that were rolled back and are not applied again by themselves",
        tags,
        held);
  }

  private void gauge(String name, String description, Tags labels, Number value) {
    meters.add(
        Gauge.builder(name, value, Number::doubleValue)
            .description(description)
            .tags(labels)
            .register(registry));
  }

  String uid() {
    return uid;
  }

  void show(SchemaMigrationStatus status) {
    for (String type : TYPES) {
      conditions.get(type).set(isTrue(status, type) ? 1 : 0);
    }
    pending.set(Optional.ofNullable(status.pendingCount).orElse(0));
    held.set(Optional.ofNullable(status.heldCount).orElse(0));
    StatusReport.ready(status).ifPresent(r -> reason.say(tags.and("reason", r.getReason())));
    Optional<SchemaMigrationStatus.Database> database = Optional.ofNullable(status.database);
    info.say(
        tags.and(
            "server_version", word(database, d -> d.serverVersion),
            "tls", word(database, d -> d.tls)));
  }

  private static String word(
      Optional<SchemaMigrationStatus.Database> database,
      Function<SchemaMigrationStatus.Database, String> part) {
    return database.map(part).orElse(UNKNOWN);
  }

  private static boolean isTrue(SchemaMigrationStatus status, String type) {
    List<Condition> all = status.conditions == null ? List.of() : status.conditions;
    return all.stream()
        .anyMatch(c -> type.equals(c.getType()) && Conditions.TRUE.equals(c.getStatus()));
  }

  /** A look or a run found that the database follows the files; before the first there is none. */
  synchronized void follows(Instant time) {
    if (followed.getAndSet(time.getEpochSecond()) == 0) {
      gauge(
          "schema_migration_last_success_timestamp_seconds",
          "When the database of a SchemaMigration was last seen to follow all files",
          tags,
          followed);
    }
  }

  synchronized void remove() {
    meters.forEach(registry::remove);
    reason.remove();
    info.remove();
  }
}
