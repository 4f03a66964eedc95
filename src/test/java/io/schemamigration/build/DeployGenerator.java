package io.schemamigration.build;

import com.marcnuri.helm.Helm;
import com.marcnuri.helm.TemplateCommand;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/**
 * Writes what the chart takes from elsewhere, what Argo CD is told, then what the chart renders by
 * default, without the CRDs; {@code mvn -Pgenerate} runs it forked.
 */
public final class DeployGenerator {

  static final Path FILE = Path.of("deploy", "operator.yaml");
  static final Path CHART = Path.of("helm", "schema-migration-operator");

  private static final String NAMESPACE = "schema-migration-system";
  private static final String HEADER =
      """
      # Generated from helm/schema-migration-operator with its default values. Do not edit; run:
      # mvn -q -Pgenerate process-test-classes
      # The CRDs come first: kubectl apply --server-side -f crds/ -f deploy/
      apiVersion: v1
      kind: Namespace
      metadata:
        name: %s
        labels:
          pod-security.kubernetes.io/enforce: restricted
      """
          .formatted(NAMESPACE);

  private DeployGenerator() {}

  public static void main(String[] args) throws IOException {
    ChartCrds.write();
    ChartReadme.write();
    ArgoCd.write();
    Files.createDirectories(FILE.getParent());
    Files.writeString(FILE, yaml());
  }

  static String yaml() {
    // crds/ is applied beside this file, and to delete this file must not delete every migration.
    String rendered = chart().set("crds.install", false).call();
    return HEADER + rendered.stripTrailing() + "\n";
  }

  static TemplateCommand chart() {
    return chart(CHART);
  }

  static TemplateCommand chart(Path folder) {
    return new Helm(folder)
        .template()
        .withName("schema-migration-operator")
        .withNamespace(NAMESPACE)
        // Helm's library believes in a Kubernetes far below the chart's minimum.
        .withKubeVersion("1.34.0");
  }
}
