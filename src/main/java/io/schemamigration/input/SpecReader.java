package io.schemamigration.input;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.SerializationFeature;
import com.fasterxml.jackson.databind.json.JsonMapper;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaMigrationSpec;
import io.schemamigration.api.Timeouts;
import io.schemamigration.config.Durations;
import io.schemamigration.plan.Digest;
import io.schemamigration.plan.Policy;
import io.schemamigration.postgres.Tables;
import io.schemamigration.postgres.Target;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * A spec as values. The API server has checked and completed it, but an object that was stored
 * before a rule existed, or by a server without the schema, must not break anything: every default
 * stands here too.
 */
public final class SpecReader {
  private static final int DEFAULT_BACKOFF_LIMIT = 6;
  private static final ObjectMapper CANONICAL =
      JsonMapper.builder().enable(SerializationFeature.ORDER_MAP_ENTRIES_BY_KEYS).build();

  private final SchemaMigration resource;
  private final SchemaMigrationSpec spec;

  /** Reads the spec of this; the resource may be incomplete. */
  public SpecReader(SchemaMigration resource) {
    this.resource = resource;
    this.spec = resource.getSpec();
  }

  /**
   * What the schema would have refused.
   *
   * @throws IllegalArgumentException with a message for the user
   */
  void check() {
    require(spec != null, "spec is missing");
    Unreadable.type(spec)
        .ifPresent(
            message -> {
              throw new IllegalArgumentException(message);
            });
    require(spec.database != null, "spec.database is missing");
    require(
        spec.database.secretRef != null && spec.database.secretRef.name != null,
        "spec.database.secretRef.name is missing");
    require(
        spec.source != null
            && spec.source.configMapRefs != null
            && !spec.source.configMapRefs.isEmpty(),
        "spec.source.configMapRefs is missing");
    tables();
    timeouts();
    interval();
  }

  private static void require(boolean condition, String message) {
    if (!condition) {
      throw new IllegalArgumentException(message);
    }
  }

  /** Whether the user wants nothing done; false where there is no spec. */
  public boolean suspended() {
    return spec != null && Boolean.TRUE.equals(spec.suspend);
  }

  /** How to log in. */
  public LoginSpec login() {
    return LoginSpec.of(spec.database);
  }

  /** The ConfigMaps with the files, in the order of the spec. */
  public List<String> configMaps() {
    return spec.source.configMapRefs.stream().map(ref -> ref.name).toList();
  }

  Optional<String> checksum() {
    return Optional.ofNullable(spec.source.checksum);
  }

  /** The tracking table and the ledger beside it. */
  public Tables tables() {
    SchemaMigrationSpec.History history = spec.history;
    String schema = history == null || history.schema == null ? "public" : history.schema;
    String table = history == null || history.table == null ? "drizzle_migrations" : history.table;
    return new Tables(schema, table);
  }

  /**
   * How long to wait for a connection, a lock and a statement.
   *
   * @throws IllegalArgumentException with a message for the user, where one is no duration
   */
  public Target.Timeouts timeouts() {
    Timeouts t = spec.timeouts;
    return new Target.Timeouts(
        duration("timeouts.connect", t == null ? null : t.connect, "10s"),
        duration("timeouts.lock", t == null ? null : t.lock, "5s"),
        duration("timeouts.statement", t == null ? null : t.statement, "0s"));
  }

  Duration interval() {
    return duration("interval", spec.interval, "10m");
  }

  private static Duration duration(String field, String text, String byDefault) {
    try {
      return Durations.parse(text == null ? byDefault : text);
    } catch (IllegalArgumentException e) {
      throw new IllegalArgumentException("spec." + field + " " + e.getMessage(), e);
    }
  }

  int backoffLimit() {
    return spec.backoffLimit == null ? DEFAULT_BACKOFF_LIMIT : spec.backoffLimit;
  }

  Policy policy() {
    SchemaMigrationSpec.Policy policy = spec.policy;
    Tables tables = tables();
    return new Policy(
        tables.schema(),
        tables.table(),
        Optional.ofNullable(spec.targetHash),
        policy != null && "Apply".equals(policy.outOfOrder),
        policy != null && "Ignore".equals(policy.missingFiles),
        policy != null && "Allow".equals(policy.rollback),
        "AllFiles".equals(spec.transaction),
        "PlanOnly".equals(spec.mode),
        spec.approvedPlans == null ? Set.of() : Set.copyOf(spec.approvedPlans),
        acknowledged());
  }

  private Set<Policy.Acknowledged> acknowledged() {
    return Stream.ofNullable(spec.acknowledge)
        .flatMap(List::stream)
        .map(a -> new Policy.Acknowledged(a.hash, a.sha256))
        .collect(Collectors.toSet());
  }

  Target.SessionDefaults sessionDefaults() {
    List<String> path = spec.database.searchPath;
    return new Target.SessionDefaults(
        Optional.ofNullable(spec.database.role), path == null ? List.of() : List.copyOf(path));
  }

  /** See {@link Inputs#digest}. The requests are part of it: a new one allows another try. */
  String digest(String checksum, Requests requests) {
    Map<String, Object> parts = new LinkedHashMap<>();
    parts.put("database", spec.database);
    parts.put("history", tables());
    parts.put("targetHash", spec.targetHash);
    parts.put("acknowledge", spec.acknowledge);
    parts.put("outOfOrder", policy().outOfOrder());
    parts.put("missingFiles", policy().ignoreMissingFiles());
    if (policy().rollback()) {
      parts.put("rollback", true);
    }
    if (policy().allFiles()) {
      parts.put("allFiles", true);
    }
    parts.put("timeouts", timeouts().toString());
    parts.put("checksum", checksum);
    parts.put(
        "tokens", Arrays.asList(requests.retry().orElse(""), requests.reconcile().orElse("")));
    try {
      return Digest.sha256(CANONICAL.writeValueAsString(parts).getBytes(StandardCharsets.UTF_8));
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a bean that came from JSON cannot be written as JSON", e);
    }
  }
}
