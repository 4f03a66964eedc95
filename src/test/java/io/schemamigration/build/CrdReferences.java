package io.schemamigration.build;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.regex.Pattern;

/** The fields of our kinds that name another object, as the CRDs have them. */
final class CrdReferences {
  private static final Pattern NAMES = Pattern.compile("name|.+(?:Name|Names|Ref|Refs|Secrets)");

  /** What is named, by the last word of the path that is not {@code name}. */
  private static final Map<String, String> TARGETS =
      Map.ofEntries(
          Map.entry("configMapRefs", "ConfigMap"),
          Map.entry("secretRef", "Secret"),
          Map.entry("caSecretRef", "Secret"),
          Map.entry("clientCertSecretRef", "Secret"),
          Map.entry("credentialsSecretRef", "Secret"),
          Map.entry("imagePullSecrets", "Secret"),
          Map.entry("claimName", "PersistentVolumeClaim"),
          Map.entry("storageClassName", "StorageClass"),
          Map.entry("serviceAccountName", "ServiceAccount"),
          Map.entry("migrationRef", "SchemaMigration"),
          Map.entry("dependsOn", "SchemaMigration"),
          Map.entry("backupRef", "DatabaseBackup"));

  /** A name, but of nothing that Kubernetes knows. */
  private static final List<String> OF_NO_OBJECT = List.of("database");

  private final String kind;
  private final List<Reference> found = new ArrayList<>();

  private CrdReferences(String kind) {
    this.kind = kind;
  }

  /**
   * A field that names another object.
   *
   * @param kind whose field it is
   * @param path from the root, steps separated by a slash; steps into a list are not marked
   * @param lists which of the steps lead into lists
   * @param target the kind of the object; empty: nobody has said yet
   */
  record Reference(String kind, String path, List<String> lists, Optional<String> target) {}

  /** Those of all kinds. */
  static List<Reference> all() throws IOException {
    List<Reference> all = new ArrayList<>();
    for (var kind : CrdGenerator.FILES.entrySet()) {
      all.addAll(of(kind.getKey(), kind.getValue()));
    }
    return all;
  }

  private static List<Reference> of(Class<? extends CustomResource<?, ?>> kind, Path crd)
      throws IOException {
    JSONSchemaProps root =
        Serialization.unmarshal(Files.readString(crd), CustomResourceDefinition.class)
            .getSpec()
            .getVersions()
            .getFirst()
            .getSchema()
            .getOpenAPIV3Schema();
    return in(kind.getSimpleName(), root.getProperties().get("spec"));
  }

  /** Those below the spec of a kind. */
  static List<Reference> in(String kind, JSONSchemaProps spec) {
    CrdReferences references = new CrdReferences(kind);
    references.walk(List.of("spec"), List.of(), spec);
    return references.found;
  }

  private void walk(List<String> path, List<String> lists, JSONSchemaProps schema) {
    boolean list = schema.getItems() != null;
    JSONSchemaProps item = list ? schema.getItems().getSchema() : schema;
    List<String> within = list ? with(lists, path.getLast()) : lists;
    if (!item.getProperties().isEmpty()) {
      item.getProperties().forEach((name, next) -> walk(with(path, name), within, next));
    } else if ("string".equals(item.getType()) && NAMES.matcher(path.getLast()).matches()) {
      reference(path, within);
    }
  }

  private void reference(List<String> path, List<String> lists) {
    String last = path.getLast();
    String word = last.equals("name") ? path.get(path.size() - 2) : last;
    if (!OF_NO_OBJECT.contains(word)) {
      Optional<String> target = Optional.ofNullable(TARGETS.get(word));
      found.add(new Reference(kind, String.join("/", path), lists, target));
    }
  }

  private static List<String> with(List<String> list, String more) {
    List<String> all = new ArrayList<>(list);
    all.add(more);
    return List.copyOf(all);
  }
}
