package io.schemamigration.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.schemamigration.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvFileSource;

/** Every value is told, does something, and cannot be wrong unnoticed. */
class ChartValuesTest {
  private static final Path EVERYTHING =
      DeployGenerator.CHART.resolve(Path.of("ci", "everything-values.yaml"));

  /** Their other value would hide the others; each has a test of its own. */
  private static final Set<String> SWITCHES =
      Set.of("rbac.create", "serviceAccount.create", "crds.install", "metrics.renderMode");

  /** There, others that are set bring the same along; they have tests of their own too. */
  private static final Set<String> BROUGHT_ALONG =
      Set.of("rbac.userRoles", "metrics.service.enabled");

  private static JsonNode schema() throws IOException {
    return new ObjectMapper()
        .readTree(DeployGenerator.CHART.resolve("values.schema.json").toFile());
  }

  @Test
  void theReadmeTellsThem() throws IOException {
    assertThat(ChartReadme.FILE)
        .as("run: mvn -q -Pgenerate process-test-classes")
        .content()
        .isEqualTo(ChartReadme.text());
  }

  @Test
  void everyValueHasAComment() throws IOException {
    ChartValues values = ChartValues.read();
    assertThat(values.silent()).isEmpty();
    assertThat(values.values()).hasSizeGreaterThan(50);
    assertThat(values.values()).noneMatch(value -> value.byDefault().isMissingNode());
  }

  @Test
  void theSchemaKnowsThemAndNoOthers() throws IOException {
    Set<String> known = new TreeSet<>();
    keys("", schema(), schema(), known);
    known.remove("global");
    Set<String> told = new TreeSet<>();
    for (ChartValues.Value value : ChartValues.read().values()) {
      told.add(value.path());
    }
    assertThat(known).isEqualTo(told);
  }

  private static void keys(String path, JsonNode schema, JsonNode root, Set<String> known) {
    JsonNode target =
        schema.has("$ref") ? root.at(schema.path("$ref").textValue().substring(1)) : schema;
    if (!target.has("properties")) {
      known.add(path);
      return;
    }
    target
        .path("properties")
        .properties()
        .forEach(
            p ->
                keys(
                    path.isEmpty() ? p.getKey() : path + "." + p.getKey(),
                    p.getValue(),
                    root,
                    known));
  }

  /** Where the schema lists keys, one that is mistyped is refused; the rest is Kubernetes' own. */
  @Test
  void whereTheSchemaListsKeysThereAreNoOthers() throws IOException {
    List<String> open = new ArrayList<>();
    for (JsonNode object : schema().findParents("properties")) {
      boolean condition = object.size() == 1; // the head of an `if`
      boolean items = object.path("required").toString().equals("[\"name\"]"); // an EnvVar
      if (!condition && !items && !object.path("additionalProperties").equals(closed())) {
        open.add(object.toString());
      }
    }
    assertThat(open).isEmpty();
  }

  private static JsonNode closed() {
    return new ObjectMapper().getNodeFactory().booleanNode(false);
  }

  @ParameterizedTest(name = "{0}")
  @CsvFileSource(
      resources = "chart-refusals.csv",
      delimiter = '|',
      ignoreLeadingAndTrailingWhitespace = true)
  void wrongValuesAreRefused(String values, String named) {
    assertThatThrownBy(() -> Rendering.text(values)).hasMessageContaining(named);
  }

  @Test
  void everyValueIsSetInTheFileThatSetsEverything() throws IOException {
    JsonNode everything = ChartValues.YAML.readTree(EVERYTHING.toFile());
    for (ChartValues.Value value : ChartValues.read().values()) {
      JsonNode set = ChartValues.at(everything, value.path());
      assertThat(set.isMissingNode()).as(value.path()).isFalse();
      assertThat(set.equals(value.byDefault()))
          .as(value.path() + " is its default")
          .isEqualTo(SWITCHES.contains(value.path()));
    }
  }

  /** Taken away one by one from a file that sets all, each makes a difference. */
  @Test
  void everyValueDoesSomething() throws IOException {
    JsonNode everything = ChartValues.YAML.readTree(EVERYTHING.toFile());
    String all = Rendering.text(everything.toString());
    List<String> idle = new ArrayList<>();
    for (ChartValues.Value value : ChartValues.read().values()) {
      if (!SWITCHES.contains(value.path()) && all.equals(without(everything, value.path()))) {
        idle.add(value.path());
      }
    }
    assertThat(idle).containsExactlyInAnyOrderElementsOf(BROUGHT_ALONG);
  }

  private static String without(JsonNode everything, String path) {
    ObjectNode rest = everything.deepCopy();
    int dot = path.lastIndexOf('.');
    JsonNode parent = dot < 0 ? rest : ChartValues.at(rest, path.substring(0, dot));
    ((ObjectNode) parent).remove(path.substring(dot + 1));
    if (path.startsWith("secretAccess.")) {
      return ""; // one without the other is refused, as the list of refusals has it
    }
    return Rendering.text(rest.toString());
  }

  @Test
  void whatTheEnvironmentTellsTheProgramIsWhatItUnderstands() throws IOException {
    Rendering rendering = Rendering.of(Files.readString(EVERYTHING));
    Map<String, String> expected =
        Map.of(
            "CONCURRENT_RUNS", "64",
            "CONCURRENT_RUNS_PER_SERVER", "4",
            "MINIMUM_TLS_MODE", "require",
            "SHUTDOWN_GRACE", "120s",
            "STATUS_PAGE_PORT", "8099",
            "WATCH_NAMESPACES", "shop");
    expected.forEach(
        (name, value) -> assertThat(rendering.environment(name)).as(name).isEqualTo(value));
    assertThat(Settings.from(expected).concurrentRuns()).isEqualTo(64);
  }
}
