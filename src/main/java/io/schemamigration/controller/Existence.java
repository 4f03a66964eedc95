package io.schemamigration.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.ResourceCache;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * Tells from the watch's cache whether work is still wanted. There is no finalizer, so a deletion
 * calls nobody: who works asks.
 */
final class Existence<R extends HasMetadata> implements Runs.Wanted {
  private volatile ResourceCache<R> cache;

  void follow(ResourceCache<R> primaries) {
    cache = primaries;
  }

  @Override
  public Runs.Wish wish(ResourceID id, String uid, long generation) {
    if (cache == null) {
      return Runs.Wish.GO_ON;
    }
    Optional<R> now = cache.get(id);
    if (now.isEmpty() || !now.get().getMetadata().getUid().equals(uid)) {
      return Runs.Wish.CANCEL;
    }
    return now.get().getMetadata().getGeneration() == generation ? Runs.Wish.GO_ON : Runs.Wish.STOP;
  }

  /** All resources there are, as the cache has them: shared, not to be changed. */
  List<R> all() {
    return cache == null ? List.of() : cache.list().toList();
  }

  /** The uids of all resources there are. */
  Set<String> uids() {
    return cache == null
        ? Set.of()
        : cache.list().map(r -> r.getMetadata().getUid()).collect(Collectors.toSet());
  }
}
