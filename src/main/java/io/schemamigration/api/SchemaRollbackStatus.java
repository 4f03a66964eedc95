package io.schemamigration.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** What became of a request to undo. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(Include.NON_NULL)
public class SchemaRollbackStatus {

  @JsonPropertyDescription(
      "The metadata.generation that this status was decided on; -1 until the operator has seen the"
          + " resource.")
  public Long observedGeneration;

  @JsonPropertyDescription(
      "`Ready` is always there: True once all is undone. `Reconciling` (it goes on by itself) and"
          + " `Stalled` (it is over, or somebody has to act) only while they are True.")
  public List<Condition> conditions;

  @JsonPropertyDescription("What was undone, in this order.")
  public List<String> undone;

  @JsonPropertyDescription("When it was begun; from then on it does not expire.")
  public String startTime;

  @JsonPropertyDescription("When it was over.")
  public String completionTime;
}
