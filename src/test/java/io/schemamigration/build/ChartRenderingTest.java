package io.schemamigration.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.schemamigration.config.Settings;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Whatever the values, what comes out is what Kubernetes knows. */
class ChartRenderingTest {

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(DeployGenerator.CHART.resolve("ci"))) {
      return files.sorted().toList();
    }
  }

  private static Rendering of(Path values) {
    return Rendering.parse(Rendering.render(values));
  }

  @ParameterizedTest
  @MethodSource("files")
  void noObjectHasAFieldThatItsKindHasNot(Path values) {
    assertThat(of(values).objects())
        .hasSizeGreaterThan(5)
        .allSatisfy(object -> assertThat(UnknownFields.in(object)).isEmpty());
  }

  @Test
  void aFieldThatAKindHasNotWouldBeSeen() {
    Rendering rendering =
        Rendering.of("topologySpreadConstraints: [{maxSkew: 1, topologyKye: zone}]");
    assertThat(rendering.objects())
        .flatExtracting(UnknownFields::in)
        .singleElement()
        .asString()
        .endsWith("topologySpreadConstraints[].topologyKye");
  }

  @ParameterizedTest
  @MethodSource("files")
  void helmHasNothingToComplainAbout(Path values, @TempDir Path folder) throws IOException {
    ChartCopy copy =
        ChartCopy.in(folder.resolve("schema-migration-operator"))
            .withValues(ChartValues.YAML.readTree(values.toFile()));
    LintResult result = new Helm(copy.folder()).lint().strict().call();
    assertThat(result.isFailed()).as(result.getMessages().toString()).isFalse();
    assertThat(result.getMessages()).noneMatch(m -> m.contains("[WARNING]"));
  }

  @ParameterizedTest
  @MethodSource("files")
  void noTwoObjectsMeet(Path values) {
    Set<String> seen = new HashSet<>();
    for (HasMetadata object : of(values).objects()) {
      String id =
          object.getKind()
              + " "
              + object.getMetadata().getNamespace()
              + "/"
              + object.getMetadata().getName();
      assertThat(seen.add(id)).as(id).isTrue();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyObjectSaysWhereItBelongs(Path values) {
    assertThat(of(values).objects())
        .filteredOn(object -> !object.getMetadata().getName().matches(".*-(more|text)")) // not ours
        .isNotEmpty()
        .allSatisfy(
            object ->
                assertThat(object.getMetadata().getLabels())
                    .containsKeys(
                        "app.kubernetes.io/name",
                        "app.kubernetes.io/instance",
                        "app.kubernetes.io/version"));
  }

  @Test
  void thePodOfHelmTestIsAsRestrictedAsTheOperators(@TempDir Path folder) {
    // Helm's library leaves out what is a hook.
    ChartCopy copy =
        ChartCopy.in(folder.resolve("schema-migration-operator"))
            .edit("templates/tests/smoke.yaml", text -> text.replace("helm.sh/hook", "hook"));
    Rendering rendering = Rendering.of(copy.folder());
    Pod smoke = rendering.one(Pod.class);
    assertThat(UnknownFields.in(smoke)).isEmpty();
    PodSpec operator = rendering.pod();
    PodSpec test = smoke.getSpec();
    assertThat(test.getSecurityContext()).isEqualTo(operator.getSecurityContext());
    Container container = test.getContainers().getFirst();
    assertThat(container.getSecurityContext())
        .isEqualTo(operator.getContainers().getFirst().getSecurityContext());
    assertThat(container.getImage()).isEqualTo(operator.getContainers().getFirst().getImage());
    assertThat(container.getCommand()).containsExactly("smig", "--version");
    assertThat(test.getAutomountServiceAccountToken()).isFalse();
    assertThat(smoke.getMetadata().getLabels().get("app.kubernetes.io/name"))
        .as("not selected as one of the operator's")
        .isNotEqualTo("schema-migration-operator");
  }

  @Test
  void theImageCanBePinned() {
    String digest = "sha256:" + "0".repeat(64);
    assertThat(image("{}")).matches("schema-migration-operator:\\d.*");
    assertThat(image("image: {tag: '2'}")).isEqualTo("schema-migration-operator:2");
    assertThat(image("image: {registry: 'r:5000', tag: '2', digest: '" + digest + "'}"))
        .isEqualTo("r:5000/schema-migration-operator:2@" + digest);
  }

  /** The Jobs of backups run the image that the operator runs. */
  private static String image(String values) {
    Rendering rendering = Rendering.of(values);
    String image = rendering.pod().getContainers().getFirst().getImage();
    assertThat(rendering.environment("OPERATOR_IMAGE")).isEqualTo(image);
    return image;
  }

  @Test
  void aSpreadWithoutSelectorSpreadsTheOperator() {
    String spread = "topologySpreadConstraints: [{maxSkew: 1, topologyKey: zone%s}]";
    assertThat(selector(spread.formatted("")))
        .containsEntry("app.kubernetes.io/name", "schema-migration-operator");
    assertThat(selector(spread.formatted(", labelSelector: {matchLabels: {a: b}}")))
        .hasSize(1)
        .containsEntry("a", "b");
  }

  private static Map<String, String> selector(String values) {
    return Rendering.of(values)
        .pod()
        .getTopologySpreadConstraints()
        .getFirst()
        .getLabelSelector()
        .getMatchLabels();
  }

  @Test
  void onOpenShiftTheIdsAreNotSet() {
    Rendering rendering = of(DeployGenerator.CHART.resolve("ci/openshift-values.yaml"));
    PodSpec pod = rendering.pod();
    assertThat(pod.getSecurityContext().getRunAsUser()).isNull();
    assertThat(pod.getSecurityContext().getRunAsGroup()).isNull();
    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(ChartReadme.FILE).content().contains("ci/openshift-values.yaml");
    assertThat(jobUser(rendering)).isEmpty();
    assertThat(jobUser(Rendering.of("{}"))).hasValue(65532);
    assertThat(jobUser(Rendering.of("jobs: {runAsUser: 1000680000}"))).hasValue(1000680000);
  }

  private static OptionalInt jobUser(Rendering rendering) {
    return Settings.from(Map.of("JOB_USER_ID", rendering.environment("JOB_USER_ID")))
        .jobs()
        .userId();
  }
}
