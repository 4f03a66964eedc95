package io.schemamigration.plan;

import java.util.Optional;

/** What speaks against anybody but the owner; the same whatever is wrong with the files. */
final class OwnerCheck {
  private OwnerCheck() {}

  static Optional<Finding> of(Situation situation) {
    String owner =
        situation
            .history()
            .owner()
            .map(o -> o.namespace() + "/" + o.name())
            .orElse("another resource");
    return switch (situation.ownership()) {
      case OURS, UNCLAIMED, GONE -> Optional.empty();
      case HELD ->
          blocked("this database belongs to SchemaMigration %s; delete one of the two", owner);
      case MANAGED ->
          blocked(
              "this database belongs to SchemaMigration %1$s; to act for it give --as %1$s", owner);
      case LEAVING ->
          blocked(
              "this database belonged to SchemaMigration %s, which is gone; it is taken over if it"
                  + " stays so for spec.interval",
              owner);
      case FOREIGN ->
          Optional.of(
              new Finding(
                  Reason.OWNED_BY_OTHER,
                  "this database belongs to %s of another cluster, or one out of sight"
                      .formatted(owner),
                  true));
    };
  }

  private static Optional<Finding> blocked(String message, String owner) {
    return Optional.of(new Finding(Reason.OWNED_BY_OTHER, message.formatted(owner), false));
  }
}
