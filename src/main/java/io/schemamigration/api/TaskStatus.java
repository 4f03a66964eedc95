package io.schemamigration.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/** What became of something that is done once. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(Include.NON_NULL)
public abstract class TaskStatus {

  @JsonPropertyDescription(
      "The metadata.generation that this status was decided on; -1 until the operator has seen the"
          + " resource.")
  public Long observedGeneration;

  @JsonPropertyDescription(
      "`Ready` is always there: True once it is done. `Reconciling` (it goes on by itself) and"
          + " `Stalled` (it is over, or somebody has to act) only while they are True.")
  public List<Condition> conditions;

  @JsonPropertyDescription("When it was begun.")
  public String startTime;

  @JsonPropertyDescription("When it was over.")
  public String completionTime;
}
