package io.schemamigration.status;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.PrimaryUpdateAndCacheUtils;
import java.util.function.Consumer;

/** Writes a status under the resource version's lock, to the very resource that it speaks of. */
final class StatusUpdate {
  private StatusUpdate() {}

  /**
   * Writes it.
   *
   * @param change sets the status of the newest version
   * @return false if by now the name means another resource, created anew: it is looked at by
   *     itself
   */
  static <R extends HasMetadata> boolean write(R resource, Context<R> context, Consumer<R> change) {
    try {
      PrimaryUpdateAndCacheUtils.updateStatusAndCacheResource(
          resource,
          context,
          fresh -> {
            if (!fresh.getMetadata().getUid().equals(resource.getMetadata().getUid())) {
              throw new Replaced();
            }
            change.accept(fresh);
            return fresh;
          });
      return true;
    } catch (Replaced e) {
      return false;
    }
  }

  /** After a conflict the name means another resource. */
  private static final class Replaced extends RuntimeException {
    private static final long serialVersionUID = 1L;
  }
}
