package io.schemamigration.backup;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import java.util.Map;
import java.util.Optional;

/**
 * What stands beside a dump: written last, so that whatever has none is no backup.
 *
 * @param format version of this form, {@link #FORMAT}
 * @param name the DatabaseBackup's name, or a label made of the folder of one that was made by
 *     hand; unique for its migration
 * @param namespace of the migration
 * @param migration the SchemaMigration's name
 * @param request uid of the DatabaseBackup; empty: made without Kubernetes
 * @param automatic whether it was made for a run; only such are removed by retention
 * @param database the database's name as the server says it
 * @param serverVersion such as {@code 15.19}
 * @param clientVersion of pg_dump, such as {@code 15.19}
 * @param covers the last applied file; empty: none was applied
 * @param history the tracking table
 * @param planId the plan that it was made for; empty: made by hand
 * @param bytes size of the dump
 * @param sha256 of the dump, 64 hex digits
 * @param started when it was begun, as an ISO instant
 * @param finished when it was verified, as an ISO instant
 * @param tables rows by table ({@code schema.table}, as pg_dump writes it), counted in the dump
 */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record Manifest(
    int format,
    String name,
    String namespace,
    String migration,
    Optional<String> request,
    boolean automatic,
    String database,
    String serverVersion,
    String clientVersion,
    Optional<Covers> covers,
    HistoryTable history,
    Optional<String> planId,
    long bytes,
    String sha256,
    String started,
    String finished,
    Map<String, Long> tables) {
  /** What JSON leaves out is empty. */
  public Manifest {
    request = request == null ? Optional.empty() : request;
  }

  /** The same without its tables, of which there may be many. */
  Manifest withoutTables() {
    return new Manifest(
        format,
        name,
        namespace,
        migration,
        request,
        automatic,
        database,
        serverVersion,
        clientVersion,
        covers,
        history,
        planId,
        bytes,
        sha256,
        started,
        finished,
        Map.of());
  }

  /** The form that this version writes. */
  public static final int FORMAT = 1;

  /**
   * The state that a backup holds.
   *
   * @param sequence empty for a row that was adopted without a file
   * @param hash the last applied one
   */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record Covers(Optional<Long> sequence, String hash) {}

  /** Where the tracking table is. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  public record HistoryTable(String schema, String table) {}
}
