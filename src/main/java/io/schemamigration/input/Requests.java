package io.schemamigration.input;

import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.plan.Digest;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * What the two annotations ask for. Each new value is one wish.
 *
 * @param retry to try inputs again that have failed
 * @param reconcile to look now; Flux's annotation, so that its command line works
 */
public record Requests(Optional<String> retry, Optional<String> reconcile) {
  /** The annotation that asks to try again. */
  public static final String RETRY = "schemamigration.io/retry-requested-at";

  static final String RECONCILE = "reconcile.fluxcd.io/requestedAt";

  /** Nobody asked for anything. */
  public static final Requests NONE = new Requests(Optional.empty(), Optional.empty());

  /** What a resource asks for now. */
  public static Requests of(SchemaMigration resource) {
    Map<String, String> annotations =
        Optional.ofNullable(resource.getMetadata().getAnnotations()).orElse(Map.of());
    return new Requests(
        Optional.ofNullable(annotations.get(RETRY)),
        Optional.ofNullable(annotations.get(RECONCILE)));
  }

  /** A word for each wish, which tells it from another and nothing else. */
  public String words() {
    return Stream.of(retry.map(r -> "retry " + r), reconcile.map(r -> "reconcile " + r))
        .flatMap(Optional::stream)
        .map(Digest::sha256)
        .collect(Collectors.joining(" "));
  }

  /** What had been asked for when the status was last true to it. */
  static Requests handled(SchemaMigrationStatus status) {
    return new Requests(
        Optional.ofNullable(status.lastHandledRetryAt),
        Optional.ofNullable(status.lastHandledReconcileAt));
  }
}
