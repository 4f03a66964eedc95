package io.schemamigration.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import dev.cel.common.types.SimpleType;
import dev.cel.compiler.CelCompiler;
import dev.cel.compiler.CelCompilerFactory;
import dev.cel.parser.CelStandardMacro;
import dev.cel.runtime.CelRuntime;
import dev.cel.runtime.CelRuntimeFactory;
import io.schemamigration.controller.StatusExamples;
import io.schemamigration.plan.Reason;
import io.schemamigration.testing.Markdown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** What docs/gitops.md tells people to write means what it says. */
class GitOpsDocsTest {
  private static final Path DOCS = Path.of("docs", "gitops.md");
  private static final Pattern CODE = Pattern.compile("`([^`\n]+)`");
  private static final ObjectMapper JSON = new ObjectMapper();

  private static List<String> code() throws IOException {
    return CODE.matcher(Files.readString(DOCS)).results().map(m -> m.group(1)).toList();
  }

  @Test
  void everyReasonThatIsNamedExists() throws IOException {
    List<String> reasons = Arrays.stream(Reason.values()).map(Reason::label).toList();
    List<String> others = List.of("PreSync", "PlanOnly");
    List<String> named =
        code().stream().filter(word -> word.matches("([A-Z][a-z]+){2,}")).distinct().toList();
    assertThat(named).hasSizeGreaterThan(5);
    assertThat(named).allMatch(word -> reasons.contains(word) || others.contains(word));
  }

  @Test
  void everyPlaceThatIsNamedIsThere() throws IOException {
    List<String> places = code().stream().filter(word -> word.startsWith("deploy/")).toList();
    assertThat(places).isNotEmpty().allMatch(place -> Files.exists(Path.of(place)));
    String patch = String.join("", Markdown.blocks(DOCS, "sh"));
    assertThat(patch).contains("--patch-file " + ArgoCd.CONFIG + "\n");
  }

  @Test
  void theHealthChecksOfFluxPassWhatIsUpToDateAndFailWhatIsStalled() throws Exception {
    JsonNode exprs = exprs();
    CelRuntime.Program failed = program(exprs.path("failed").textValue());
    CelRuntime.Program current = program(exprs.path("current").textValue());
    List<String> passing = new ArrayList<>();
    for (var example : StatusExamples.byReason("SchemaMigration").entrySet()) {
      ObjectNode resource = example.getValue();
      assertThat(failed.eval(status(resource)))
          .as(example.getKey())
          .isEqualTo(has(resource, "Stalled"));
      if (current.eval(status(resource)).equals(true)) {
        passing.add(example.getKey());
      }
    }
    assertThat(passing).containsExactly("UpToDate");
    assertThat(current.eval(status(StatusExamples.outOfReach()))).isEqualTo(true);
    assertThat(current.eval(status(StatusExamples.suspended(false)))).isEqualTo(false);
  }

  private static JsonNode exprs() throws IOException {
    List<JsonNode> found = new ArrayList<>();
    for (String block : Markdown.blocks(DOCS, "yaml")) {
      ChartValues.YAML
          .readerFor(JsonNode.class)
          .<JsonNode>readValues(block)
          .forEachRemaining(object -> object.at("/spec/healthCheckExprs").forEach(found::add));
    }
    assertThat(found).hasSize(1);
    assertThat(found.getFirst().path("kind").textValue()).isEqualTo("SchemaMigration");
    return found.getFirst();
  }

  /** As Flux compiles it: the fields of the object are variables. */
  private static CelRuntime.Program program(String expression) throws Exception {
    CelCompiler compiler =
        CelCompilerFactory.standardCelCompilerBuilder()
            .setStandardMacros(CelStandardMacro.STANDARD_MACROS)
            .addVar("status", SimpleType.DYN)
            .setResultType(SimpleType.BOOL)
            .build();
    return CelRuntimeFactory.standardCelRuntimeBuilder()
        .build()
        .createProgram(compiler.compile(expression).getAst());
  }

  private static Map<String, ?> status(ObjectNode resource) {
    return Map.of("status", JSON.convertValue(resource.path("status"), Map.class));
  }

  private static boolean has(ObjectNode resource, String type) {
    for (JsonNode condition : resource.at("/status/conditions")) {
      if (type.equals(condition.path("type").textValue())) {
        return true;
      }
    }
    return false;
  }
}
