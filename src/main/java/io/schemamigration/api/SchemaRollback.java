package io.schemamigration.api;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import com.fasterxml.jackson.databind.annotation.JsonDeserialize;
import com.fasterxml.jackson.databind.annotation.JsonSerialize;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn.Type;
import io.fabric8.generator.annotation.Default;
import io.fabric8.generator.annotation.Required;
import io.fabric8.kubernetes.api.model.Namespaced;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.model.annotation.Group;
import io.fabric8.kubernetes.model.annotation.Version;

/** One request to undo what a migration applied last; carried out at most once. */
@Group(SchemaMigration.GROUP)
@Version(SchemaMigration.VERSION)
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
@AdditionalPrinterColumn(
    name = "Message",
    type = Type.STRING,
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].message",
    priority = 1)
@AdditionalPrinterColumn(name = "Age", type = Type.DATE, jsonPath = ".metadata.creationTimestamp")
public class SchemaRollback extends CustomResource<SchemaRollbackSpec, SchemaRollbackStatus>
    implements Namespaced {

  @Override
  @Required
  @JsonPropertyDescription("What to undo. It cannot be changed: create another SchemaRollback.")
  @JsonDeserialize(using = SpecDeserializer.class)
  @JsonSerialize(using = SpecSerializer.class)
  public SchemaRollbackSpec getSpec() {
    return super.getSpec();
  }

  @Override
  @Default("{\"observedGeneration\": -1}")
  @JsonPropertyDescription("What became of the request. Written by the operator only.")
  @JsonDeserialize(using = StatusDeserializer.class)
  public SchemaRollbackStatus getStatus() {
    return super.getStatus();
  }
}
