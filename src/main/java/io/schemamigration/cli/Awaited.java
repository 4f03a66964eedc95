package io.schemamigration.cli;

import io.fabric8.kubernetes.api.model.Condition;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.plan.Reason;
import java.util.Arrays;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * What a SchemaMigration's status means to somebody who waits for it. A status is believed only if
 * it was written for the spec that is there now; that a hash is applied is true whoever wrote it.
 */
sealed interface Awaited {

  /** What there is to tell, for people. */
  String text();

  /** It is so. */
  record Done(String text) implements Awaited {}

  /** It will not come by itself. */
  record Stuck(int exitCode, String text) implements Awaited {}

  /** It may come by itself. */
  record NotYet(String text) implements Awaited {}

  /** The one that is not there: GitOps may still bring it. */
  static Awaited absent() {
    return new NotYet("there is no such SchemaMigration");
  }

  /**
   * Judges a resource.
   *
   * @param hash the one that shall be applied; empty: all that the resource wants
   */
  static Awaited of(SchemaMigration resource, Optional<String> hash) {
    SchemaMigrationStatus status = resource.getStatus();
    if (hash.isPresent() && status != null && applied(status).contains(hash.get())) {
      return new Done(hash.get() + " is applied");
    }
    Optional<Condition> ready = condition(status, "Ready");
    if (ready.isEmpty()
        || !Objects.equals(status.observedGeneration, resource.getMetadata().getGeneration())) {
      return new NotYet("no operator has looked at it yet as it is now");
    }
    String reason = ready.get().getReason();
    String told = reason + ": " + ready.get().getMessage();
    boolean waitsForSomebody =
        condition(status, "Stalled").isPresent()
            || Reason.PLAN_ONLY.label().equals(reason)
            || (Reason.SUSPENDED.label().equals(reason) && !isTrue(ready.get()));
    if (waitsForSomebody) {
      return new Stuck(exitCode(reason), told);
    } else if (!isTrue(ready.get())) {
      return new NotYet(told);
    }
    return hash.<Awaited>map(h -> new NotYet(unknown(h, status))).orElseGet(() -> new Done(told));
  }

  private static String unknown(String hash, SchemaMigrationStatus status) {
    int listed = applied(status).size();
    int all = status.appliedCount == null ? listed : status.appliedCount;
    return listed < all
        ? "%s is not among the newest %d of %d applied".formatted(hash, listed, all)
        : "up to date, but without %s: its ConfigMap has not come, or targetHash is below it"
            .formatted(hash);
  }

  private static int exitCode(String label) {
    return Arrays.stream(Reason.values())
        .filter(r -> r.label().equals(label))
        .findFirst()
        .map(ExitCode::of)
        .filter(code -> code != ExitCode.UNREACHABLE)
        .orElse(ExitCode.BLOCKED);
  }

  private static List<String> applied(SchemaMigrationStatus status) {
    return status.appliedHashes == null ? List.of() : status.appliedHashes;
  }

  private static Optional<Condition> condition(SchemaMigrationStatus status, String type) {
    return status == null || status.conditions == null
        ? Optional.empty()
        : status.conditions.stream().filter(c -> type.equals(c.getType())).findFirst();
  }

  private static boolean isTrue(Condition condition) {
    return "True".equals(condition.getStatus());
  }
}
