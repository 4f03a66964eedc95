package io.schemamigration.controller;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.plan.History;
import io.schemamigration.plan.Ownership;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.ConcurrentHashMap;

/** Finds out whether the resource that a ledger names still exists. */
final class Owners {
  private final KubernetesClient client;
  private final String cluster;
  private final Clock clock;
  private final Map<History.Owner, Instant> missingSince = new ConcurrentHashMap<>();

  Owners(KubernetesClient client, String cluster, Clock clock) {
    this.client = client;
    this.cluster = cluster;
    this.clock = clock;
  }

  String cluster() {
    return cluster;
  }

  /**
   * What is known of an owner.
   *
   * @param interval an owner is gone when it was absent twice at least so far apart: one look may
   *     fall between a deletion and a re-creation
   */
  Ownership of(Optional<History.Owner> owner, SchemaMigration self, Duration interval) {
    if (owner.isEmpty() || isSelf(owner.get(), self)) {
      return Ownership.OURS;
    }
    if (!owner.get().cluster().equals(cluster)) {
      return Ownership.FOREIGN;
    }
    return inThisCluster(owner.get(), interval);
  }

  boolean isSelf(History.Owner owner, SchemaMigration self) {
    return owner.sameResource(
        cluster, self.getMetadata().getNamespace(), self.getMetadata().getName());
  }

  private Ownership inThisCluster(History.Owner owner, Duration interval) {
    try {
      SchemaMigration other =
          client
              .resources(SchemaMigration.class)
              .inNamespace(owner.namespace())
              .withName(owner.name())
              .get();
      if (other != null) {
        missingSince.remove(owner);
        return Ownership.HELD;
      }
    } catch (KubernetesClientException e) {
      if (e.getCode() == 403) {
        return Ownership.FOREIGN; // out of sight, as in another cluster
      }
      throw e;
    }
    Instant now = clock.instant();
    Instant since = missingSince.computeIfAbsent(owner, o -> now);
    return now.isBefore(since.plus(interval)) ? Ownership.HELD : Ownership.GONE;
  }
}
