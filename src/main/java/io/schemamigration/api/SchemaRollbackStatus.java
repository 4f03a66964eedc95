package io.schemamigration.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import java.util.List;

/** What became of a request to undo. Once it is begun, it does not expire. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(Include.NON_NULL)
public class SchemaRollbackStatus extends TaskStatus {

  @JsonPropertyDescription("What was undone, in this order.")
  public List<String> undone;

  @JsonPropertyDescription(
      "Retries after transient faults, counted against spec.backoffLimit of the SchemaMigration;"
          + " absent when there were none.")
  public Integer retries;

  @JsonPropertyDescription("When the next retry is due, at the earliest; absent when none is.")
  public String nextRetryTime;
}
