package io.schemamigration.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** What to restore, and where to. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(Include.NON_NULL)
@ValidationRule(
    value = "self == oldSelf",
    message = "a DatabaseRestore cannot be changed: create another one")
public class DatabaseRestoreSpec extends ResourceSpec {

  @Required
  @JsonPropertyDescription("The dump.")
  public Source source;

  @Required
  @JsonPropertyDescription("The new database.")
  public Target target;

  @JsonPropertyDescription(
      "How it is restored. Default: as the backup was made, with its image if it named one. Where"
          + " no image is named it is one of the newer of the two servers' major versions.")
  public BackupJobSpec job;

  /** Which dump. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  @ValidationRule(
      value = "[has(self.backupRef), has(self.location)].filter(x, x).size() == 1",
      message = "exactly one of backupRef, location must be given")
  public static class Source {

    @JsonPropertyDescription("A DatabaseBackup in the same namespace.")
    public LocalRef backupRef;

    @JsonPropertyDescription(
        "Where a dump is, also one that was made by another cluster: the folder that has a"
            + " manifest.json.")
    public BackupLocation location;
  }

  /** The new database. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class Target extends ConnectionSpec {

    @Required
    @JsonPropertyDescription(
        "A Secret with the login of the server, of a user who may create databases. Every usual"
            + " layout is read; if it names no database, or the one to make, `postgres` is"
            + " connected to.")
    public LocalRef secretRef;

    @Required
    @Size(min = 1, max = 63)
    @ValidationRule(
        value = "!(self in ['postgres', 'template0', 'template1'])",
        message = "must be a new database")
    @ValidationRule(
        value = "bytes(self).size() <= 63",
        message = "must have at most 63 bytes: PostgreSQL would cut it")
    @JsonPropertyDescription(
        "Name of the database to make. A restore never writes over one that is there.")
    public String database;

    @Size(min = 1, max = 63)
    @ValidationRule(
        value = "bytes(self).size() <= 63",
        message = "must have at most 63 bytes: PostgreSQL would cut it")
    @JsonPropertyDescription(
        "The role that shall own it and all in it; the user must be a member of it. Default: the"
            + " user.")
    public String owner;
  }
}
