package io.schemamigration.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.SelectableField;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** What is true of one database as of the last look. Times are RFC 3339 strings. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(Include.NON_NULL)
public class SchemaMigrationStatus {

  @JsonPropertyDescription(
      "The metadata.generation that this status was decided on; -1 until the operator has seen the"
          + " resource. A status with another generation speaks of an older spec.")
  public Long observedGeneration;

  @JsonPropertyDescription(
      "Last value of the annotation reconcile.fluxcd.io/requestedAt that was acted on.")
  public String lastHandledReconcileAt;

  @JsonPropertyDescription(
      "Last value of the annotation schemamigration.io/retry-requested-at that was acted on: each"
          + " new value allows one more try of a run that failed.")
  public String lastHandledRetryAt;

  @JsonPropertyDescription(
      "`Ready` and `DatabaseReachable` are always there, `Reconciling` (it resolves by itself) and"
          + " `Stalled` (somebody has to act) only while they are True.")
  public List<Condition> conditions;

  @JsonPropertyDescription("The files as they were last seen.")
  public Source source;

  @JsonPropertyDescription(
      "The last set of files that the database was found to follow completely; absent as soon as"
          + " something is pending or wrong.")
  public LastApplied lastApplied;

  @JsonPropertyDescription(
      "The database as the server describes itself; nothing of it is taken from the Secret.")
  public Database database;

  @JsonPropertyDescription("The applied file with the highest sequence.")
  public Current current;

  @JsonPropertyDescription("Number of hashes in the history table.")
  public Integer appliedCount;

  @JsonPropertyDescription(
      "Hashes in the order in which they were applied, the newest last; of a long history as many"
          + " of the newest as fit in 16 KiB.")
  public List<String> appliedHashes;

  @JsonPropertyDescription("The newest 20 applied files, with what is known about them.")
  public List<Applied> applied;

  @JsonPropertyDescription("Number of files that are to be applied and are not yet.")
  public Integer pendingCount;

  @JsonPropertyDescription(
      "Number of files that were rolled back by request and are not applied again by themselves.")
  public Integer heldCount;

  @JsonPropertyDescription("The first 20 pending files, in the order in which they will run.")
  public List<Pending> pending;

  @JsonPropertyDescription("What would run next; absent when nothing is to be done.")
  public Plan plan;

  @JsonPropertyDescription("The last run that sent something to the database.")
  public LastRun lastRun;

  @JsonPropertyDescription("The verified dump that was made before the last run that needed one.")
  public LastBackup lastBackup;

  @JsonPropertyDescription(
      "Retries of the current run after transient faults, counted against spec.backoffLimit.")
  public Integer retries;

  @JsonPropertyDescription("When the next retry is due, at the earliest; absent when none is.")
  public String nextRetryTime;

  /** The files as last seen. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class Source {

    @JsonPropertyDescription(
        "Checksum of the set, in the form of spec.source.checksum; comparable with what a pipeline"
            + " computed.")
    public String checksum;

    @JsonPropertyDescription("Number of .sql files in the set, undo scripts included.")
    public Integer files;
  }

  /** The last set that the database followed completely. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class LastApplied {

    @JsonPropertyDescription("Checksum of that set, in the form of spec.source.checksum.")
    public String checksum;

    @JsonPropertyDescription(
        "Digest over everything that decides what a run does: the files, the relevant parts of spec"
            + " and the last handled retry request.")
    public String inputs;

    @JsonPropertyDescription("When the database was first found to follow it.")
    public String time;
  }

  /** The database as the server describes itself. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class Database {

    @JsonPropertyDescription("Name of the database, as returned by current_database().")
    public String name;

    @JsonPropertyDescription("Version of the server, such as 16.4.")
    public String serverVersion;

    @JsonPropertyDescription(
        "Which keys or labels of the Secret the connection was taken from, and which of them its"
            + " URI contradicts: names, never a value. Known also while the database cannot be"
            + " reached.")
    public String secretLayout;

    @JsonPropertyDescription(
        "What protects the connection: `Verified` (encrypted, and the server proved who it is),"
            + " `Encrypted` or `None`.")
    public String tls;

    @JsonPropertyDescription(
        "Identity of the database: system identifier, database oid and ledger id, joined by `/`,"
            + " with `-` for what may not be read. It changes when a database is replaced by"
            + " another.")
    public String id;
  }

  /** The applied file with the highest sequence. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class Current {

    @JsonPropertyDescription(
        "Its sequence; absent when the hash was found in the history but its file is not known.")
    public Long sequence;

    @JsonPropertyDescription("Its hash, as in the history table.")
    public String hash;

    @JsonPropertyDescription("When it was applied, by the clock of the database.")
    public String appliedTime;
  }

  /** An applied file. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class Applied {

    @JsonPropertyDescription(
        "Its sequence; absent when the hash was found in the history but its file is not known.")
    public Long sequence;

    @JsonPropertyDescription("Its hash, as in the history table.")
    public String hash;

    @JsonPropertyDescription(
        "SHA-256 of the text that was applied, in hex, taken without a byte order mark and with"
            + " line ends as LF; absent for a file that another tool applied.")
    public String sha256;

    @JsonPropertyDescription("When it was applied, by the clock of the database.")
    public String appliedTime;

    @JsonPropertyDescription(
        "How long it ran, in milliseconds; absent for a file that another tool applied.")
    public Long durationMilliseconds;
  }

  /** A file that is to be applied. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class Pending {

    @JsonPropertyDescription("Its sequence, which decides the order.")
    public Long sequence;

    @JsonPropertyDescription("Its hash: the part of the file name after the sequence.")
    public String hash;
  }

  /** What would run next. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class Plan {

    @JsonPropertyDescription(
        "Id of the plan: the value to put into spec.approvedPlans. It changes with the files, their"
            + " text, their order and the state they start from.")
    public String id;

    @SelectableField
    @JsonPropertyDescription("`Apply` or `RollBack`.")
    public String operation;
  }
}
