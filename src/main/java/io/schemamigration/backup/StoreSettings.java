package io.schemamigration.backup;

import com.fasterxml.jackson.annotation.JsonInclude;
import io.schemamigration.config.Durations;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/**
 * What the container {@code store} is told, in {@value #VARIABLE} as JSON. Holds no secret.
 *
 * @param store where to keep it
 * @param backup what is known of it before it is made
 * @param requested when it was asked for, as an ISO instant: a backup of the same name that was
 *     begun later is this one, kept by an earlier try
 * @param work the folder with the dump; on a volume that of {@link VolumeStore#partial}
 * @param termination the file for the result
 * @param retention which backups go afterwards
 * @param protectedBackups names of backups of the migration that stay in any case
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record StoreSettings(
    StorePlace store,
    Facts backup,
    String requested,
    Path work,
    Path termination,
    Limits retention,
    Set<String> protectedBackups)
    implements StoreStep.Settings {
  /** The environment variable. */
  public static final String VARIABLE = "SMIG_STORE";

  /**
   * What is known of a backup before it is made; the parts of {@link Manifest} of that name.
   *
   * @param databaseId system identifier and oid of the database that was looked at
   */
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record Facts(
      String namespace,
      String migration,
      String name,
      boolean automatic,
      String database,
      String databaseId,
      Optional<String> request,
      String serverVersion,
      Optional<Manifest.Covers> covers,
      Manifest.HistoryTable history,
      Optional<String> planId) {

    /**
     * Which backup it is.
     *
     * @throws IllegalArgumentException if a name is no DNS label
     */
    public BackupId id() {
      return new BackupId(namespace, migration, name);
    }

    /** What the dump holds: its own rows say it, and the look before it the rest. */
    private Optional<Manifest.Covers> held(WorkFolder work) {
      return work.lastHash()
          .map(
              hash ->
                  covers
                      .filter(c -> c.hash().equals(hash))
                      .orElseGet(() -> new Manifest.Covers(Optional.empty(), hash)));
    }

    Manifest manifest(WorkFolder work, Fingerprint dump, Instant finished) {
      return new Manifest(
          Manifest.FORMAT,
          name,
          namespace,
          migration,
          request,
          automatic,
          database,
          serverVersion,
          work.clientVersion(),
          held(work),
          history,
          planId,
          dump.bytes(),
          dump.sha256(),
          work.started().toString(),
          finished.toString(),
          work.tables());
    }
  }

  /**
   * As the resource writes {@link Retention}.
   *
   * @param maxAge such as {@code 720h}
   */
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record Limits(Optional<Integer> keepLast, Optional<String> maxAge) {
    /** Everything stays. */
    public static final Limits NONE = new Limits(Optional.empty(), Optional.empty());

    /**
     * The rule.
     *
     * @throws IllegalArgumentException if one cannot be used, with a message for the user
     */
    public Retention rule() {
      return new Retention(keepLast, maxAge.map(Durations::parse));
    }
  }

  /**
   * Checks them.
   *
   * @throws IllegalArgumentException if one cannot be used, with a message for the user
   */
  public StoreSettings {
    retention = retention == null ? Limits.NONE : retention;
    protectedBackups = protectedBackups == null ? Set.of() : Set.copyOf(protectedBackups);
    if (store == null || backup == null || work == null || termination == null) {
      throw new IllegalArgumentException("store, backup, work and termination are required");
    }
    backup.id();
    retention.rule();
    try {
      Instant.parse(requested == null ? "" : requested);
    } catch (DateTimeException e) {
      throw new IllegalArgumentException("requested is an ISO instant", e);
    }
  }

  /** As {@value #VARIABLE} holds it. */
  public String json() {
    return Json.write(this);
  }
}
