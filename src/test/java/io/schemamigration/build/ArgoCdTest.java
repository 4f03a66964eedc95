package io.schemamigration.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fabric8.kubernetes.api.model.Condition;
import io.schemamigration.controller.StatusExamples;
import io.schemamigration.testing.KStatus;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** What Argo CD shows of our kinds and offers to do with them, by its own format of tests. */
class ArgoCdTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static Set<String> kinds() {
    return StatusExamples.kinds();
  }

  private static Path folder(String kind) {
    return ArgoCd.KINDS.resolve(kind);
  }

  private static JsonNode yaml(Path file) throws IOException {
    return ChartValues.YAML.readTree(file.toFile());
  }

  private static LuaScript script(Path file) throws IOException {
    return new LuaScript(Files.readString(file));
  }

  private static LuaScript health(String kind) throws IOException {
    return script(folder(kind).resolve("health.lua"));
  }

  @Test
  void thereAreScriptsForEveryKind() throws IOException {
    Set<String> ours = new TreeSet<>();
    CrdGenerator.FILES.keySet().forEach(kind -> ours.add(kind.getSimpleName()));
    assertThat(kinds()).containsExactlyInAnyOrderElementsOf(ours);
    try (Stream<Path> folders = Files.list(ArgoCd.KINDS)) {
      assertThat(folders.map(f -> f.getFileName().toString()))
          .containsExactlyInAnyOrderElementsOf(ours);
    }
  }

  @Test
  void theCommittedFilesAreTheGeneratedOnes() throws IOException {
    Map<Path, String> generated = ArgoCd.generated();
    generated.forEach(
        (file, text) ->
            assertThat(file)
                .as("run: mvn -q -Pgenerate process-test-classes")
                .content()
                .isEqualTo(text));
    try (Stream<Path> files = Files.walk(ArgoCd.FOLDER)) {
      assertThat(files.filter(f -> f.getParent().endsWith("testdata")))
          .isSubsetOf(generated.keySet());
    }
  }

  @Test
  void theConfigMapHoldsTheScripts() throws IOException {
    JsonNode data = yaml(ArgoCd.CONFIG).path("data");
    for (String kind : kinds()) {
      assertThat(data.path("resource.customizations.health.schemamigration.io_" + kind).textValue())
          .isEqualTo(health(kind).text());
    }
    String key = "resource.customizations.actions.schemamigration.io_SchemaMigration";
    assertThat(data).hasSize(kinds().size() + 1);
    JsonNode actions = ChartValues.YAML.readTree(data.path(key).textValue());
    Path folder = folder("SchemaMigration").resolve("actions");
    assertThat(actions.path("discovery.lua").textValue())
        .isEqualTo(Files.readString(folder.resolve("discovery.lua")));
    List<String> names = new ArrayList<>();
    for (JsonNode definition : actions.path("definitions")) {
      String name = definition.path("name").textValue();
      names.add(name);
      assertThat(definition.path("action.lua").textValue())
          .isEqualTo(Files.readString(folder.resolve(Path.of(name, "action.lua"))));
    }
    try (Stream<Path> folders = Files.list(folder)) {
      assertThat(names)
          .containsExactlyInAnyOrderElementsOf(
              folders
                  .filter(f -> Files.exists(f.resolve("action.lua")))
                  .map(f -> f.getFileName().toString())
                  .toList());
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void healthIsAsItsTestsSay(String kind) throws IOException {
    JsonNode tests = yaml(folder(kind).resolve("health_test.yaml")).path("tests");
    Set<String> tried = new TreeSet<>();
    for (JsonNode test : tests) {
      String input = test.path("inputPath").textValue();
      tried.add(input);
      assertThat(health(kind).on(yaml(folder(kind).resolve(input))))
          .as(kind + " " + input)
          .isEqualTo(test.path("healthStatus"));
    }
    try (Stream<Path> files = Files.list(folder(kind).resolve("testdata"))) {
      assertThat(files.map(f -> "testdata/" + f.getFileName()))
          .containsExactlyInAnyOrderElementsOf(tried);
    }
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void healthTellsOfEveryReasonWhatKstatusTells(String kind) throws IOException {
    Map<String, ObjectNode> examples = StatusExamples.byReason(kind);
    assertThat(examples).hasSizeGreaterThan(5);
    for (ObjectNode example : examples.values()) {
      agrees(kind, example);
      ((ObjectNode) example.path("metadata")).put("generation", 9);
      agrees(kind, example);
    }
    agrees(kind, StatusExamples.unseen(kind));
    ObjectNode silent = StatusExamples.unseen(kind);
    silent.remove("status");
    assertThat(health(kind).on(silent).path("status").textValue()).isEqualTo("Progressing");
  }

  private static void agrees(String kind, ObjectNode example) throws IOException {
    JsonNode status = example.path("status");
    List<Condition> conditions = new ArrayList<>();
    for (JsonNode condition : status.path("conditions")) {
      conditions.add(JSON.treeToValue(condition, Condition.class));
    }
    KStatus truth =
        KStatus.of(
            example.at("/metadata/generation").asLong(),
            status.path("observedGeneration").asLong(),
            conditions);
    String health = health(kind).on(example).path("status").textValue();
    assertThat(health)
        .as(example.toString())
        .isIn(
            switch (truth) {
              case CURRENT -> List.of("Healthy");
              case FAILED -> List.of("Degraded");
              case IN_PROGRESS -> List.of("Progressing", "Suspended");
            });
    assertThat(health.equals("Suspended"))
        .isEqualTo(
            truth == KStatus.IN_PROGRESS
                && conditions.stream().anyMatch(c -> "Suspended".equals(c.getReason()))
                && status.path("observedGeneration").equals(example.at("/metadata/generation")));
  }

  @Test
  void actionsAreOfferedAsTheirTestsSay() throws IOException {
    Path folder = folder("SchemaMigration").resolve("actions");
    LuaScript discovery = script(folder.resolve("discovery.lua"));
    JsonNode tests = yaml(folder.resolve("action_test.yaml")).path("discoveryTests");
    assertThat(tests).hasSizeGreaterThan(2);
    for (JsonNode test : tests) {
      Path input = folder.resolve(test.path("inputPath").textValue());
      ObjectNode expected = JsonNodeFactory.instance.objectNode();
      for (JsonNode action : test.path("result")) {
        ObjectNode details = action.deepCopy();
        expected.set(details.remove("name").textValue(), details);
      }
      assertThat(expected.properties().stream().map(Map.Entry::getKey))
          .containsExactlyInAnyOrderElementsOf(ArgoCd.ACTIONS);
      assertThat(discovery.on(yaml(input))).as(input.toString()).isEqualTo(expected);
    }
  }

  @Test
  void actionsDoWhatTheirTestsSay() throws IOException {
    Path folder = folder("SchemaMigration").resolve("actions");
    Set<String> tried = new TreeSet<>();
    for (JsonNode test : yaml(folder.resolve("action_test.yaml")).path("actionTests")) {
      String action = test.path("action").textValue();
      tried.add(action);
      LuaScript script = script(folder.resolve(Path.of(action, "action.lua")));
      JsonNode result = script.on(yaml(folder.resolve(test.path("inputPath").textValue())));
      JsonNode expected = yaml(folder.resolve(test.path("expectedOutputPath").textValue()));
      assertThat(normalized(result)).as(action).isEqualTo(normalized(expected));
    }
    assertThat(tried).containsExactlyInAnyOrderElementsOf(ArgoCd.ACTIONS);
  }

  /** Lua has one kind of number and one of empty table, and a click its own time. */
  private static JsonNode normalized(JsonNode object) throws IOException {
    String text = JSON.writeValueAsString(object).replaceAll("(:-?\\d+)\\.0(?=[,}])", "$1");
    text = text.replace("{}", "[]");
    ObjectNode copy = (ObjectNode) JSON.readTree(text);
    if (copy.at("/metadata/annotations") instanceof ObjectNode annotations) {
      annotations
          .properties()
          .forEach(annotation -> annotation.setValue(time(annotation.getValue())));
    }
    return copy;
  }

  private static JsonNode time(JsonNode value) {
    boolean time = value.textValue().matches("\\d{4}-\\d\\d-\\d\\dT\\d\\d:\\d\\d:\\d\\dZ");
    return time ? JsonNodeFactory.instance.textNode(ArgoCd.SOME_TIME) : value;
  }
}
