package io.schemamigration.controller;

import io.fabric8.kubernetes.api.model.Condition;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.IndexerResourceCache;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.decision.Clearance;
import io.schemamigration.input.Missing;
import io.schemamigration.input.SourceReader;
import io.schemamigration.input.SpecReader;
import io.schemamigration.plan.Reason;
import io.schemamigration.status.Conditions;
import io.schemamigration.status.StatusReport;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Keeps a run until the migrations that go first are done. They are known from the watch. */
final class Dependencies {
  private static final String BY_DEPENDENCY = "by-dependency";

  private final SourceReader sources;
  private volatile IndexerResourceCache<SchemaMigration> cache;

  Dependencies(SourceReader sources) {
    this.sources = sources;
  }

  void follow(IndexerResourceCache<SchemaMigration> primaries) {
    primaries.addIndexer(
        BY_DEPENDENCY,
        resource -> names(resource).map(name -> key(namespace(resource), name)).toList());
    cache = primaries;
  }

  /**
   * Whom a change of this one may let go on; also those that do not say so yet, since a wake that
   * is lost costs half a minute.
   */
  Set<ResourceID> after(SchemaMigration resource) {
    return cache
        .byIndex(BY_DEPENDENCY, key(namespace(resource), resource.getMetadata().getName()))
        .stream()
        .map(ResourceID::fromResource)
        .collect(Collectors.toSet());
  }

  /** What a run of this one waits for; empty: nothing. */
  Optional<Clearance> before(SchemaMigration resource) {
    return cycle(resource)
        .or(
            () ->
                names(resource)
                    .map(name -> obstacle(namespace(resource), name))
                    .flatMap(Optional::stream)
                    .findFirst()
                    .map(text -> new Clearance.Waits(Reason.DEPENDENCY_NOT_READY, text)))
        .map(Clearance.class::cast);
  }

  /** The shortest way by which it depends on itself: nobody of these would ever run. */
  private Optional<Clearance.Waits> cycle(SchemaMigration resource) {
    String own = resource.getMetadata().getName();
    Map<String, String> reachedFrom = new HashMap<>();
    Deque<String> open = new ArrayDeque<>(List.of(own));
    while (!open.isEmpty()) {
      String from = open.removeFirst();
      Stream<String> next =
          from.equals(own)
              ? names(resource)
              : other(namespace(resource), from).stream().flatMap(Dependencies::names);
      for (String name : next.toList()) {
        if (name.equals(own)) {
          return Optional.of(cycle(own, from, reachedFrom));
        }
        if (reachedFrom.putIfAbsent(name, from) == null) {
          open.addLast(name);
        }
      }
    }
    return Optional.empty();
  }

  private static Clearance.Waits cycle(String own, String last, Map<String, String> reachedFrom) {
    StringBuilder way = new StringBuilder(own);
    for (String at = last; !at.equals(own); at = reachedFrom.get(at)) {
      way.insert(0, at + " -> ");
    }
    return new Clearance.Waits(
        Reason.DEPENDENCY_CYCLE,
        "nothing ran: %s -> %s depend on each other; take one of them out of dependsOn"
            .formatted(own, way));
  }

  /** Why this one is not done; empty: it is. */
  private Optional<String> obstacle(String namespace, String name) {
    Optional<SchemaMigration> there = other(namespace, name);
    if (there.isEmpty()) {
      return Optional.of(
          "SchemaMigration %s is not there; create it, or take it out of dependsOn"
              .formatted(name));
    }
    SchemaMigration other = there.get();
    Optional<Condition> ready = ready(other);
    boolean judged =
        ready.isPresent()
            && Objects.equals(
                other.getStatus().observedGeneration, other.getMetadata().getGeneration());
    String waits = "waits for SchemaMigration " + name;
    if (!judged) {
      return Optional.of(waits + ", which was just changed");
    } else if (Reason.PLAN_ONLY.label().equals(ready.get().getReason())) {
      return Optional.of(waits + ", which only plans; set its spec.mode: Apply");
    } else if (!Conditions.TRUE.equals(ready.get().getStatus())) {
      return Optional.of(waits + ": " + ready.get().getReason() + ": " + ready.get().getMessage());
    }
    return followsItsFiles(other)
        ? Optional.empty()
        : Optional.of(waits + ", whose files were just changed");
  }

  /** What was applied together with it may not have been seen by the other one yet. */
  private boolean followsItsFiles(SchemaMigration other) {
    if (other.getStatus().lastApplied == null) {
      return false;
    }
    try {
      return sources
          .read(namespace(other), new SpecReader(other).configMaps())
          .checksum()
          .equals(other.getStatus().lastApplied.checksum);
    } catch (Missing e) {
      return false;
    }
  }

  private Optional<SchemaMigration> other(String namespace, String name) {
    return cache.get(new ResourceID(name, namespace));
  }

  private static Optional<Condition> ready(SchemaMigration resource) {
    return Optional.ofNullable(resource.getStatus()).flatMap(StatusReport::ready);
  }

  private static Stream<String> names(SchemaMigration resource) {
    return resource.getSpec() == null || resource.getSpec().dependsOn == null
        ? Stream.empty()
        : resource.getSpec().dependsOn.stream().map(d -> d.name);
  }

  private static String namespace(SchemaMigration resource) {
    return resource.getMetadata().getNamespace();
  }

  private static String key(String namespace, String name) {
    return namespace + "/" + name;
  }
}
