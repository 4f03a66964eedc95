package io.schemamigration.api;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.annotation.JsonInclude.Include;
import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;

/** What to dump, and where the dump is kept. */
@JsonIgnoreProperties(ignoreUnknown = true)
@JsonInclude(Include.NON_NULL)
@ValidationRule(
    value =
        "self.migrationRef == oldSelf.migrationRef && has(self.storage) == has(oldSelf.storage)"
            + " && (!has(self.storage) || self.storage == oldSelf.storage)"
            + " && has(self.job) == has(oldSelf.job)"
            + " && (!has(self.job) || self.job == oldSelf.job)",
    message = "only deletionPolicy of a DatabaseBackup can be changed: create another one")
public class DatabaseBackupSpec extends ResourceSpec {

  @Required
  @JsonPropertyDescription("The SchemaMigration, in the same namespace, whose database is dumped.")
  public SchemaRollbackSpec.MigrationRef migrationRef;

  @JsonPropertyDescription("Where the dump is kept. Default: spec.backup.storage of the migration.")
  public BackupStorage storage;

  @Default("Retain")
  @JsonPropertyDescription(
      "`Retain` (default): deleting this resource leaves the dump where it is. `Delete` removes the"
          + " dump with it.")
  public String deletionPolicy;

  @JsonPropertyDescription("How it is made. Default: spec.backup.job of the migration.")
  public BackupJobSpec job;
}
