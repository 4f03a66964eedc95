package io.schemamigration.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** How long to wait for the database. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(Include.NON_NULL)
public class Timeouts {

  @Default("10s")
  @Size(max = 32)
  @ValidationRule(
      value =
          "self.matches('^([0-9]+(ms|s|m|h))+$') && duration(self) >= duration('100ms') &&"
              + " duration(self) <= duration('5m')",
      message = "must be a duration such as 500ms or 10s, from 100ms to 5m")
  @JsonPropertyDescription(
      "How long to wait for a connection, as a duration such as 500ms or 10s; 100ms to 5m,"
          + " default 10s. After that the database counts as unreachable and is tried again.")
  public String connect;

  @Default("5s")
  @Size(max = 32)
  @ValidationRule(
      value =
          "self.matches('^([0-9]+(ms|s|m|h))+$') && duration(self) >= duration('10ms') &&"
              + " duration(self) <= duration('10m')",
      message =
          "must be a duration such as 500ms or 5s, from 10ms to 10m (PostgreSQL would take 0 as"
              + " no limit)")
  @JsonPropertyDescription(
      "How long a file may wait for a lock, and so how long others may queue behind it; 10ms to"
          + " 10m, default 5s. Then its transaction is undone and tried again later"
          + " (`LockTimeout`). It does not limit how long a file holds its locks.")
  public String lock;

  @Default("0s")
  @Size(max = 32)
  @ValidationRule(
      value =
          "self.matches('^([0-9]+(ms|s|m|h))+$') && duration(self) >= duration('0s') &&"
              + " duration(self) <= duration('596h')",
      message = "must be a duration such as 30s or 2h, from 0s (no limit) to 596h")
  @JsonPropertyDescription(
      "How long one statement of a file may run, as a duration such as 30s or 2h, up to 596h; 0s,"
          + " the default, is no limit. A statement that runs longer is cancelled and its file"
          + " undone.")
  public String statement;
}
