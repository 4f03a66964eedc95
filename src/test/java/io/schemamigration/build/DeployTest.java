package io.schemamigration.build;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.LintResult;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.EnvVar;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What an installation is allowed to do, and what it looks like. */
class DeployTest {

  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  @Test
  void theCommittedFileIsTheGeneratedOne() {
    assertThat(DeployGenerator.FILE)
        .as("run: mvn -q -Pgenerate process-test-classes")
        .content()
        .isEqualTo(DeployGenerator.yaml());
  }

  @Test
  void helmHasNothingToComplainAbout() {
    LintResult result = new Helm(DeployGenerator.CHART).lint().strict().call();
    assertThat(result.isFailed()).as(result.getMessages().toString()).isFalse();
    assertThat(result.getMessages()).noneMatch(m -> m.contains("[WARNING]"));
  }

  @Test
  void theChartHasTheVersionOfTheBuild() throws Exception {
    String version =
        Files.readString(Path.of("pom.xml"))
            .replaceFirst("(?s).*?<artifactId>schema-migration-operator</artifactId>", "")
            .replaceFirst("(?s).*?<version>(.*?)</version>.*", "$1");
    assertThat(DeployGenerator.CHART.resolve("Chart.yaml"))
        .content()
        .contains("\nversion: " + version + "\n")
        .contains("\nappVersion: " + version + "\n");
    assertThat(container(byDefault()).getImage()).isEqualTo("schema-migration-operator:" + version);
  }

  @Test
  void theOperatorMayDoThisAndNothingElse() {
    assertThat(rights(byDefault(), ClusterRole.class))
        .containsExactlyInAnyOrder(
            "schemamigration.io/schemamigrations,databasebackups [get, list, watch]",
            "schemamigration.io/schemarollbacks,databaserestores [list, watch]",
            "schemamigration.io/databasebackups [create, delete, patch]",
            "batch/jobs [get, list, create, patch, delete]",
            "/pods [list]",
            "/pods/log [get]",
            "/persistentvolumeclaims [get, create]",
            "schemamigration.io/schemamigrations/status,schemarollbacks/status,"
                + "databasebackups/status,databaserestores/status [update]",
            "/configmaps [get, list, watch]",
            "/secrets [get]",
            "events.k8s.io/events [get, list, create, patch]",
            "/namespaces kube-system [get]");
    assertThat(rights(byDefault(), Role.class))
        .containsExactly("coordination.k8s.io/leases [get, create, patch, update]");
  }

  @Test
  void withNamespacesNothingIsClusterWideButTheUidOfKubeSystem() {
    List<HasMetadata> objects =
        resources(
            DeployGenerator.chart()
                .set("watchNamespaces[0]", "orders")
                .set("watchNamespaces[1]", "users")
                .call());
    assertThat(rights(objects, ClusterRole.class)).containsExactly("/namespaces kube-system [get]");
    assertThat(of(objects, ClusterRoleBinding.class)).hasSize(1);
    for (String namespace : List.of("orders", "users")) {
      List<HasMetadata> there = in(objects, namespace);
      assertThat(rights(there, Role.class))
          .containsExactlyInAnyOrder(
              "schemamigration.io/schemamigrations,databasebackups [get, list, watch]",
              "schemamigration.io/schemarollbacks,databaserestores [list, watch]",
              "schemamigration.io/databasebackups [create, delete, patch]",
              "batch/jobs [get, list, create, patch, delete]",
              "/pods [list]",
              "/pods/log [get]",
              "/persistentvolumeclaims [get, create]",
              "schemamigration.io/schemamigrations/status,schemarollbacks/status,"
                  + "databasebackups/status,databaserestores/status [update]",
              "/configmaps [get, list, watch]",
              "/secrets [get]",
              "events.k8s.io/events [get, list, create, patch]");
      assertThat(of(there, RoleBinding.class))
          .singleElement()
          .satisfies(
              b ->
                  assertThat(b.getSubjects())
                      .singleElement()
                      .satisfies(
                          s -> assertThat(s.getNamespace()).isEqualTo("schema-migration-system")));
    }
    assertThat(environment(objects, "WATCH_NAMESPACES")).isEqualTo("orders,users");
  }

