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

/** One PostgreSQL database whose schema follows a set of SQL files. */
@Group(SchemaMigration.GROUP)
@Version(SchemaMigration.VERSION)
@ShortNames("smig")
// The order of the columns is the order of these annotations.
@AdditionalPrinterColumn(
    name = "Ready",
    type = Type.STRING,
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].status")
@AdditionalPrinterColumn(
    name = "Reason",
    type = Type.STRING,
    jsonPath = ".status.conditions[?(@.type==\"Ready\")].reason")
@AdditionalPrinterColumn(name = "Current", type = Type.STRING, jsonPath = ".status.current.hash")
@AdditionalPrinterColumn(name = "Pending", type = Type.INTEGER, jsonPath = ".status.pendingCount")
@AdditionalPrinterColumn(
    name = "Suspended",
    type = Type.BOOLEAN,
    jsonPath = ".spec.suspend",
    priority = 1)
@AdditionalPrinterColumn(
    name = "Database",
    type = Type.STRING,
    jsonPath = ".status.database.name",
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
        "metadata.name must be a DNS label: at most 63 characters and no dots (it becomes a label"
            + " value and part of other names)")
@ValidationRule(
    value = "!has(self.spec.dependsOn) || self.spec.dependsOn.all(d, d.name != self.metadata.name)",
    message = "a SchemaMigration cannot depend on itself",
    fieldPath = ".spec.dependsOn")
public class SchemaMigration extends CustomResource<SchemaMigrationSpec, SchemaMigrationStatus>
    implements Namespaced {

  public static final String GROUP = "schemamigration.io";
  public static final String VERSION = "v1";

  @Override
  @Required
  @JsonPropertyDescription(
      "What the schema shall be: which database, which SQL files, and how careful to be. The"
          + " operator never writes it.")
  @JsonDeserialize(using = SpecDeserializer.class)
  @JsonSerialize(using = SpecSerializer.class)
  public SchemaMigrationSpec getSpec() {
    return super.getSpec();
  }

  // Without a default a resource that no operator has seen yet counts as done for every tool that
  // compares observedGeneration with the generation, when it is there.
  @Override
  @Default("{\"observedGeneration\": -1}")
  @JsonPropertyDescription(
      "What is true of the database as of the last look. Written by the operator only; wait for"
          + " `condition=Ready`.")
  @JsonDeserialize(using = StatusDeserializer.class)
  public SchemaMigrationStatus getStatus() {
    return super.getStatus();
  }
}
