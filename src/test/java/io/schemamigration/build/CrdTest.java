package io.schemamigration.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;

class CrdTest {

  @Test
  void theCommittedFileIsTheGeneratedOne() throws IOException {
    assertThat(CrdGenerator.FILE)
        .as("run: mvn -q -Pgenerate process-test-classes")
        .content()
        .isEqualTo(CrdGenerator.yaml());
  }

  @Test
  void generatingTwiceGivesTheSameText() throws IOException {
    assertThat(CrdGenerator.yaml()).isEqualTo(CrdGenerator.yaml());
  }

  // Client-side apply keeps a copy of the object in an annotation, which may hold 256 KiB.
  @Test
  void itIsSmallEnoughForClientSideApply() throws IOException {
    assertThat(Files.size(CrdGenerator.FILE)).isLessThan(100 * 1024);
  }

  @Test
  void kubectlExplainHasAnAnswerForEveryField() throws IOException {
    List<String> silent = new ArrayList<>();
    collectSilent("", version().getSchema().getOpenAPIV3Schema(), silent);
    assertThat(silent).isEmpty();
  }

  @Test
  void columnsStandInTheOrderOfTheirImportance() throws IOException {
    List<CustomResourceColumnDefinition> columns = version().getAdditionalPrinterColumns();
    assertThat(columns.stream().filter(c -> c.getPriority() == null).map(c -> c.getName()))
        .containsExactly("Ready", "Reason", "Current", "Pending", "Age");
    assertThat(columns.stream().map(c -> c.getName()))
        .containsExactly(
            "Ready", "Reason", "Current", "Pending", "Suspended", "Database", "Message", "Age");
  }

  private static CustomResourceDefinitionVersion version() throws IOException {
    return Serialization.unmarshal(CrdGenerator.yaml(), CustomResourceDefinition.class)
        .getSpec()
        .getVersions()
        .getFirst();
  }

  private static void collectSilent(String path, JSONSchemaProps schema, List<String> silent) {
    if (schema.getDescription() == null || schema.getDescription().isBlank()) {
      silent.add(path);
    }
    schema.getProperties().forEach((name, s) -> collectSilent(path + "." + name, s, silent));
    if (schema.getItems() != null) {
      collectSilent(path + "[]", schema.getItems().getSchema(), silent);
    }
  }
}