  @Test
  void thePodIsAsRestrictedAsPodSecurityKnows() {
    PodSpec pod = pod(byDefault());
    assertThat(pod.getSecurityContext().getRunAsNonRoot()).isTrue();
    assertThat(pod.getSecurityContext().getRunAsUser()).isEqualTo(65532);
    assertThat(pod.getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
    assertThat(pod.getContainers()).hasSize(1);
    Container container = pod.getContainers().getFirst();
    assertThat(container.getSecurityContext().getAllowPrivilegeEscalation()).isFalse();
    assertThat(container.getSecurityContext().getReadOnlyRootFilesystem()).isTrue();
    assertThat(container.getSecurityContext().getCapabilities().getDrop()).containsExactly("ALL");
    assertThat(container.getVolumeMounts())
        .singleElement()
        .extracting("mountPath")
        .isEqualTo("/tmp");
  }

  @Test
  void theDeploymentIsWhatTheProgramExpects() {
    List<HasMetadata> objects = byDefault();
    Container container = container(objects);
    assertThat(container.getLivenessProbe().getHttpGet().getPath()).isEqualTo("/healthz");
    assertThat(container.getReadinessProbe().getHttpGet().getPath()).isEqualTo("/readyz");
    assertThat(container.getPorts())
        .singleElement()
        .satisfies(
            p -> {
              assertThat(p.getName()).isEqualTo("http");
              assertThat(p.getContainerPort()).isEqualTo(8080);
            });
    assertThat(pod(objects).getTerminationGracePeriodSeconds()).isEqualTo(90);
    assertThat(environment(objects, "WATCH_NAMESPACES")).isEmpty();
    assertThat(environment(objects, "LEADER_ELECTION")).isEqualTo("true");
    assertThat(environment(objects, "LOG_FORMAT")).isEqualTo("json");
    assertThat(container.getEnv()).extracting("name").contains("POD_NAME", "POD_NAMESPACE");
  }

  @Test
  void everyValueOfTheChartArrives() {
    List<HasMetadata> objects =
        resources(
            DeployGenerator.chart()
                .set("image.repository", "registry.example/smo")
                .set("image.tag", "1.2.3")
                .set("image.pullPolicy", "Always")
                .set("replicas", 3)
                .set("resources.limits.memory", "1Gi")
                .call());
    Container container = container(objects);
    assertThat(container.getImage()).isEqualTo("registry.example/smo:1.2.3");
    assertThat(container.getImagePullPolicy()).isEqualTo("Always");
    assertThat(container.getResources().getLimits().get("memory")).hasToString("1Gi");
    assertThat(deployment(objects).getSpec().getReplicas()).isEqualTo(3);
  }

  @Test
  void aMistypedValueIsRefused() {
    assertThatThrownBy(() -> DeployGenerator.chart().set("replicaCount", 3).call())
        .hasMessageContaining("replicaCount");
    assertThatThrownBy(() -> DeployGenerator.chart().set("watchNamespaces", "orders").call())
        .hasMessageContaining("watchNamespaces");
  }

  private static List<HasMetadata> byDefault() {
    return resources(DeployGenerator.yaml());
  }

  private static List<HasMetadata> resources(String yaml) {
    return Stream.of(yaml.split("(?m)^---$"))
        .filter(document -> document.contains("kind:"))
        .<HasMetadata>map(YAML::unmarshal)
        .toList();
  }

  private static <T extends HasMetadata> List<T> of(List<HasMetadata> objects, Class<T> kind) {
    return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  private static List<HasMetadata> in(List<HasMetadata> objects, String namespace) {
    return objects.stream().filter(o -> namespace.equals(o.getMetadata().getNamespace())).toList();
  }

  private static List<String> rights(List<HasMetadata> objects, Class<? extends HasMetadata> kind) {
    return of(objects, kind).stream()
        .flatMap(
            role ->
                switch (role) {
                  case ClusterRole clusterRole -> clusterRole.getRules().stream();
                  case Role namespaced -> namespaced.getRules().stream();
                  default -> Stream.<PolicyRule>empty();
                })
        .map(DeployTest::describe)
        .toList();
  }

  private static String describe(PolicyRule rule) {
    return String.join(",", rule.getApiGroups())
        + "/"
        + String.join(",", rule.getResources())
        + rule.getResourceNames().stream().map(n -> " " + n).reduce("", String::concat)
        + " "
        + rule.getVerbs();
  }

  private static Deployment deployment(List<HasMetadata> objects) {
    return of(objects, Deployment.class).getFirst();
  }

  private static PodSpec pod(List<HasMetadata> objects) {
    return deployment(objects).getSpec().getTemplate().getSpec();
  }

  private static Container container(List<HasMetadata> objects) {
    return pod(objects).getContainers().getFirst();
  }

  private static String environment(List<HasMetadata> objects, String name) {
    return container(objects).getEnv().stream()
        .filter(e -> e.getName().equals(name))
        .map(EnvVar::getValue)
        .map(value -> value == null ? "" : value)
        .findFirst()
        .orElseThrow();
  }
}
