package io.schemamigration.page;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.schemamigration.api.DatabaseBackup;
import io.schemamigration.api.DatabaseRestore;
import io.schemamigration.api.SchemaRollback;
import io.schemamigration.api.TaskStatus;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/**
 * Something that is done once: a backup, a request to undo, a restore.
 *
 * @param about what it covers, undoes or makes, for people; may be empty
 * @param created when it was asked for
 * @param completed when it was over
 * @param bytes of a dump
 */
record Task(
    String name,
    Progress progress,
    String reason,
    String message,
    String about,
    Instant created,
    Optional<Instant> completed,
    Optional<Long> bytes) {

  /** How far it is. */
  enum Progress {
    /** It is over, as it should be. */
    DONE,
    /** It goes on by itself. */
    OPEN,
    /** It ended badly, or somebody has to act. */
    FAILED
  }

  static Task of(DatabaseBackup backup) {
    Optional<String> covers =
        Optional.ofNullable(backup.getStatus()).map(s -> s.covers).map(c -> c.hash);
    Optional<Long> bytes = Optional.ofNullable(backup.getStatus()).map(s -> s.sizeBytes);
    return of(backup, backup.getStatus(), covers.map(hash -> "up to " + hash).orElse(""), bytes);
  }

  static Task of(SchemaRollback rollback) {
    List<String> undo = Facts.list(rollback.getSpec().undo);
    return of(rollback, rollback.getStatus(), String.join(", ", undo), Optional.empty());
  }

  static Task of(DatabaseRestore restore) {
    String into =
        Optional.ofNullable(restore.getSpec().target)
            .map(t -> "into database " + t.database)
            .orElse("");
    return of(restore, restore.getStatus(), into, Optional.empty());
  }

  private static Task of(
      HasMetadata resource, TaskStatus status, String about, Optional<Long> bytes) {
    Optional<Condition> ready = Facts.ready(status);
    boolean stalled =
        status != null && Facts.condition(Facts.list(status.conditions), "Stalled").isPresent();
    boolean done = ready.filter(c -> "True".equals(c.getStatus())).isPresent();
    return new Task(
        resource.getMetadata().getName(),
        stalled ? Progress.FAILED : done ? Progress.DONE : Progress.OPEN,
        ready.map(Condition::getReason).orElse("Progressing"),
        ready.map(Condition::getMessage).orElse("The operator has not looked at it yet."),
        about,
        Facts.time(resource.getMetadata().getCreationTimestamp()).orElse(Instant.EPOCH),
        Optional.ofNullable(status).flatMap(s -> Facts.time(s.completionTime)),
        bytes);
  }
}
