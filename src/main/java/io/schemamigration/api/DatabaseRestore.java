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

/** Restores a backup, once, into a new database. */
@Group(SchemaMigration.GROUP)
@Version(SchemaMigration.VERSION)
@ShortNames("dbrestore")
// The order of the columns is the order of these annotations.
@AdditionalPrinterColumn(
    name = "Ready",
    type = Type.STRING,
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(
    name = "Reason",
    type = Type.STRING,
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(name = "Database", type = Type.STRING, jsonPath = ".spec.target.database")
@AdditionalPrinterColumn(name = "Verified", type = Type.BOOLEAN, jsonPath = ".status.verified")
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
public class DatabaseRestore extends CustomResource<DatabaseRestoreSpec, DatabaseRestoreStatus>
    implements Namespaced {

  @Override
  @Required
  @JsonPropertyDescription(
      "What to restore, and where to. It cannot be changed: create another DatabaseRestore.")
  @JsonDeserialize(using = SpecDeserializer.class)
  @JsonSerialize(using = SpecSerializer.class)
  public DatabaseRestoreSpec getSpec() {
    return super.getSpec();
  }

  @Override
  @Default("{\"observedGeneration\": -1}")
  @JsonPropertyDescription("What became of it. Written by the operator only.")
  @JsonDeserialize(using = StatusDeserializer.class)
  public DatabaseRestoreStatus getStatus() {
    return super.getStatus();
  }
}
