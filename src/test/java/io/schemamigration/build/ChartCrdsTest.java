package io.schemamigration.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** The CRDs come with the chart, and stay when it goes. */
class ChartCrdsTest {
  private static final ObjectMapper JSON = new ObjectMapper();

  private static Map<String, CustomResourceDefinition> rendered(String values) {
    return Rendering.of(values).all(CustomResourceDefinition.class).stream()
        .collect(Collectors.toMap(crd -> crd.getMetadata().getName(), crd -> crd));
  }

  private static Map<String, CustomResourceDefinition> generated() throws IOException {
    try (Stream<Path> files = Files.list(ChartCrds.CRDS)) {
      return files
          .map(ChartCrdsTest::read)
          .collect(Collectors.toMap(crd -> crd.getMetadata().getName(), crd -> crd));
    }
  }

  private static CustomResourceDefinition read(Path file) {
    try {
      return (CustomResourceDefinition)
          Rendering.parse(Files.readString(file)).objects().getFirst();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  @Test
  void theCommittedTemplatesAreTheGeneratedOnes() throws IOException {
    assertThat(ChartCrds.committed())
        .as("run: mvn -q -Pgenerate process-test-classes")
        .isEqualTo(ChartCrds.templates());
  }

  @Test
  void whatIsRenderedIsWhatIsApplied() throws IOException {
    Map<String, CustomResourceDefinition> rendered = rendered("{}");
    assertThat(rendered.keySet()).isEqualTo(generated().keySet());
    for (CustomResourceDefinition crd : generated().values()) {
      JsonNode spec = JSON.valueToTree(crd.getSpec());
      JsonNode ours = JSON.valueToTree(rendered.get(crd.getMetadata().getName()).getSpec());
      assertThat(ours).isEqualTo(spec);
    }
  }

  @Test
  void theyStayWhenTheReleaseGoes() {
    assertThat(rendered("{}").values())
        .allSatisfy(
            crd ->
                assertThat(crd.getMetadata().getAnnotations())
                    .containsEntry("helm.sh/resource-policy", "keep"));
  }

  @Test
  void unlessTheyShallGo() {
    assertThat(rendered("crds: {keep: false}").values())
        .isNotEmpty()
        .allSatisfy(crd -> assertThat(crd.getMetadata().getAnnotations()).isNullOrEmpty());
  }

  @Test
  void moreAnnotationsStandBesideThat() {
    assertThat(rendered("crds: {annotations: {a: b}}").values())
        .isNotEmpty()
        .allSatisfy(
            crd ->
                assertThat(crd.getMetadata().getAnnotations())
                    .containsEntry("a", "b")
                    .containsEntry("helm.sh/resource-policy", "keep"));
  }

  @Test
  void theyCanBeLeftToSomebodyElse() {
    assertThat(rendered("crds: {install: false}")).isEmpty();
  }

  @Test
  void theChartsDescriptionNamesThemAll() throws IOException {
    JsonNode chart =
        ChartValues.YAML.readTree(DeployGenerator.CHART.resolve("Chart.yaml").toFile());
    JsonNode named =
        ChartValues.YAML.readTree(
            chart.path("annotations").path("artifacthub.io/crds").textValue());
    Set<String> names = new TreeSet<>();
    named.forEach(
        crd -> {
          names.add(crd.path("name").textValue() + " " + crd.path("kind").textValue());
          assertThat(crd.path("version").textValue()).isEqualTo("v1");
        });
    assertThat(names)
        .isEqualTo(
            generated().values().stream()
                .map(crd -> crd.getMetadata().getName() + " " + kind(crd))
                .collect(Collectors.toCollection(TreeSet::new)));
  }

  private static String kind(CustomResourceDefinition crd) {
    return crd.getSpec().getNames().getKind();
  }
}
