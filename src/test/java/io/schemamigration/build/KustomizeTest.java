package io.schemamigration.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ArrayNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaPropsBuilder;
import io.schemamigration.build.CrdReferences.Reference;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** kustomize renames what our kinds name, as it renames the named. */
class KustomizeTest {
  private static final Path FOLDER = Path.of("deploy", "kustomize");
  private static final List<String> HASHED = List.of("ConfigMap", "Secret");
  private static final Map<String, String> API_VERSIONS =
      Map.of(
          "PersistentVolumeClaim", "v1",
          "ServiceAccount", "v1",
          "StorageClass", "storage.k8s.io/v1",
          "SchemaMigration", "schemamigration.io/v1",
          "DatabaseBackup", "schemamigration.io/v1");

  @TempDir Path folder;

  @Test
  void theComponentNamesEveryReferenceThatTheCrdsHave() throws IOException {
    Set<String> named = new TreeSet<>();
    Path config = FOLDER.resolve(Path.of("component", "references.yaml"));
    for (JsonNode target : ChartValues.YAML.readTree(config.toFile()).path("nameReference")) {
      for (JsonNode field : target.path("fieldSpecs")) {
        assertThat(field.path("group").textValue()).isEqualTo("schemamigration.io");
        named.add(
            "%s %s -> %s"
                .formatted(
                    field.path("kind").textValue(),
                    field.path("path").textValue(),
                    target.path("kind").textValue()));
      }
    }
    assertThat(named)
        .as("deploy/kustomize/component/references.yaml")
        .containsExactlyInAnyOrderElementsOf(
            CrdReferences.all().stream()
                .map(r -> r.kind() + " " + r.path() + " -> " + r.target().orElse("?"))
                .toList());
  }

  @Test
  void aNewReferenceIsSeenWhateverItsShape() {
    JSONSchemaProps text = new JSONSchemaPropsBuilder().withType("string").build();
    JSONSchemaProps named =
        new JSONSchemaPropsBuilder().withType("object").addToProperties("name", text).build();
    JSONSchemaProps list =
        new JSONSchemaPropsBuilder()
            .withType("array")
            .withNewItems()
            .withSchema(text)
            .endItems()
            .build();
    JSONSchemaProps spec =
        new JSONSchemaPropsBuilder()
            .withType("object")
            .addToProperties("serviceRef", named)
            .addToProperties("priorityClassName", text)
            .addToProperties("roleRefs", list)
            .addToProperties("mode", text)
            .build();
    assertThat(CrdReferences.in("SchemaMigration", spec))
        .allMatch(r -> r.target().isEmpty())
        .extracting(Reference::path)
        .containsExactlyInAnyOrder(
            "spec/serviceRef/name", "spec/priorityClassName", "spec/roleRefs");
  }

  @Test
  void kustomizeSubstitutesEachOfThem() throws Exception {
    List<ObjectNode> objects = objects();
    writeAll(objects);
    List<JsonNode> built = Kubectl.kustomize(folder.resolve("overlay"));
    Map<String, String> names = new TreeMap<>();
    for (JsonNode object : built) {
      names.put(object.path("kind").textValue(), object.at("/metadata/name").textValue());
    }
    assertThat(names.get("ConfigMap")).matches("pre-base-configmap-post-[a-z0-9]{10}");
    assertThat(names.get("Secret")).matches("pre-base-secret-post-[a-z0-9]{10}");
    int checked = 0;
    for (Reference reference : CrdReferences.all()) {
      JsonNode owner = one(built, reference.kind());
      String target = reference.target().orElseThrow();
      assertThat(values(owner, reference))
          .as(reference.kind() + " " + reference.path())
          .containsExactly(names.get(target));
      checked++;
    }
    assertThat(checked).isGreaterThan(20);
  }

