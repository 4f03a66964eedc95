package io.schemamigration.build;

import com.marcnuri.helm.TemplateCommand;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.stream.Stream;

/** What the chart makes of values, as typed objects. */
record Rendering(List<HasMetadata> objects) {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();

  /** Of values in YAML, over the chart's defaults. */
  static Rendering of(String values) {
    return parse(text(values));
  }

  /** Of a chart that lies elsewhere, with its defaults. */
  static Rendering of(Path chart) {
    return parse(DeployGenerator.chart(chart).call());
  }

  static String text(String values) {
    try {
      Path file = Files.createTempFile("values", ".yaml");
      try {
        Files.writeString(file, values);
        return render(file);
      } finally {
        Files.delete(file);
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /**
   * The chart with a file of values.
   *
   * @throws RuntimeException with the schema's or the template's words, if Helm refuses them
   */
  static String render(Path values) {
    TemplateCommand template = DeployGenerator.chart();
    return template.withValuesFile(values).call();
  }

  static Rendering parse(String text) {
    return new Rendering(
        Stream.of(text.split("(?m)^---$"))
            .filter(document -> document.contains("kind:"))
            .<HasMetadata>map(YAML::unmarshal)
            .toList());
  }

  <T extends HasMetadata> List<T> all(Class<T> kind) {
    return objects.stream().filter(kind::isInstance).map(kind::cast).toList();
  }

  <T extends HasMetadata> T one(Class<T> kind) {
    List<T> all = all(kind);
    if (all.size() != 1) {
      throw new AssertionError(all.size() + " of " + kind.getSimpleName());
    }
    return all.getFirst();
  }

  PodSpec pod() {
    return one(Deployment.class).getSpec().getTemplate().getSpec();
  }

  String environment(String name) {
    return pod().getContainers().getFirst().getEnv().stream()
        .filter(e -> e.getName().equals(name))
        .map(e -> e.getValue())
        .findFirst()
        .orElse(null);
  }

  /** The rules of all Roles and ClusterRoles that are not for people. */
  List<PolicyRule> operatorRules() {
    return Stream.concat(
            all(ClusterRole.class).stream()
                .filter(r -> !r.getMetadata().getName().matches(".*:(view|edit|rollback)"))
                .flatMap(r -> r.getRules().stream()),
            all(Role.class).stream().flatMap(r -> r.getRules().stream()))
        .toList();
  }
}
