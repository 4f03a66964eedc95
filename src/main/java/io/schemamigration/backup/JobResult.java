package io.schemamigration.backup;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonSubTypes;
import com.fasterxml.jackson.annotation.JsonTypeInfo;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;

/** What a container of a backup's Job leaves in its termination message. */
@JsonTypeInfo(use = JsonTypeInfo.Id.NAME, property = "result")
@JsonSubTypes({
  @JsonSubTypes.Type(value = JobResult.Stored.class, name = "Stored"),
  @JsonSubTypes.Type(value = JobResult.Reached.class, name = "Reached"),
  @JsonSubTypes.Type(value = JobResult.Fetched.class, name = "Fetched"),
  @JsonSubTypes.Type(value = JobResult.Restored.class, name = "Restored"),
  @JsonSubTypes.Type(value = JobResult.Removed.class, name = "Removed"),
  @JsonSubTypes.Type(value = JobResult.Failed.class, name = "Failed")
})
public sealed interface JobResult {
  /** What Kubernetes keeps of a termination message, bytes. */
  int LARGEST = 4096;

  /** What a status keeps of a message, letters. */
  int LONGEST_MESSAGE = 256;

  /**
   * The backup is kept.
   *
   * @param bytes size of the dump
   * @param sha256 of the dump
   * @param location {@link Location#text()}
   * @param covers the state that the dump holds; empty: no file was applied
   * @param clientVersion of pg_dump
   * @param started when it was begun, as an ISO instant
   * @param finished when it was verified, as an ISO instant
   * @param removed names of the backups that retention removed, as many as fit
   * @param removedCount how many it removed
   * @param warning what went wrong afterwards, for the user; the backup is good all the same
   */
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  record Stored(
      long bytes,
      String sha256,
      String location,
      Optional<Manifest.Covers> covers,
      String clientVersion,
      String started,
      String finished,
      List<String> removed,
      int removedCount,
      Optional<String> warning)
      implements JobResult {
    /** What JSON leaves out is empty. */
    public Stored {
      covers = covers == null ? Optional.empty() : covers;
    }

    private Stored withNames(int count) {
      return new Stored(
          bytes,
          sha256,
          location,
          covers,
          clientVersion,
          started,
          finished,
          removed.subList(0, count),
          removedCount,
          warning);
    }
  }

  /**
   * The store answers, and has no other backup of that name.
   *
   * @param location where the backup will be: {@link Location#text()}
   */
  record Reached(String location) implements JobResult {}

  /**
   * The dump is there, as it was written.
   *
   * @param bytes its size
   * @param sha256 of it
   * @param backup {@code namespace/migration/name}
   * @param database that was dumped
   * @param serverVersion of its server
   * @param finished when it was verified, as an ISO instant
   */
  record Fetched(
      long bytes,
      String sha256,
      String backup,
      String database,
      String serverVersion,
      String finished)
      implements JobResult {}

  /**
   * The database is there under its name, and its rows are as many as in the dump.
   *
   * @param database its name
   * @param tables how many of them were counted
   * @param rows how many they have in all
   * @param applied how many applied files its tracking table names
   */
  record Restored(String database, long tables, long rows, long applied) implements JobResult {}

  /**
   * The backup is not there any more.
   *
   * @param location {@link Location#text()}
   */
  record Removed(String location) implements JobResult {}

  /**
   * It did not work.
   *
   * @param reason what happened
   * @param message what happened, where, and what to do
   */
  record Failed(StoreFailure.Reason reason, String message) implements JobResult {
    static Failed of(StoreFailure failure) {
      return new Failed(failure.reason(), shortened(failure.getMessage()));
    }
  }

  /** A text of at most {@link #LONGEST_MESSAGE} letters. */
  static String shortened(String message) {
    return message.length() <= LONGEST_MESSAGE
        ? message
        : message.substring(0, LONGEST_MESSAGE - 1) + "…";
  }

  /** As JSON of at most {@link #LARGEST} bytes: names of removed backups are left out first. */
  default String json() {
    String json = Json.write(this);
    if (this instanceof Stored stored) {
      for (int names = stored.removed().size(); size(json) > LARGEST && names > 0; names--) {
        json = Json.write(stored.withNames(names - 1));
      }
    }
    return json;
  }

  private static int size(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  /** Reads {@link #json()}; empty if the container left another text, or none. */
  static Optional<JobResult> parse(String text) {
    return Json.read(text, JobResult.class);
  }
}
