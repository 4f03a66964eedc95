package io.schemamigration.api;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.fasterxml.jackson.databind.JsonNode;
import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReview;
import io.fabric8.kubernetes.api.model.authorization.v1.SubjectAccessReviewBuilder;
import io.fabric8.kubernetes.client.dsl.FieldValidateable;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.schemamigration.testing.Markdown;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * What documents and deploy/ tell people to apply is what an API server takes, to the last field.
 */
class ManifestsIT {
  private static final KubernetesSerialization YAML = new KubernetesSerialization();
  private static final Pattern WHOLE = Pattern.compile("(?m)\\A(#.*\\n)*apiVersion:");

  /** Their CRDs are not ours; that they are YAML is all that is seen here. */
  private static final Set<String> FOREIGN =
      Set.of("argoproj.io", "kustomize.config.k8s.io", "kustomize.toolkit.fluxcd.io");

  private static final Path GITOPS = Path.of("docs", "gitops.md");

  private static CrdServer server;

  @BeforeAll
  static void start() throws Exception {
    server = CrdServer.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  private static Stream<Path> documents() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("docs"))) {
      List<Path> pages = files.filter(file -> file.toString().endsWith(".md")).sorted().toList();
      return Stream.concat(Stream.of(Path.of("README.md")), pages.stream())
          .filter(page -> !whole(page).isEmpty());
    }
  }

  private static List<String> whole(Path document) {
    try {
      return Markdown.blocks(document, "yaml").stream()
          .filter(block -> WHOLE.matcher(block).find())
          .toList();
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private static Stream<Path> files() throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("deploy"))) {
      return files
          .filter(file -> file.toString().endsWith(".yaml"))
          .filter(file -> file.getParent().endsWith("testdata") || isExample(file))
          .sorted()
          .toList()
          .stream();
    }
  }

  private static boolean isExample(Path file) {
    return file.getParent().endsWith("example");
  }

  @ParameterizedTest
  @MethodSource("documents")
  void whatADocumentShowsIsTaken(Path document) {
    for (String block : whole(document)) {
      taken(block);
    }
  }

  @ParameterizedTest
  @MethodSource("files")
  void whatIsShippedIsTaken(Path file) throws IOException {
    taken(Files.readString(file));
  }

  /** By the Role that the document gives it. */
  @Test
  void aPodThatWaitsMayGetItsMigrationAndNothingElse() throws IOException {
    List<String> recipes =
        Markdown.blocks(GITOPS, "yaml").stream().filter(b -> b.contains("kind: Role\n")).toList();
    assertThat(recipes).hasSize(1);
    List<String> objects =
        Stream.of(recipes.getFirst().split("(?m)^---$"))
            .filter(document -> document.contains("rbac.authorization"))
            .toList();
    objects.forEach(
        text ->
            server
                .client()
                .resource(YAML.unmarshal(text, GenericKubernetesResource.class))
                .inNamespace("default")
                .create());
    await().until(() -> may("get", "orders"));
    assertThat(may("get", "users")).isFalse();
    assertThat(may("list", null)).isFalse();
    assertThat(may("watch", "orders")).isFalse();
    assertThat(may("patch", "orders")).isFalse();
  }

  private static boolean may(String verb, String name) {
    SubjectAccessReview review =
        new SubjectAccessReviewBuilder()
            .withNewSpec()
            .withUser("system:serviceaccount:default:orders")
            .withNewResourceAttributes()
            .withNamespace("default")
            .withGroup(SchemaMigration.GROUP)
            .withResource("schemamigrations")
            .withName(name)
            .withVerb(verb)
            .endResourceAttributes()
            .endSpec()
            .build();
    return server.client().resource(review).create().getStatus().getAllowed();
  }

  private static void taken(String text) {
    for (String document : text.split("(?m)^---$")) {
      JsonNode object = YAML.unmarshal(document, JsonNode.class);
      String version = object.path("apiVersion").textValue();
      assertThat(version).as(document).isNotEmpty();
      if (!FOREIGN.contains(version.replaceFirst("/.*", ""))) {
        create(YAML.unmarshal(document, GenericKubernetesResource.class));
      }
    }
  }

  private static void create(GenericKubernetesResource resource) {
    resource.getMetadata().setNamespace("default");
    GenericKubernetesResource made =
        server
            .client()
            .resource(resource)
            .fieldValidation(FieldValidateable.Validation.STRICT)
            .create();
    server.client().resource(made).delete();
  }
}
