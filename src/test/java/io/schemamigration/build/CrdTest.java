package io.schemamigration.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceColumnDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinition;
import io.fabric8.kubernetes.api.model.apiextensions.v1.CustomResourceDefinitionVersion;
import io.fabric8.kubernetes.api.model.apiextensions.v1.JSONSchemaProps;
import io.fabric8.kubernetes.client.CustomResource;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.schemamigration.api.SchemaMigration;
import java.io.IOException;
import java.nio.file.Files;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class CrdTest {

  private static Set<Class<? extends CustomResource<?, ?>>> kinds() {
    return CrdGenerator.FILES.keySet();
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void theCommittedFileIsTheGeneratedOne(Class<? extends CustomResource<?, ?>> kind)
      throws IOException {
    assertThat(CrdGenerator.FILES.get(kind))
        .as("run: mvn -q -Pgenerate process-test-classes")
        .content()
        .isEqualTo(CrdGenerator.yaml(kind));
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void generatingTwiceGivesTheSameText(Class<? extends CustomResource<?, ?>> kind)
      throws IOException {
    assertThat(CrdGenerator.yaml(kind)).isEqualTo(CrdGenerator.yaml(kind));
  }

  // Client-side apply keeps a copy of the object in an annotation, which may hold 256 KiB.
  @ParameterizedTest
  @MethodSource("kinds")
  void itIsSmallEnoughForClientSideApply(Class<? extends CustomResource<?, ?>> kind)
      throws IOException {
    assertThat(Files.size(CrdGenerator.FILES.get(kind))).isLessThan(100 * 1024);
  }

  @ParameterizedTest
  @MethodSource("kinds")
  void kubectlExplainHasAnAnswerForEveryField(Class<? extends CustomResource<?, ?>> kind)
      throws IOException {
    List<String> silent = new ArrayList<>();
    collectSilent("", version(kind).getSchema().getOpenAPIV3Schema(), silent);
    assertThat(silent).isEmpty();
  }

  @Test
  void columnsStandInTheOrderOfTheirImportance() throws IOException {
    List<CustomResourceColumnDefinition> columns =
        version(SchemaMigration.class).getAdditionalPrinterColumns();
    assertThat(columns.stream().filter(c -> c.getPriority() == null).map(c -> c.getName()))
        .containsExactly("Ready", "Reason", "Current", "Pending", "Age");
    assertThat(columns.stream().map(c -> c.getName()))
        .containsExactly(
            "Ready", "Reason", "Current", "Pending", "Suspended", "Database", "Message", "Age");
  }

  private static CustomResourceDefinitionVersion version(Class<? extends CustomResource<?, ?>> kind)
      throws IOException {
    return Serialization.unmarshal(CrdGenerator.yaml(kind), CustomResourceDefinition.class)
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
