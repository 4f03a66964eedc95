package io.schemamigration.controller;

import io.schemamigration.api.SchemaRollback;
import io.schemamigration.api.SchemaRollbackSpec;
import io.schemamigration.input.Missing;
import io.schemamigration.input.Unreadable;
import io.schemamigration.plan.Digest;
import io.schemamigration.plan.Reason;
import io.schemamigration.plan.UndoRequest;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Objects;
import java.util.Optional;

/**
 * A request's spec as values. The API server has checked it, but an object that was stored before a
 * rule existed, or by a server without the schema, must not break anything.
 *
 * @param migration whose files are undone
 * @param undo what is undone
 * @param notAfter until when it may be begun
 */
record RollbackSpec(String migration, UndoRequest undo, Optional<Instant> notAfter) {
  private static final int DIGITS = 16;

  /** The name of the migration, as far as there is one: also of what is no request otherwise. */
  static Optional<String> migration(SchemaRollback resource) {
    return Optional.ofNullable(resource.getSpec())
        .map(spec -> spec.migrationRef)
        .map(ref -> ref.name)
        .filter(name -> !name.isBlank());
  }

  /**
   * Reads it.
   *
   * @throws Missing where it is no request: nobody can change that, so it is over
   */
  static RollbackSpec of(SchemaRollback resource) throws Missing {
    Optional<String> unreadable = Unreadable.type(resource.getSpec());
    if (unreadable.isPresent()) {
      throw invalid(unreadable.get());
    }
    String migration =
        migration(resource).orElseThrow(() -> invalid("spec.migrationRef.name is missing"));
    SchemaRollbackSpec spec = resource.getSpec();
    if (spec.undo == null || spec.undo.isEmpty() || spec.undo.stream().anyMatch(Objects::isNull)) {
      throw invalid("spec.undo is missing, or a hash in it");
    }
    try {
      return new RollbackSpec(
          migration, request(resource, migration, spec), notAfter(spec.notAfter));
    } catch (IllegalArgumentException e) {
      throw invalid(e.getMessage());
    }
  }

  /** The same request after a cluster was built anew from Git has the same key. */
  private static UndoRequest request(
      SchemaRollback resource, String migration, SchemaRollbackSpec spec) {
    List<String> undo = spec.undo;
    String key =
        String.join(
            "/",
            resource.getMetadata().getNamespace(),
            resource.getMetadata().getName(),
            migration,
            Digest.sha256(String.join("\n", undo)).substring(0, DIGITS));
    return new UndoRequest(key, undo, "TrackingOnly".equals(spec.method));
  }

  /** An API server lets pass what no clock shows, such as an offset of 19 hours. */
  private static Optional<Instant> notAfter(String text) throws Missing {
    try {
      return Optional.ofNullable(text).map(t -> OffsetDateTime.parse(t).toInstant());
    } catch (DateTimeException e) {
      throw invalid("spec.notAfter " + text + " is no time such as 2026-07-01T12:00:00Z");
    }
  }

  private static Missing invalid(String message) {
    return new Missing(Reason.INVALID_SPEC, message + "; nothing was undone, ask anew");
  }
}
