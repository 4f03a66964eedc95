package io.schemamigration.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonProperty;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** What became of a backup. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(Include.NON_NULL)
public class DatabaseBackupStatus extends TaskStatus {

  @JsonPropertyDescription("The state of the database that the dump holds.")
  public Covers covers;

  @JsonProperty("planID")
  @JsonPropertyDescription("Id of the plan that it was made for; absent if it was made by hand.")
  public String planId;

  @JsonPropertyDescription("Where the dump is: pvc:<claim>/<path> or s3://<bucket>/<key>.")
  public String location;

  @JsonProperty("databaseID")
  @JsonPropertyDescription(
      "Which database it is of, as status.database.id of the migration: it protects no other.")
  public String databaseId;

  @JsonPropertyDescription(
      "How to get there, as it was when the dump was made; restoring and removing it need it.")
  public BackupStorage storage;

  @JsonPropertyDescription(
      "What its Jobs were told when the dump was made; restoring and removing it need that, too.")
  public BackupJobSpec job;

  @JsonPropertyDescription("Digest of the dump, which was read back whole: 64 hex digits.")
  public String sha256;

  @JsonPropertyDescription("Size of the dump; while it is made, how much of it is there.")
  public Long sizeBytes;

  @JsonPropertyDescription("sizeBytes for people.")
  public String size;

  @JsonPropertyDescription("Version of the server, such as 17.5.")
  public String serverVersion;

  @JsonPropertyDescription("Version of the pg_dump that made it.")
  public String clientVersion;

  @JsonPropertyDescription("The Job that makes it.")
  public String jobName;

  /** A state of a database. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class Covers {

    @JsonPropertyDescription("Number of the last applied file.")
    public Long sequence;

    @JsonPropertyDescription("Its hash.")
    public String hash;
  }
}
