package io.schemamigration.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;

/** The last run that sent something to the database. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(Include.NON_NULL)
public class LastRun {

  @JsonPropertyDescription(
      "What the run was started with, in the form of lastApplied.inputs. A run with the same"
          + " inputs is not repeated after an error that is not transient.")
  public String inputs;

  @JsonPropertyDescription("When it started.")
  public String startTime;

  @JsonPropertyDescription("When it ended; absent while it lasts.")
  public String completionTime;

  @JsonPropertyDescription("How it ended, in one word; absent while it lasts.")
  public String outcome;

  @JsonPropertyDescription("Name of the file that ended it; absent when it was none.")
  public String file;

  @JsonPropertyDescription("Line of the error in that file, counted from 1.")
  public Integer line;

  @JsonPropertyDescription("Number of the failed statement in that file, counted from 1.")
  public Integer statement;

  @JsonPropertyDescription("SQLSTATE of the error, five characters as in PostgreSQL's manual.")
  public String sqlState;

  @JsonPropertyDescription(
      "The server's message, without anything that could be a value out of the database.")
  public String message;

  @JsonPropertyDescription("What to do about it.")
  public String hint;
}