  @Test
  void theExampleNamesWhatItMakes() throws Exception {
    List<JsonNode> built = Kubectl.kustomize(FOLDER.resolve("example"));
    Set<String> made =
        built.stream()
            .map(o -> o.path("kind").textValue() + " " + o.at("/metadata/name").textValue())
            .collect(Collectors.toSet());
    List<String> used = new ArrayList<>();
    for (JsonNode object : built) {
      for (Reference reference : CrdReferences.all()) {
        if (object.path("kind").textValue().equals(reference.kind())) {
          values(object, reference)
              .forEach(v -> used.add(reference.target().orElseThrow() + " " + v));
        }
      }
    }
    assertThat(used).hasSize(5).isSubsetOf(made);
  }

  /** The component in the base, as where an overlay knows nothing of it; new names in both. */
  private void writeAll(List<ObjectNode> objects) throws IOException {
    Path component = Files.createDirectories(folder.resolve("component"));
    for (String file : List.of("kustomization.yaml", "references.yaml")) {
      Files.copy(FOLDER.resolve("component").resolve(file), component.resolve(file));
    }
    Path base = Files.createDirectories(folder.resolve("base"));
    StringBuilder text = new StringBuilder();
    for (ObjectNode object : objects) {
      text.append(ChartValues.YAML.writeValueAsString(object)).append('\n');
    }
    Files.writeString(base.resolve("objects.yaml"), text);
    Files.writeString(
        base.resolve("kustomization.yaml"),
        """
        namePrefix: base-
        components: [../component]
        resources: [objects.yaml]
        configMapGenerator:
          - name: configmap
            literals: [pg_1_a.sql=SELECT 1]
        secretGenerator:
          - name: secret
            literals: [uri=postgresql://db/orders]
        """);
    Files.writeString(
        Files.createDirectories(folder.resolve("overlay")).resolve("kustomization.yaml"),
        """
        namePrefix: pre-
        nameSuffix: -post
        resources: [../base]
        """);
  }

  /** One object of each kind that is named or names, with all its references. */
  private static List<ObjectNode> objects() throws IOException {
    Map<String, ObjectNode> objects = new TreeMap<>();
    API_VERSIONS.forEach((kind, version) -> objects.put(kind, object(kind, version)));
    for (Reference reference : CrdReferences.all()) {
      ObjectNode owner =
          objects.computeIfAbsent(reference.kind(), kind -> object(kind, "schemamigration.io/v1"));
      String target = reference.target().orElseThrow();
      assertThat(HASHED.contains(target) || API_VERSIONS.containsKey(target)).as(target).isTrue();
      set(owner, reference, name(target));
    }
    return List.copyOf(objects.values());
  }

  private static ObjectNode object(String kind, String version) {
    ObjectNode object = ChartValues.YAML.createObjectNode();
    object.put("apiVersion", version).put("kind", kind);
    object.putObject("metadata").put("name", name(kind));
    return object;
  }

  private static String name(String kind) {
    return kind.toLowerCase(Locale.ROOT);
  }

  private static void set(ObjectNode owner, Reference reference, String value) {
    List<String> steps = List.of(reference.path().split("/"));
    ObjectNode at = owner;
    for (String step : steps.subList(0, steps.size() - 1)) {
      if (reference.lists().contains(step)) {
        ArrayNode list = at.withArray("/" + step);
        at = list.isEmpty() ? list.addObject() : (ObjectNode) list.get(0);
      } else {
        at = at.withObject("/" + step);
      }
    }
    at.put(steps.getLast(), value);
  }

  private static List<String> values(JsonNode owner, Reference reference) {
    List<JsonNode> at = List.of(owner);
    for (String step : reference.path().split("/")) {
      List<JsonNode> next = new ArrayList<>();
      for (JsonNode node : at) {
        JsonNode value = node.path(step);
        if (value.isArray()) {
          value.forEach(next::add);
        } else if (!value.isMissingNode()) {
          next.add(value);
        }
      }
      at = next;
    }
    return at.stream().map(JsonNode::textValue).toList();
  }

  private static JsonNode one(List<JsonNode> objects, String kind) {
    Optional<JsonNode> found =
        objects.stream().filter(o -> o.path("kind").textValue().equals(kind)).findFirst();
    return found.orElseThrow();
  }
}
