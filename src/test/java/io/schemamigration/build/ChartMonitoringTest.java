package io.schemamigration.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.openshift.api.model.monitoring.v1.PodMonitor;
import io.fabric8.openshift.api.model.monitoring.v1.PrometheusRule;
import io.fabric8.openshift.api.model.monitoring.v1.Rule;
import io.fabric8.openshift.api.model.monitoring.v1.RuleGroup;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.Test;

/** What Prometheus and Grafana are given. */
class ChartMonitoringTest {

  private static List<Rule> rules(String values) {
    return Rendering.of(values).one(PrometheusRule.class).getSpec().getGroups().stream()
        .map(RuleGroup::getRules)
        .flatMap(List::stream)
        .toList();
  }

  private static Rule rule(List<Rule> rules, String alert) {
    return rules.stream().filter(r -> alert.equals(r.getAlert())).findFirst().orElseThrow();
  }

  @Test
  void byDefaultThereIsNothing() {
    Rendering rendering = Rendering.of("{}");
    assertThat(rendering.all(Service.class)).isEmpty();
    assertThat(rendering.all(ServiceMonitor.class)).isEmpty();
    assertThat(rendering.all(PodMonitor.class)).isEmpty();
    assertThat(rendering.all(PrometheusRule.class)).isEmpty();
    assertThat(rendering.all(ConfigMap.class)).isEmpty();
  }

  @Test
  void aServiceCanBeHadWithoutAMonitor() {
    assertThat(Rendering.of("metrics: {service: {enabled: true}}").all(Service.class)).hasSize(1);
  }

  @Test
  void aServiceMonitorBringsTheServiceThatItSelects() {
    Rendering rendering = Rendering.of("metrics: {serviceMonitor: {enabled: true}}");
    ServiceMonitor monitor = rendering.one(ServiceMonitor.class);
    Service service = rendering.one(Service.class);
    assertThat(service.getMetadata().getLabels())
        .containsAllEntriesOf(monitor.getSpec().getSelector().getMatchLabels());
    assertThat(service.getSpec().getPorts())
        .singleElement()
        .satisfies(
            p ->
                assertThat(p.getName())
                    .isEqualTo(monitor.getSpec().getEndpoints().getFirst().getPort()));
  }

  @Test
  void theNamespaceOfAMigrationIsNotThatOfTheOperatorsPod() {
    Rendering rendering =
        Rendering.of("metrics: {serviceMonitor: {enabled: true}, podMonitor: {enabled: true}}");
    assertThat(rendering.one(ServiceMonitor.class).getSpec().getEndpoints())
        .singleElement()
        .satisfies(e -> assertThat(e.getHonorLabels()).isTrue());
    assertThat(rendering.one(PodMonitor.class).getSpec().getPodMetricsEndpoints())
        .singleElement()
        .satisfies(e -> assertThat(e.getHonorLabels()).isTrue());
  }

  @Test
  void whereTheKindsMayBeMissingHelmSaysSoOrMakesNone() {
    String monitor = "metrics: {renderMode: %s, podMonitor: {enabled: true}}";
    assertThatThrownBy(() -> Rendering.text(monitor.formatted("failIfMissing")))
        .hasMessageContaining("monitoring.coreos.com/v1");
    assertThat(Rendering.of(monitor.formatted("skipIfMissing")).all(PodMonitor.class)).isEmpty();
    assertThat(Rendering.of("metrics: {renderMode: failIfMissing}").objects()).isNotEmpty();
  }

  @Test
  void theRulesAreThoseOfTheFile() throws IOException {
    JsonNode file = ChartValues.YAML.readTree(AlertsTest.RULES.toFile());
    List<Rule> rules = rules("prometheusRule: {enabled: true}");
    for (JsonNode expected : file.at("/groups/0/rules")) {
      Rule rule = rule(rules, expected.path("alert").textValue());
      assertThat(rule.getExpr().getStrVal()).isEqualTo(expected.path("expr").textValue());
      assertThat(rule.getFor()).isEqualTo(expected.path("for").textValue());
      assertThat(rule.getAnnotations()).containsOnlyKeys("summary", "description");
      assertThat(rule.getAnnotations().get("summary"))
          .isEqualTo(expected.at("/annotations/summary").textValue());
    }
    assertThat(rules).hasSize(file.at("/groups/0/rules").size());
  }

  @Test
  void theRulesLookForTheOperatorOfTheirRelease() {
    PrometheusRule rule =
        Rendering.parse(
                DeployGenerator.chart()
                    .withNamespace("elsewhere")
                    .set("prometheusRule.enabled", true)
                    .call())
            .one(PrometheusRule.class);
    assertThat(rule.getSpec().toString())
        .contains("namespace=\"elsewhere\"")
        .doesNotContain("schema-migration-system");
  }

  @Test
  void anAlertCanBeLeftOutLabelledAndExplained() {
    List<Rule> rules =
        rules(
            """
            prometheusRule:
              enabled: true
              disabled: [SchemaMigrationPendingTooLong]
              alertLabels: {team: platform, severity: page}
              runbookUrl: https://example/runbooks/
            """);
    assertThat(rules)
        .extracting(Rule::getAlert)
        .hasSize(6)
        .doesNotContain("SchemaMigrationPendingTooLong");
    assertThat(rule(rules, "SchemaMigrationStalled").getLabels())
        .containsEntry("team", "platform")
        .containsEntry("severity", "page");
    assertThat(rule(rules, "SchemaMigrationStalled").getAnnotations())
        .containsEntry("runbook_url", "https://example/runbooks/SchemaMigrationStalled.md");
  }

  @Test
  void theSchemaKnowsEveryAlertThatCanBeLeftOut() throws IOException {
    JsonNode known =
        new ObjectMapper()
            .readTree(DeployGenerator.CHART.resolve("values.schema.json").toFile())
            .at("/properties/prometheusRule/properties/disabled/items/enum");
    Set<String> names =
        StreamSupport.stream(known.spliterator(), false)
            .map(JsonNode::textValue)
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(names).isEqualTo(AlertsTest.alerts());
  }

  @Test
  void theDashboardIsTheFile() throws IOException {
    ConfigMap map = Rendering.of("grafanaDashboard: {enabled: true}").one(ConfigMap.class);
    assertThat(map.getMetadata().getLabels()).containsEntry("grafana_dashboard", "1");
    ObjectMapper json = new ObjectMapper();
    assertThat(json.readTree(map.getData().get("schema-migration-operator.json")))
        .isEqualTo(json.readTree(AlertsTest.DASHBOARD.toFile()));
  }
}
