package io.schemamigration.build;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.TextNode;
import io.fabric8.crd.generator.annotation.AdditionalPrinterColumn;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.schemamigration.api.DatabaseBackup;
import io.schemamigration.api.DatabaseBackupSpec;
import io.schemamigration.api.DatabaseBackupStatus;
import io.schemamigration.api.DatabaseRestore;
import io.schemamigration.api.DatabaseRestoreSpec;
import io.schemamigration.api.DatabaseRestoreStatus;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaMigrationSpec;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.api.SchemaRollback;
import io.schemamigration.api.SchemaRollbackSpec;
import io.schemamigration.api.SchemaRollbackStatus;
import java.lang.reflect.Field;
import java.lang.reflect.Modifier;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.Type;
import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;

/** What the annotations of fabric8 cannot say about the CRDs, said afterwards. */
final class CrdSchema {

  private static final Map<String, List<String>> ENUMS =
      Map.of(
          "spec.database.tls.mode",
          List.of("disable", "prefer", "require", "verify-ca", "verify-full"),
          "spec.mode",
          List.of("Apply", "PlanOnly"),
          "spec.transaction",
          List.of("PerFile", "AllFiles"),
          "spec.policy.outOfOrder",
          List.of("Block", "Apply"),
          "spec.policy.missingFiles",
          List.of("Block", "Ignore"),
          "spec.policy.rollback",
          List.of("Block", "Allow"),
          "spec.backup.when",
          List.of("Never", "Always", "Destructive"));

  private final CustomResourceDefinitionVersion version;

  private CrdSchema(CustomResourceDefinitionVersion version) {
    this.version = version;
  }

  static void complete(CustomResourceDefinition crd) {
    String kind = crd.getSpec().getNames().getKind();
    crd.getSpec().getNames().setListKind(kind + "List");
    CrdSchema schema = new CrdSchema(crd.getSpec().getVersions().getFirst());
    switch (kind) {
      case "SchemaMigration" -> schema.migration();
      case "SchemaRollback" -> schema.rollback();
      case "DatabaseBackup" -> schema.backup();
      case "DatabaseRestore" -> schema.restore();
      default -> throw new IllegalStateException("nothing is known of " + kind);
    }
  }

  /** Types of Kubernetes itself come without a word. */
  private void job(String path) {
    items(path + ".imagePullSecrets").setDescription("A Secret with a registry's login.");
    describe(items(path + ".imagePullSecrets"), Map.of("name", "Its name."));
    JSONSchemaProps resources = at(path + ".resources");
    resources.getProperties().clear(); // as a pod has it, and checked there
    JSONSchemaProps toleration = items(path + ".tolerations");
    toleration.setDescription("A taint that is tolerated.");
    describe(
        toleration,
        Map.of(
            "effect", "NoSchedule, PreferNoSchedule or NoExecute; empty: all.",
            "key", "Of the taint; empty: all.",
            "operator", "Exists or Equal.",
            "tolerationSeconds", "How long NoExecute is tolerated.",
            "value", "Of the taint, for Equal."));
  }

  private static void describe(JSONSchemaProps schema, Map<String, String> fields) {
    fields.forEach((name, text) -> schema.getProperties().get(name).setDescription(text));
  }

  private void backup() {
    job("spec.job");
    job("status.job");
    version
        .getSchema()
        .getOpenAPIV3Schema()
        .setDescription(
            "DatabaseBackup is one verified dump of a SchemaMigration's database, made by a Job in"
                + " its namespace. Deleting it leaves the dump where it is, unless"
                + " spec.deletionPolicy says otherwise.");
    refine(at("spec"), DatabaseBackupSpec.class);
    refine(at("status"), DatabaseBackupStatus.class);
    at("spec.deletionPolicy").setEnum(texts(List.of("Retain", "Delete")));
    conditions();
    orderColumns(DatabaseBackup.class);
  }

  private void restore() {
    job("spec.job");
    JSONSchemaProps mode = at("spec.target.tls.mode");
    mode.setEnum(texts(ENUMS.get("spec.database.tls.mode")));
    // A restore tells of no connection in its status.
    mode.setDescription(mode.getDescription().replaceFirst(" What came of it is in .*", ""));
    version
        .getSchema()
        .getOpenAPIV3Schema()
        .setDescription(
            "DatabaseRestore restores a backup once, by a Job in its namespace, into a new database"
                + " and compares what is there with the dump. Deleting it leaves the database as it"
                + " is.");
    refine(at("spec"), DatabaseRestoreSpec.class);
    refine(at("status"), DatabaseRestoreStatus.class);
    conditions();
    orderColumns(DatabaseRestore.class);
  }

  private void rollback() {
    version
        .getSchema()
        .getOpenAPIV3Schema()
        .setDescription(
            "SchemaRollback asks to undo what a SchemaMigration applied last. It is carried out at"
                + " most once per database; deleting it undoes nothing and releases nothing.");
    refine(at("spec"), SchemaRollbackSpec.class);
    refine(at("status"), SchemaRollbackStatus.class);
    at("spec.method").setEnum(texts(List.of("UndoScript", "TrackingOnly")));
    at("spec.notAfter").setFormat("date-time");
    items("spec.undo").setDescription("Hash of an applied file.");
    items("status.undone").setDescription("Hash of a file that was undone.");
    conditions();
    orderColumns(SchemaRollback.class);
  }

