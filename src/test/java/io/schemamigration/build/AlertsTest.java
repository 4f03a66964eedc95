package io.schemamigration.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.schemamigration.plan.Reason;
import io.schemamigration.testing.Tiers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** The alerts go off when they shall, as Prometheus' own tool sees it, and each is explained. */
class AlertsTest {
  static final Path RULES = DeployGenerator.CHART.resolve(Path.of("files", "alerts.yaml"));
  static final Path DASHBOARD = DeployGenerator.CHART.resolve(Path.of("files", "dashboard.json"));

  private static final Path CASES =
      Path.of("src/test/resources/io/schemamigration/build/alerts-test.yaml");
  private static final Path RUNBOOKS = Path.of("docs", "runbooks");
  private static final Pattern REASON = Pattern.compile("`([A-Z]\\w+)`");

  static Set<String> alerts() throws IOException {
    Set<String> alerts = new TreeSet<>();
    for (JsonNode rule : ChartValues.YAML.readTree(RULES.toFile()).at("/groups/0/rules")) {
      alerts.add(rule.path("alert").textValue());
    }
    return alerts;
  }

  static boolean onPath(String program) {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .anyMatch(folder -> Files.isExecutable(Path.of(folder, program)));
  }

  @Test
  void theyGoOffWhenTheyShallAndNotBefore(@TempDir Path folder) throws Exception {
    Tiers.require(onPath("promtool"), 1, "alerts", "there is no promtool in the PATH");
    Files.copy(RULES, folder.resolve(RULES.getFileName()));
    Files.copy(CASES, folder.resolve(CASES.getFileName()));
    Process process =
        new ProcessBuilder("promtool", "test", "rules", CASES.getFileName().toString())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes());
    assertThat(process.waitFor()).as(said).isZero();
  }

  @Test
  void eachIsTriedOutBothWays() throws IOException {
    Set<String> goOff = new TreeSet<>();
    Set<String> stay = new TreeSet<>();
    for (JsonNode test : ChartValues.YAML.readTree(CASES.toFile()).path("tests")) {
      for (JsonNode alert : test.path("alert_rule_test")) {
        (alert.path("exp_alerts").isEmpty() ? stay : goOff)
            .add(alert.path("alertname").textValue());
      }
    }
    assertThat(goOff).isEqualTo(alerts());
    assertThat(stay).isEqualTo(alerts());
  }

  @Test
  void eachHasAPageThatSaysWhatToDo() throws IOException {
    try (Stream<Path> pages = Files.list(RUNBOOKS)) {
      assertThat(pages.map(p -> p.getFileName().toString().replace(".md", "")))
          .containsExactlyInAnyOrderElementsOf(alerts());
    }
    for (String alert : alerts()) {
      List<String> headings =
          Files.readAllLines(RUNBOOKS.resolve(alert + ".md")).stream()
              .filter(line -> line.startsWith("#"))
              .toList();
      assertThat(headings)
          .containsExactly(
              "# " + alert, "## Meaning", "## Impact", "## Diagnosis", "## Mitigation");
    }
  }

  @Test
  void theChartsReadmeNamesThem() throws IOException {
    assertThat(Files.readString(ChartReadme.FILE))
        .contains(alerts().stream().map(alert -> "| `" + alert + "` |").toList());
  }

  @Test
  void everyReasonThatAPageNamesExists() throws IOException {
    Set<String> others =
        Set.of("CrashLoopBackOff", "ImagePullBackOff", "DatabaseReachable", "SchemaMigration");
    Set<String> reasons =
        Arrays.stream(Reason.values()).map(Reason::label).collect(Collectors.toSet());
    for (String alert : alerts()) {
      assertThat(
              REASON
                  .matcher(Files.readString(RUNBOOKS.resolve(alert + ".md")))
                  .results()
                  .map(m -> m.group(1))
                  .filter(word -> word.matches("([A-Z]+[a-z]+){2,}|TLS\\w+"))
                  .filter(word -> !others.contains(word)))
          .as(alert)
          .isSubsetOf(reasons);
    }
  }
}
