package io.schemamigration.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/** The change log has the form that people and Artifact Hub expect. */
class ChangelogTest {
  private static final Pattern VERSION =
      Pattern.compile("(?m)^## \\[(.+?)](?: - \\d{4}-\\d\\d-\\d\\d)?$");
  private static final Pattern KIND = Pattern.compile("(?m)^### (.+)$");

  private static List<String> headings(Pattern pattern) throws IOException {
    return pattern
        .matcher(Files.readString(Path.of("CHANGELOG.md")))
        .results()
        .map((MatchResult m) -> m.group(1))
        .toList();
  }

  private static JsonNode annotations() throws IOException {
    return ChartValues.YAML
        .readTree(DeployGenerator.CHART.resolve("Chart.yaml").toFile())
        .path("annotations");
  }

  @Test
  void theVersionOfTheBuildIsInIt() throws IOException {
    String version =
        ChartValues.YAML
            .readTree(DeployGenerator.CHART.resolve("Chart.yaml").toFile())
            .path("version")
            .asText();
    List<String> versions = headings(VERSION);
    assertThat(versions).startsWith("Unreleased");
    if (!version.endsWith("-SNAPSHOT")) {
      assertThat(versions).contains(version);
    }
    assertThat(headings(KIND))
        .isNotEmpty()
        .isSubsetOf(
            "Added", "Changed", "Deprecated", "Removed", "Fixed", "Security", "Known limits");
  }

  @Test
  void artifactHubReadsTheChartsAnnotations() throws IOException {
    JsonNode annotations = annotations();
    Set<String> names = new TreeSet<>();
    annotations.fieldNames().forEachRemaining(names::add);
    assertThat(names).allMatch(name -> name.startsWith("artifacthub.io/"));
    JsonNode changes =
        ChartValues.YAML.readTree(annotations.path("artifacthub.io/changes").asText());
    assertThat(changes).isNotEmpty();
    for (JsonNode change : changes) {
      assertThat(change.path("kind").asText())
          .isIn("added", "changed", "deprecated", "removed", "fixed", "security");
      assertThat(change.path("description").asText()).isNotBlank();
    }
    assertThat(annotations.path("artifacthub.io/license").asText()).isEqualTo("Apache-2.0");
    assertThat(annotations.path("artifacthub.io/prerelease").asText()).isIn("true", "false");
  }
}
