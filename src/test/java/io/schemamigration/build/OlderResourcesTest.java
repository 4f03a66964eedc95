package io.schemamigration.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.schemamigration.api.DatabaseBackup;
import io.schemamigration.api.DatabaseRestore;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaRollback;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Objects as older versions wrote them are read without loss, and known to today's CRDs. */
class OlderResourcesTest {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();
  private static final Map<String, Class<? extends CustomResource<?, ?>>> KINDS =
      Map.of(
          "SchemaMigration", SchemaMigration.class,
          "SchemaRollback", SchemaRollback.class,
          "DatabaseBackup", DatabaseBackup.class,
          "DatabaseRestore", DatabaseRestore.class);

  static List<Path> resources() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/resources/upgrade"))) {
      return files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
    }
  }

  private static JsonNode tree(Path file) throws IOException {
    return YAML.unmarshal(Files.readString(file), JsonNode.class);
  }

  @Test
  void thereIsOneOfEveryKind() throws IOException {
    List<String> kinds = new ArrayList<>();
    for (Path file : resources()) {
      kinds.add(tree(file).path("kind").asText());
    }
    assertThat(kinds).containsAll(KINDS.keySet());
  }

  @ParameterizedTest
  @MethodSource("resources")
  void itIsReadAndWrittenWithoutLoss(Path file) throws IOException {
    JsonNode written = tree(file);
    HasMetadata read =
        YAML.unmarshal(Files.readString(file), KINDS.get(written.path("kind").asText()));
    JsonNode again = YAML.unmarshal(YAML.asJson(read), JsonNode.class);
    assertThat(again.path("spec")).isEqualTo(written.path("spec"));
    assertThat(again.path("status")).isEqualTo(written.path("status")).isNotEmpty();
  }

  @ParameterizedTest
  @MethodSource("resources")
  void everyFieldIsOneOfTodaysSchema(Path file) throws IOException {
    JsonNode written = tree(file);
    Path crd = CrdGenerator.FILES.get(KINDS.get(written.path("kind").asText()));
    JsonNode schema =
        tree(crd).path("spec").path("versions").path(0).path("schema").path("openAPIV3Schema");
    List<String> unknown = new ArrayList<>();
    for (String part : List.of("spec", "status")) {
      collect(part, written.path(part), schema.path("properties").path(part), unknown);
    }
    assertThat(unknown).isEmpty();
  }

  private static void collect(String path, JsonNode value, JsonNode schema, List<String> unknown) {
    if (schema.isMissingNode()) {
      unknown.add(path);
    } else if (value.isObject() && schema.has("properties")) {
      value
          .properties()
          .forEach(
              f ->
                  collect(
                      path + "." + f.getKey(),
                      f.getValue(),
                      schema.path("properties").path(f.getKey()),
                      unknown));
    } else if (value.isArray()) {
      value.forEach(item -> collect(path + "[]", item, schema.path("items"), unknown));
    } else {
      boolean fits =
          switch (schema.path("type").asText()) {
            case "string" -> value.isTextual();
            case "integer" -> value.isIntegralNumber();
            case "boolean" -> value.isBoolean();
            default -> true;
          };
      JsonNode words = schema.path("enum");
      boolean one =
          words.isMissingNode()
              || Stream.of(words).flatMap(w -> asList(w).stream()).anyMatch(value::equals);
      if (!fits || !one) {
        unknown.add(path + " = " + value);
      }
    }
  }

  private static List<JsonNode> asList(JsonNode array) {
    List<JsonNode> all = new ArrayList<>();
    array.forEach(all::add);
    return all;
  }
}
