package io.schemamigration.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** What became of a restore. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(Include.NON_NULL)
public class DatabaseRestoreStatus extends TaskStatus {

  @JsonPropertyDescription(
      "true once the database is there under its name: each table's rows were counted and are as"
          + " many as in the dump, and the tracking table is equal.")
  public Boolean verified;

  @JsonPropertyDescription("Where the dump was: pvc:<claim>/<path> or s3://<bucket>/<key>.")
  public String location;

  @JsonPropertyDescription("How many tables were restored.")
  public Long tables;

  @JsonPropertyDescription("How many rows they have in all.")
  public Long rows;

  @JsonPropertyDescription("How many applied files its tracking table names.")
  public Long appliedCount;

  @JsonPropertyDescription("Version of the server that it was restored on, such as 17.5.")
  public String serverVersion;

  @JsonPropertyDescription("The Job that restores it.")
  public String jobName;
}
