package io.schemamigration.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.generator.annotation.ValidationRule;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.ShortNames;
import io.fabric8.kubernetes.model.annotation.Version;

/** One verified dump of a migration's database. */
@Group(SchemaMigration.GROUP)
@Version(SchemaMigration.VERSION)
@ShortNames("dbbackup")
// The order of the columns is the order of these annotations.
@AdditionalPrinterColumn(
    name = "Ready",
    type = Type.STRING,
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(
    name = "Reason",
    type = Type.STRING,
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(
    name = "Migration",
    type = Type.STRING,
    jsonPath = ".spec.migrationRef.name")
@AdditionalPrinterColumn(name = "Covers", type = Type.STRING, jsonPath = ".status.covers.hash")
@AdditionalPrinterColumn(name = "Size", type = Type.STRING, jsonPath = ".status.size")
@AdditionalPrinterColumn(
    name = "Location",
    type = Type.STRING,
    jsonPath = ".status.location",
    priority = 1)
@AdditionalPrinterColumn(
    name = "Message",
    type = Type.STRING,
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].message",
    priority = 1)
@AdditionalPrinterColumn(name = "Age", type = Type.DATE, jsonPath = ".metadata.creationTimestamp")
@ValidationRule(
    value = "self.metadata.name.size() <= 63 && !self.metadata.name.contains('.')",
    message =
        "metadata.name must be a DNS label: at most 63 characters and no dots (it becomes part of"
            + " other names)")
public class DatabaseBackup extends CustomResource<DatabaseBackupSpec, DatabaseBackupStatus>
    implements Namespaced {

  @Override
  @Required
  @JsonPropertyDescription("What to dump. It cannot be changed: create another DatabaseBackup.")
  @JsonDeserialize(using = SpecDeserializer.class)
  @JsonSerialize(using = SpecSerializer.class)
  public DatabaseBackupSpec getSpec() {
    return super.getSpec();
  }

  @Override
  @Default("{\"observedGeneration\": -1}")
  @JsonPropertyDescription("What became of it. Written by the operator only.")
  @JsonDeserialize(using = StatusDeserializer.class)
  public DatabaseBackupStatus getStatus() {
    return super.getStatus();
  }
}