  private void migration() {
    JSONSchemaProps root = version.getSchema().getOpenAPIV3Schema();
    root.setDescription(
        "SchemaMigration makes the schema of one PostgreSQL database follow a set of SQL files:"
            + " exactly once each, in order, without losing data. Deleting it never touches the"
            + " database.");
    refine(at("spec"), SchemaMigrationSpec.class);
    refine(at("status"), SchemaMigrationStatus.class);
    ENUMS.forEach((path, values) -> at(path).setEnum(texts(values)));
    items("spec.source.configMapRefs")
        .setDescription("A ConfigMap in the namespace of this resource.");
    items("spec.database.searchPath").setDescription("Name of a schema, at most 63 characters.");
    items("spec.approvedPlans").setDescription("Id of a plan: `p-` and 32 hex digits.");
    items("status.applied").setDescription("An applied file.");
    items("status.appliedHashes").setDescription("A hash as in the history table.");
    items("status.pending").setDescription("A file that is to be applied.");
    items("spec.acknowledge")
        .setDescription("The changed text of an applied file, or of its rollback file.");
    listMap("spec.source.configMapRefs", "name");
    listMap("spec.acknowledge", "hash", "sha256");
    items("spec.dependsOn").setDescription("A SchemaMigration that goes first.");
    listMap("spec.dependsOn", "name");
    at("spec.approvedPlans").setXKubernetesListType("set");
    job("spec.backup.job");
    conditions();
    orderColumns(SchemaMigration.class);
  }

  /**
   * What the Java types know and the generator forgets: the width of integers. And two habits: a
   * field that is a time ends in "time", and a list is replaced as a whole unless it says
   * otherwise.
   */
  private static void refine(JSONSchemaProps schema, Class<?> bean) {
    if (bean.getSuperclass() != null) {
      refine(schema, bean.getSuperclass());
    }
    for (Field field : bean.getDeclaredFields()) {
      JSONSchemaProps property = schema.getProperties().get(field.getName());
      if (Modifier.isStatic(field.getModifiers()) || property == null) {
        continue;
      }
      switch (property.getType()) {
        case "integer" -> property.setFormat(field.getType() == Long.class ? "int64" : "int32");
        case "string" -> {
          if (field.getName().equals("time") || field.getName().endsWith("Time")) {
            property.setFormat("date-time");
          }
        }
        case "array" -> {
          property.setXKubernetesListType("atomic");
          if (element(field.getGenericType()) instanceof Class<?> element) {
            refine(property.getItems().getSchema(), element);
          }
        }
        case "object" -> refine(property, field.getType());
        default -> {}
      }
    }
  }

  private static Type element(Type list) {
    return ((ParameterizedType) list).getActualTypeArguments()[0];
  }

  /** As Kubernetes itself declares its conditions. */
  private void conditions() {
    listMap("status.conditions", "type");
    JSONSchemaProps condition = items("status.conditions");
    condition.setXKubernetesPreserveUnknownFields(null);
    condition.setDescription("One aspect of the state: whether it holds, since when and why.");
    condition.setRequired(List.of("lastTransitionTime", "message", "reason", "status", "type"));
    Map<String, JSONSchemaProps> fields = condition.getProperties();
    fields.get("type").setDescription("Name of the aspect, such as Ready.");
    fields.get("type").setMaxLength(316L);
    fields.get("status").setDescription("True, False or Unknown.");
    fields.get("status").setEnum(texts(List.of("True", "False", "Unknown")));
    fields.get("reason").setDescription("Why, in one word for programs, such as UpToDate.");
    fields.get("reason").setMinLength(1L);
    fields.get("reason").setMaxLength(1024L);
    fields
        .get("message")
        .setDescription("Why, for people: what happened, where, and what to do. May be empty.");
    fields.get("message").setMaxLength(32768L);
    fields.get("observedGeneration").setDescription("The metadata.generation it was decided on.");
    fields.get("observedGeneration").setFormat("int64");
    fields.get("observedGeneration").setMinimum(0d);
    fields.get("lastTransitionTime").setDescription("When status last changed.");
    fields.get("lastTransitionTime").setFormat("date-time");
  }

  /** The generator sorts columns by their path; people read them in the order of importance. */
  private void orderColumns(Class<?> bean) {
    List<String> order =
        Stream.of(bean.getAnnotationsByType(AdditionalPrinterColumn.class))
            .map(AdditionalPrinterColumn::name)
            .toList();
    List<CustomResourceColumnDefinition> columns = version.getAdditionalPrinterColumns();
    columns.forEach(c -> c.setPriority(c.getPriority() == 0 ? null : c.getPriority()));
    version.setAdditionalPrinterColumns(
        columns.stream().sorted(Comparator.comparing(c -> order.indexOf(c.getName()))).toList());
  }

  private void listMap(String path, String... keys) {
    at(path).setXKubernetesListType("map");
    at(path).setXKubernetesListMapKeys(List.of(keys));
  }

  private JSONSchemaProps items(String path) {
    return at(path).getItems().getSchema();
  }

  private JSONSchemaProps at(String path) {
    JSONSchemaProps schema = version.getSchema().getOpenAPIV3Schema();
    for (String name : path.split("\\.")) {
      schema = schema.getProperties().get(name);
      if (schema == null) {
        throw new IllegalStateException("no " + name + " of " + path + " in the generated CRD");
      }
    }
    return schema;
  }

  private static List<JsonNode> texts(List<String> values) {
    return values.stream().<JsonNode>map(TextNode::valueOf).toList();
  }
}
