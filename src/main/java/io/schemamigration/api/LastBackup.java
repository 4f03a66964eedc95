package io.schemamigration.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** A verified dump. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(Include.NON_NULL)
public class LastBackup {

  @JsonPropertyDescription("The DatabaseBackup.")
  public String name;

  @JsonPropertyDescription("Where the dump is: pvc:<claim>/<path> or s3://<bucket>/<key>.")
  public String location;

  @JsonPropertyDescription("Digest of the dump: 64 hex digits.")
  public String sha256;

  @JsonPropertyDescription("Size of the dump.")
  public Long sizeBytes;

  @JsonPropertyDescription("When it was verified.")
  public String completionTime;
}
