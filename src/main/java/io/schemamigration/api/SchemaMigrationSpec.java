package io.schemamigration.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.SelectableField;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Max;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Pattern;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** What the schema of one database shall be. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(Include.NON_NULL)
public class SchemaMigrationSpec extends ResourceSpec {

  @Required
  @JsonPropertyDescription("The database to migrate and how to reach it.")
  public DatabaseSpec database;

  @Required
  @ValidationRule(
      value = "[has(self.configMapRefs)].filter(x, x).size() == 1",
      message = "exactly one source must be given: configMapRefs")
  @JsonPropertyDescription(
      "Where the SQL files come from. Exactly one kind of source must be given; today there is"
          + " configMapRefs.")
  public SourceSpec source;

  @Default("{}")
  @ValidationRule(
      value = "self == oldSelf",
      message =
          "spec.history is immutable: delete and re-create the SchemaMigration (this never touches"
              + " the database)")
  @JsonPropertyDescription(
      "The table that remembers which files were applied. Immutable: to use another table delete"
          + " the SchemaMigration and create it again, which never touches the database.")
  public History history;

  @Size(min = 1, max = 128)
  @JsonPropertyDescription(
      "Hash of the last file that shall be applied; files above it wait. Default: all files. A hash"
          + " that is neither among the files nor applied is refused (`TargetNotFound`), and so is"
          + " one below the newest applied file (`RollbackDenied`) unless policy.rollback allows"
          + " it.")
  public String targetHash;

  @Default("Apply")
  @JsonPropertyDescription(
      "`Apply` (default) runs pending files. `PlanOnly` connects, shows in the status what would"
          + " run and changes nothing in the database, not even its own tables.")
  public String mode;

  @Default("PerFile")
  @JsonPropertyDescription(
      "`PerFile` (default) commits each file with its record. `AllFiles` runs all pending files in"
          + " one transaction: all of them or none. Then no file may need to run outside a"
          + " transaction, and an enum value added by one cannot be used by the next.")
  public String transaction;

  @Default("{}")
  @JsonPropertyDescription("What to do when the files and the history disagree.")
  public Policy policy;

  @Size(max = 20)
  @JsonPropertyDescription(
      "Ids of plans, as shown in status.plan.id, that may run although a check holds them back. An"
          + " id stands for exactly one plan: the files, their text and the state they start from."
          + " At most 20; ids of plans that have run can be removed at any time.")
  public List<@Size(max = 34) @Pattern("^p-[0-9a-f]{32}$") String> approvedPlans;

  @Size(max = 100)
  @JsonPropertyDescription(
      "Changed texts that are accepted, of applied files or of their rollback files"
          + " (`ContentChanged` shows both values). What was applied stays as it is; a rollback"
          + " file that is accepted undoes it when that is asked for. At most 100.")
  public List<Acknowledgement> acknowledge;

  @JsonPropertyDescription("Dumps that are made before a run changes anything.")
  public BackupSpec backup;

  @Default("{}")
  @JsonPropertyDescription("How long to wait for the database.")
  public Timeouts timeouts;

  @Default("6")
  @Min(0)
  @Max(100)
  @JsonPropertyDescription(
      "How often a run that met a transient fault after it had sent a file (lost connection,"
          + " deadlock, lock timeout) is retried before the migration stops with"
          + " `RetriesExhausted`; 0 to 100, default 6. Faults before the first file, such as an"
          + " unreachable database, are retried for ever; failed SQL is never retried by itself.")
  public Integer backoffLimit;

  @Default("10m")
  @Size(max = 32)
  @ValidationRule(
      value =
          "self.matches('^([0-9]+(ms|s|m|h))+$') && duration(self) >= duration('1m') &&"
              + " duration(self) <= duration('24h')",
      message = "must be a duration such as 90s, 10m or 1h30m, from 1m to 24h")
  @JsonPropertyDescription(
      "How often an idle database is looked at, as a duration such as 90s or 10m; 1m to 24h,"
          + " default 10m, spread by 20 %. Changed files, a changed spec and annotations are acted"
          + " on at once.")
  public String interval;

  @Size(max = 32)
  @JsonPropertyDescription(
      "SchemaMigrations of this namespace that go first: pending files run only while each of them"
          + " is Ready with the files it has now (`DependencyNotReady` until then; a migration that"
          + " only plans is never done). Those that depend on each other are told so"
          + " (`DependencyCycle`). At most 32.")
  public List<Dependency> dependsOn;

  @Default("false")
  @SelectableField
  @JsonPropertyDescription(
      "Set to true to stop: no file is started and no connection is opened until it is false again,"
          + " but for what a SchemaRollback or a DatabaseBackup asks for. A file that is running is"
          + " finished first. Default false.")
  public Boolean suspend;

  /** A SchemaMigration that goes first. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class Dependency {

    @Required
    @Size(min = 1, max = 63)
    @JsonPropertyDescription("Name of a SchemaMigration in the same namespace.")
    public String name;
  }

  /** The changed text of an applied file, or of its rollback file. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class Acknowledgement {

    @Required
    @Size(min = 1, max = 128)
    @JsonPropertyDescription("Hash of the file, the last part of its name.")
    public String hash;

    @Required
    @Size(max = 64)
    @Pattern("^[0-9a-f]{64}$")
    @JsonPropertyDescription("sha256 of the text it has now, as the message shows it.")
    public String sha256;
  }

  /** The table that remembers which files were applied. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class History {

    @Default("public")
    @Size(min = 1, max = 63)
    @ValidationRule(
        value = "bytes(self).size() <= 63",
        message = "must be at most 63 bytes long, the limit of PostgreSQL")
    @JsonPropertyDescription(
        "Schema of the table, at most 63 bytes; it is taken as written, upper and lower case"
            + " included. Default public.")
    public String schema;

    // Longer, and the name of the ledger beside it would be cut: at 63 bytes to that of the table.
    @Default("drizzle_migrations")
    @Size(min = 1, max = 56)
    @ValidationRule(
        value = "bytes(self).size() <= 56",
        message = "must be at most 56 bytes long, as the table `<table>_ledger` stands beside it")
    @JsonPropertyDescription(
        "Name of the table, at most 56 bytes, taken as written; default drizzle_migrations. It has"
            + " one row per applied file and is created by the first run if it is missing; a second"
            + " table `<table>_ledger` stands beside it.")
    public String table;
  }

  /** What to do when the files and the history disagree. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class Policy {

    @Default("Block")
    @JsonPropertyDescription(
        "A pending file whose sequence is below the highest applied one, as after merging an older"
            + " branch: `Block` (default) stops with `OutOfOrder`, `Apply` runs it.")
    public String outOfOrder;

    @Default("Block")
    @JsonPropertyDescription(
        "An applied file that is no longer among the files: `Block` (default) stops with"
            + " `FileMissing`, `Ignore` goes on without it, as after old files were squashed.")
    public String missingFiles;

    @Default("Block")
    @JsonPropertyDescription(
        "A targetHash below the newest applied file: `Block` (default) stops with `RollbackDenied`,"
            + " `Allow` undoes what is above it, the newest first, by the rollback files that were"
            + " stored when they were applied. Raised again, the target applies them again.")
    public String rollback;
  }
}
