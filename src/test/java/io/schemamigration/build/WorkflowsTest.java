package io.schemamigration.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.TimeUnit;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What runs on a forge has no more rights than it needs, and runs nothing that somebody can swap.
 */
class WorkflowsTest {
  private static final Path FOLDER = Path.of(".github", "workflows");
  private static final Pattern PINNED =
      Pattern.compile("[\\w.-]+/[\\w./-]+@[0-9a-f]{40} # v\\d+\\.\\d+\\.\\d+");
  private static final int LONGEST_MINUTES = 60;

  /** Whose workflow may write what; a pull request's may write nothing. */
  private static final Map<String, Set<String>> WRITES =
      Map.of(
          "ci.yaml", Set.of(),
          "release.yaml", Set.of("contents", "packages", "id-token", "attestations"));

  static List<Path> workflows() throws IOException {
    try (Stream<Path> files = Files.list(FOLDER)) {
      return files.sorted().toList();
    }
  }

  private static JsonNode read(Path workflow) throws IOException {
    return ChartValues.YAML.readTree(workflow.toFile());
  }

  private static List<JsonNode> steps(JsonNode workflow) {
    List<JsonNode> steps = new ArrayList<>();
    workflow.path("jobs").forEach(job -> job.path("steps").forEach(steps::add));
    return steps;
  }

  @Test
  void eachIsKnownHere() throws IOException {
    assertThat(workflows())
        .extracting(f -> f.getFileName().toString())
        .containsExactlyInAnyOrderElementsOf(WRITES.keySet());
  }

  @ParameterizedTest
  @MethodSource("workflows")
  void everyActionIsPinnedByItsCommitWithItsVersionBeside(Path file) throws IOException {
    List<String> uses =
        Files.readAllLines(file).stream()
            .filter(line -> line.contains("uses:"))
            .map(line -> line.substring(line.indexOf("uses:") + "uses:".length()).strip())
            .toList();
    long known = steps(read(file)).stream().filter(step -> step.has("uses")).count();
    assertThat(uses)
        .hasSize((int) known)
        .isNotEmpty()
        .allMatch(u -> PINNED.matcher(u).matches(), PINNED.pattern());
  }

  @ParameterizedTest
  @MethodSource("workflows")
  void nothingIsAllowedThatIsNotNamed(Path file) throws IOException {
    JsonNode workflow = read(file);
    assertThat(workflow.path("permissions").isObject()).isTrue();
    assertThat(workflow.path("permissions")).isEmpty();
    Set<String> writes = new TreeSet<>();
    for (JsonNode job : workflow.path("jobs")) {
      assertThat(job.path("permissions").isObject()).as("permissions of a job").isTrue();
      job.path("permissions").properties().stream()
          .filter(p -> !p.getValue().textValue().equals("read"))
          .forEach(p -> writes.add(p.getKey()));
    }
    assertThat(writes).isEqualTo(WRITES.get(file.getFileName().toString()));
  }

  @ParameterizedTest
  @MethodSource("workflows")
  void noJobRunsForEverOrTwice(Path file) throws IOException {
    JsonNode workflow = read(file);
    assertThat(workflow.path("concurrency").path("group").asText()).isNotEmpty();
    for (JsonNode job : workflow.path("jobs")) {
      assertThat(job.path("timeout-minutes").asInt()).isBetween(1, LONGEST_MINUTES);
    }
  }

  @ParameterizedTest
  @MethodSource("workflows")
  void aCheckoutLeavesNoTokenBehind(Path file) throws IOException {
    assertThat(steps(read(file)))
        .filteredOn(step -> step.path("uses").asText().startsWith("actions/checkout@"))
        .isNotEmpty()
        .allSatisfy(
            step -> assertThat(step.path("with").path("persist-credentials")).hasToString("false"));
  }

  /** A branch's name is text of a stranger: a shell must meet it in a variable only. */
  @ParameterizedTest
  @MethodSource("workflows")
  void noExpressionStandsInAScriptAndEveryScriptIsOne(Path file) throws Exception {
    List<String> scripts =
        steps(read(file)).stream()
            .map(s -> s.path("run").asText())
            .filter(s -> !s.isEmpty())
            .toList();
    assertThat(scripts).isNotEmpty().noneMatch(script -> script.contains("${{"));
    for (String script : scripts) {
      Process bash =
          new ProcessBuilder("bash", "-n", "-c", script).redirectErrorStream(true).start();
      String complaint = new String(bash.getInputStream().readAllBytes());
      assertThat(bash.waitFor(10, TimeUnit.SECONDS)).isTrue();
      assertThat(bash.exitValue()).as(complaint).isZero();
    }
  }

  @Test
  void aStrangersPullRequestMeetsNoSecret() throws IOException {
    String ci = Files.readString(FOLDER.resolve("ci.yaml"));
    assertThat(ci)
        .contains("pull_request:")
        .doesNotContain("pull_request_target")
        .doesNotContain("secrets.")
        .doesNotContain("github.token");
    JsonNode release = read(FOLDER.resolve("release.yaml"));
    assertThat(release.path("on").properties())
        .singleElement()
        .satisfies(trigger -> assertThat(trigger.getValue().has("tags")).isTrue());
  }

  @Test
  void whatTheReleaseTakesFromTheBuildIsThere() throws IOException {
    String release = Files.readString(FOLDER.resolve("release.yaml"));
    String pom = Files.readString(Path.of("pom.xml"));
    for (String property : List.of("jib.from.platforms", "image.name")) {
      assertThat(release).contains("-D" + property + "=");
      assertThat(pom).contains("<" + property + ">");
    }
    assertThat(release).contains("target/classes/META-INF/sbom/$NAME.cdx.json");
    assertThat(pom).contains("/META-INF/sbom<").contains(">schema-migration-operator.cdx<");
    assertThat(Files.readString(Path.of("deploy", "operator.yaml")))
        .contains("image: \"schema-migration-operator:");
    assertThat(Files.isExecutable(Path.of("src", "e2e", "reproducible"))).isTrue();
  }
}
