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
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;

/** Finds out whether the resource that a ledger names still exists. */
final class Owners {
  private final KubernetesClient client;
  private final String cluster;
  private final Clock clock;
  private final Map<String, Absence> absences = new ConcurrentHashMap<>();

  /** Since when a resource's look finds no such owner. */
  private record Absence(History.Owner owner, Instant since) {}

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
    String uid = self.getMetadata().getUid();
    if (owner.isEmpty() || isSelf(owner.get(), self)) {
      absences.remove(uid);
      return Ownership.OURS;
    }
    if (owner.get().unclaimed()) {
      return Ownership.UNCLAIMED;
    }
    if (!owner.get().cluster().equals(cluster)) {
      return Ownership.FOREIGN;
    }
    return inThisCluster(owner.get(), uid, interval);
  }

  /** Forgets all resources but these. */
  void retain(Set<String> uids) {
    absences.keySet().retainAll(uids);
  }

  boolean isSelf(History.Owner owner, SchemaMigration self) {
    return owner.sameResource(
        cluster, self.getMetadata().getNamespace(), self.getMetadata().getName());
  }

  private Ownership inThisCluster(History.Owner owner, String uid, Duration interval) {
    try {
      SchemaMigration other =
          client
              .resources(SchemaMigration.class)
              .inNamespace(owner.namespace())
              .withName(owner.name())
              .get();
      if (other != null) {
        absences.remove(uid);
        return Ownership.HELD;
      }
    } catch (KubernetesClientException e) {
      if (e.getCode() == 403) {
        return Ownership.FOREIGN; // out of sight, as in another cluster
      }
      throw e;
    }
    Instant now = clock.instant();
    Absence absence =
        absences.compute(
            uid,
            (u, known) ->
                known != null && known.owner().equals(owner) ? known : new Absence(owner, now));
    return now.isBefore(absence.since().plus(interval)) ? Ownership.LEAVING : Ownership.GONE;
  }
}
