package io.schemamigration.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.NamespaceBuilder;
import io.fabric8.kubernetes.api.model.Pod;
import io.fabric8.kubernetes.api.model.PodBuilder;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.base.PatchContext;
import io.fabric8.kubernetes.client.dsl.base.PatchType;
import io.schemamigration.testing.KubeApi;
import io.schemamigration.testing.Tiers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** A real API server takes what the chart makes, of which typed objects only know the fields. */
class ChartIT {
  private static final PatchContext STRICT_TRIAL =
      new PatchContext.Builder()
          .withPatchType(PatchType.SERVER_SIDE_APPLY)
          .withFieldManager("test")
          .withForce(true)
          .withFieldValidation("Strict")
          .withDryRun(List.of("All"))
          .build();

  private static final String OPENSHIFT = "podSecurityContext: {runAsUser: null, runAsGroup: null}";

  private static KubeApi api;

  @BeforeAll
  static void findAnApiServer() {
    api = Tiers.requireRealApi();
  }

  private static List<Path> files() throws IOException {
    try (Stream<Path> files = Files.list(DeployGenerator.CHART.resolve("ci"))) {
      return files.sorted().toList();
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void everyObjectIsTaken(Path values, @TempDir Path folder) throws IOException {
    ChartCopy copy =
        ChartCopy.in(folder.resolve("schema-migration-operator"))
            .withValues(ChartValues.YAML.readTree(values.toFile()))
            .edit("templates/tests/smoke.yaml", text -> text.replace("helm.sh/hook", "hook"));
    try (KubernetesClient client = api.client()) {
      for (HasMetadata object : Rendering.of(copy.folder()).objects()) {
        // Its kinds are those of another operator, which is not here.
        if (!object.getApiVersion().startsWith("monitoring.coreos.com/")) {
          assertTaken(client, object);
        }
      }
    }
  }

  /** Of a Deployment Pod Security only warns; its pods are what is refused. */
  @ParameterizedTest
  @ValueSource(strings = {"{}", OPENSHIFT})
  void podSecurityTakesTheOperatorsPod(String values) {
    try (KubernetesClient client = api.client()) {
      assertTaken(client, pod(values));
    }
  }

  @Test
  void podSecurityWouldRefuseAnotherPod() {
    try (KubernetesClient client = api.client()) {
      Pod pod = pod("securityContext: {allowPrivilegeEscalation: true}");
      assertThatThrownBy(() -> assertTaken(client, pod)).hasMessageContaining("restricted");
    }
  }

  private static Pod pod(String values) {
    PodSpec spec = Rendering.of(values).pod();
    spec.setServiceAccountName(null); // nobody makes its token here
    spec.setAutomountServiceAccountToken(false);
    return new PodBuilder()
        .withNewMetadata()
        .withName("operator")
        .withNamespace("schema-migration-system")
        .endMetadata()
        .withSpec(spec)
        .build();
  }

  private static void assertTaken(KubernetesClient client, HasMetadata object) {
    String namespace = object.getMetadata().getNamespace();
    if (namespace != null) {
      client.resource(namespace(namespace)).createOr(there -> there.update());
    }
    HasMetadata taken =
        namespace == null
            ? client.resource(object).patch(STRICT_TRIAL)
            : client.resource(object).inNamespace(namespace).patch(STRICT_TRIAL);
    assertThat(taken.getMetadata().getName()).isEqualTo(object.getMetadata().getName());
  }

  private static Namespace namespace(String name) {
    return new NamespaceBuilder()
        .withNewMetadata()
        .withName(name)
        .addToLabels("pod-security.kubernetes.io/enforce", "restricted")
        .endMetadata()
        .build();
  }
}
