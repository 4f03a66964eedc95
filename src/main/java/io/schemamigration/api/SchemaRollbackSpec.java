package io.schemamigration.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.crd.generator.annotation.SelectableField;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.Size;
import io.fabric8.generator.annotation.ValidationRule;
import java.util.List;

/** What to undo. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(Include.NON_NULL)
@ValidationRule(
    value = "self == oldSelf",
    message = "a SchemaRollback cannot be changed: create another one")
public class SchemaRollbackSpec extends ResourceSpec {

  @Required
  @JsonPropertyDescription("The SchemaMigration, in the same namespace, whose files are undone.")
  public MigrationRef migrationRef;

  @Required
  @Size(min = 1, max = 100)
  @ValidationRule(
      value = "self.all(x, self.exists_one(y, x == y))",
      message = "a hash stands twice")
  @JsonPropertyDescription(
      "Hashes to undo, the newest first: exactly the newest applied ones, or nothing is done"
          + " (`PreconditionFailed`). At most 100.")
  public List<@Size(min = 1, max = 128) String> undo;

  @Default("UndoScript")
  @JsonPropertyDescription(
      "`UndoScript` (default) runs the rollback file that was stored when each file was applied."
          + " `TrackingOnly` removes the rows of the tracking table and leaves the schema as it"
          + " is.")
  public String method;

  @JsonPropertyDescription(
      "A time, such as 2026-07-01T12:00:00Z, after which the request is not begun any more"
          + " (`Expired`).")
  public String notAfter;

  /** Names a SchemaMigration. */
  @JsonIgnoreProperties(ignoreUnknown = true)
  @JsonInclude(Include.NON_NULL)
  public static class MigrationRef {

    @Required
    @Size(min = 1, max = 63)
    @SelectableField
    @JsonPropertyDescription("Its name.")
    public String name;
  }
}
