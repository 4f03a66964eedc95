package io.schemamigration.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Min;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;

/** Dumps that are made before a run changes anything. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(Include.NON_NULL)
@ValidationRule(
    value = "!has(self.when) || self.when == 'Never' || has(self.storage)",
    message = "storage must be given where backups are made")
public class BackupSpec {

  @Default("Never")
  @JsonPropertyDescription(
      "Before which runs a verified dump is made: `Never` (default), `Always`, or `Destructive`:"
          + " where a file does more than create what was not there. Without the dump nothing runs"
          + " (`BackupFailed`).")
  public String when;

  @JsonPropertyDescription("Where the dumps are kept.")
  public BackupStorage storage;

  @JsonPropertyDescription("Which of the dumps that were made for runs are kept.")
  public Retention retention;

  @JsonPropertyDescription("How dumps are made.")
  public BackupJobSpec job;

  /** Which dumps are kept. The newest one, and that of the last run, always are. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class Retention {

    @Min(1)
    @JsonPropertyDescription("How many of the newest. Default: all.")
    public Integer keepLast;

    @Size(max = 32)
    @ValidationRule(
        value = "self.matches('^([0-9]+(ms|s|m|h))+$')",
        message = "must be a duration such as 720h")
    @JsonPropertyDescription("How old they may get, such as 720h. Default: any age.")
    public String maxAge;
  }
}
