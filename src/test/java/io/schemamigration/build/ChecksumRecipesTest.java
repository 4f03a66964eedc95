package io.schemamigration.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.marcnuri.helm.Helm;
import io.fabric8.generator.annotation.Pattern;
import io.schemamigration.api.SourceSpec;
import io.schemamigration.plan.ScriptSet;
import io.schemamigration.plan.SourceFile;
import io.schemamigration.testing.Markdown;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Who pins the files by a recipe of docs/gitops.md pins them by what the operator computes. */
class ChecksumRecipesTest {
  private static final Path DOCS = Path.of("docs", "gitops.md");

  /** What sorts differently in a locale, and bytes that a tool on the way might want to mend. */
  private static final Map<String, String> FILES =
      Map.of(
          "pg_0001_a.sql", "CREATE TABLE a(id int);\n",
          "pg_0001_B.sql", "CREATE TABLE b(id int);",
          "pg_0010_c-1.sql", "SELECT 'ü' || $$ {{ no template }} $$;\r\n",
          "pg_02_d.sql", "\tSELECT 1;\n\n",
          "rollback_pg_0001_a.sql", "DROP TABLE a;\n",
          "rollback_pg_0001_B.sql", "  \n");

  @TempDir Path folder;

  @BeforeEach
  void writeFiles() throws IOException {
    Path sql = Files.createDirectories(folder.resolve("sql"));
    for (var file : FILES.entrySet()) {
      Files.writeString(sql.resolve(file.getKey()), file.getValue());
    }
    Files.writeString(sql.resolve("README.md"), "no SQL");
  }

  private static String expected() {
    List<SourceFile> files = new ArrayList<>();
    FILES.forEach((name, text) -> files.add(new SourceFile("sql", name, bytes(text))));
    return ScriptSet.of(files).checksum();
  }

  private static byte[] bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8);
  }

  @Test
  void theShellsIsTheOperators() throws Exception {
    List<String> recipes =
        Markdown.blocks(DOCS, "sh").stream().filter(b -> b.startsWith("(cd sql")).toList();
    assertThat(recipes).hasSize(1);
    Process process =
        new ProcessBuilder("sh", "-c", recipes.getFirst())
            .directory(folder.toFile())
            .redirectErrorStream(true)
            .start();
    String said = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(process.waitFor()).as(said).isZero();
    assertThat(said).isEqualTo(expected() + "\n");
    Pattern taken = SourceSpec.class.getField("checksum").getAnnotation(Pattern.class);
    assertThat(said.stripTrailing()).matches(taken.value());
  }

  @Test
  void itIsTheSameEverywhere() throws IOException {
    String recipe =
        "(cd sql && export LC_ALL=C && sha256sum *.sql) | sha256sum | sed 's/ .*//; s/^/sha256:/'";
    assertThat(Files.readString(DOCS)).contains("checksum=$( " + recipe + ")");
    assertThat(Markdown.blocks(DOCS, "sh")).contains(recipe + "\n");
    assertThat(Files.readString(Path.of("README.md"))).contains(recipe);
  }

  @Test
  void helmsIsTheOperatorsAndThatOfItsConfigMap() throws IOException {
    List<JsonNode> objects = rendered();
    assertThat(objects).hasSize(2);
    assertThat(one(objects, "ConfigMap").path("data")).hasSize(FILES.size());
    assertThat(seen(objects)).isEqualTo(expected());
    assertThat(pinned(objects)).isEqualTo(expected());
  }

  @Test
  void helmDropsAByteOrderMarkFromBoth() throws IOException {
    Files.writeString(folder.resolve(Path.of("sql", "pg_0001_a.sql")), "\uFEFFSELECT 1;\n");
    List<JsonNode> marked = rendered();
    assertThat(pinned(marked)).isEqualTo(seen(marked));
    Files.writeString(folder.resolve(Path.of("sql", "pg_0001_a.sql")), "SELECT 1;\n");
    assertThat(pinned(rendered())).isEqualTo(pinned(marked));
  }

  /** What the recipe makes of the files, in a chart. */
  private List<JsonNode> rendered() throws IOException {
    List<String> recipes = Markdown.blocks(DOCS, "helm");
    assertThat(recipes).hasSize(1);
    Files.writeString(
        folder.resolve("Chart.yaml"), "apiVersion: v2\nname: orders\nversion: 1.0.0\n");
    Files.writeString(
        Files.createDirectories(folder.resolve("templates")).resolve("schema.yaml"),
        recipes.getFirst());
    return ChartValues.YAML
        .readerFor(JsonNode.class)
        .<JsonNode>readValues(new Helm(folder).template().withName("orders").call())
        .readAll();
  }

  /** What the operator computes of the rendered ConfigMap. */
  private static String seen(List<JsonNode> objects) {
    List<SourceFile> files = new ArrayList<>();
    one(objects, "ConfigMap")
        .path("data")
        .properties()
        .forEach(
            file ->
                files.add(new SourceFile("", file.getKey(), bytes(file.getValue().textValue()))));
    return ScriptSet.of(files).checksum();
  }

  private static String pinned(List<JsonNode> objects) {
    return one(objects, "SchemaMigration").at("/spec/source/checksum").textValue();
  }

  private static JsonNode one(List<JsonNode> objects, String kind) {
    return objects.stream()
        .filter(object -> kind.equals(object.path("kind").textValue()))
        .findFirst()
        .orElseThrow();
  }
}
