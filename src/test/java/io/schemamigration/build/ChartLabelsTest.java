package io.schemamigration.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.StreamReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Where maps of the values meet, and what stands in them. */
class ChartLabelsTest {
  /** As kustomize reads: a key twice is an error. */
  private static final ObjectMapper STRICT =
      new ObjectMapper(
          YAMLFactory.builder().enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION).build());

  private static final String AGGREGATE = "rbac.authorization.k8s.io/aggregate-to-view";

  private static List<JsonNode> read(String text) throws IOException {
    return STRICT.readerFor(JsonNode.class).<JsonNode>readValues(text).readAll();
  }

  @Test
  void theMoreSpecialOfTwoIsTheOneThatIsThere() throws IOException {
    String text =
        Rendering.text(
            """
            commonLabels: {team: all, %s: "false"}
            podLabels: {team: pods}
            rbac: {aggregateToView: true}
            metrics:
              serviceMonitor: {enabled: true, labels: {team: scrapes-services}}
              podMonitor: {enabled: true, labels: {team: ""}}
            prometheusRule: {enabled: true, labels: {team: rules}}
            grafanaDashboard: {enabled: true, labels: {team: dashboards}}
            """
                .formatted(AGGREGATE));
    Map<String, String> teams = new TreeMap<>();
    for (JsonNode object : read(text)) {
      JsonNode labels = object.at("/metadata/labels");
      teams.put(object.path("kind").textValue(), labels.path("team").textValue());
      JsonNode pods = object.at("/spec/template/metadata/labels");
      if (pods.isObject()) {
        teams.put("pods", pods.path("team").textValue());
      }
      if (object.at("/metadata/name").asText().endsWith(":view")) {
        assertThat(labels.path(AGGREGATE).textValue()).isEqualTo("true");
      }
    }
    assertThat(teams)
        .containsEntry("Deployment", "all")
        .containsEntry("pods", "pods")
        .containsEntry("ServiceMonitor", "scrapes-services")
        .containsEntry("PodMonitor", "")
        .containsEntry("PrometheusRule", "rules")
        .containsEntry("ConfigMap", "dashboards");
  }

  @Test
  void aReleaseMayHaveANumberForAName() throws IOException {
    String text =
        DeployGenerator.chart()
            .withName("123")
            .set("nameOverride", "0x7")
            .set("topologySpreadConstraints[0].topologyKey", "zone")
            .call();
    for (JsonNode object : read(text)) {
      for (JsonNode name : object.findValues("app.kubernetes.io/name")) {
        assertThat(name.isTextual()).as(object.toString()).isTrue();
      }
      for (JsonNode instance : object.findValues("app.kubernetes.io/instance")) {
        assertThat(instance.textValue()).as(object.toString()).isEqualTo("123");
      }
    }
    assertThat(text).contains("app.kubernetes.io/name: \"0x7\"");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "commonLabels",
        "crds.annotations",
        "crds.keep",
        "podLabels",
        "rbac.aggregateToView",
        "metrics.podMonitor.labels",
        "prometheusRule.labels",
        "prometheusRule.alertLabels",
        "grafanaDashboard.labels"
      })
  void whatIsTakenAwayIsEmpty(String path) throws IOException {
    String[] keys = path.split("\\.");
    String everything =
        Files.readString(DeployGenerator.CHART.resolve("ci").resolve("everything-values.yaml"));
    JsonNode values = ChartValues.YAML.readTree(everything);
    ObjectNode parent = (ObjectNode) values;
    for (int i = 0; i < keys.length - 1; i++) {
      parent = (ObjectNode) parent.path(keys[i]);
    }
    parent.putNull(keys[keys.length - 1]);
    assertThat(read(Rendering.text(values.toString()))).isNotEmpty();
  }
}
