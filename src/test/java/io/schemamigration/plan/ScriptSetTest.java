package io.schemamigration.plan;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.annotation.JsonPropertyDescription;
import io.schemamigration.api.SchemaMigrationStatus;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ScriptSetTest {

  @Test
  void a_name_gives_sequence_and_hash_and_the_undo_file_joins_its_migration() {
    ScriptSet set =
        set(text("pg_0012_a_b-c.d.sql", "SELECT 1;"), text("rollback_pg_12_a_b-c.d.sql", "x"));
    assertThat(set.problems()).isEmpty();
    assertThat(set.files()).isEqualTo(2);
    assertThat(set.scripts())
        .singleElement()
        .satisfies(
            s -> {
              assertThat(s.sequence()).isEqualTo(12);
              assertThat(s.hash()).isEqualTo("a_b-c.d");
              assertThat(s.text()).isEqualTo("SELECT 1;");
              assertThat(s.undo().map(Script.Undo::text)).contains("x");
            });
  }

  @Test
  void kubectl_explain_counts_undo_files_as_the_reader_does() throws NoSuchFieldException {
    assertThat(set(text("pg_1_a.sql", "a"), text("rollback_pg_1_a.sql", "b")).files()).isEqualTo(2);
    assertThat(
            SchemaMigrationStatus.Source.class
                .getField("files")
                .getAnnotation(JsonPropertyDescription.class)
                .value())
        .contains("undo scripts included");
  }

  @Test
  void files_are_ordered_by_number_and_not_by_name() {
    ScriptSet set = set(text("pg_10_b.sql", "b"), text("pg_9_a.sql", "a"));
    assertThat(set.scripts()).extracting(Script::hash).containsExactly("a", "b");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "x.sql",
        "pg_a_b.sql",
        "pg_1_.sql",
        "PG_1_a.sql",
        "pg_1_a b.sql",
        "pg_-1_a.sql",
        "pg_1234567890123456789_a.sql",
        "V1__a.sql",
        "rollback_pg_1.sql"
      })
  void another_sql_file_is_refused(String name) {
    assertThat(set(text(name, "SELECT 1;")).blocking())
        .singleElement()
        .satisfies(p -> assertThat(p.text()).startsWith(name + ": is neither pg_"));
  }

  @Test
  void keys_that_are_no_sql_files_are_ignored() {
    ScriptSet set = set(text("README.md", "x"), text("pg_1_a.sql.bak", "x"), text("sql", "x"));
    assertThat(set.problems()).isEmpty();
    assertThat(set.files()).isZero();
    assertThat(set.checksum()).isEqualTo("sha256:" + Digest.sha256(""));
  }

  @Test
  void the_same_number_twice_is_a_problem_of_both_files_while_they_are_pending() {
    ScriptSet set = set(text("pg_07_a.sql", "a"), text("pg_7_b.sql", "b"));
    assertThat(set.blocking()).isEmpty();
    assertThat(set.problems())
        .extracting(Problem::hash)
        .containsExactly(Optional.of("b"), Optional.of("a"));
    assertThat(set.problems().getFirst().text()).contains("the sequence of pg_07_a.sql");
  }

  @Test
  void the_same_hash_twice_always_blocks() {
    ScriptSet set = set(text("pg_1_a.sql", "a"), text("pg_2_a.sql", "b"));
    assertThat(set.blocking())
        .singleElement()
        .satisfies(p -> assertThat(p.text()).startsWith("pg_2_a.sql: has the hash of pg_1_a.sql"));
  }

  @Test
  void an_undo_file_without_its_migration_blocks() {
    ScriptSet set = set(text("pg_1_a.sql", "a"), text("rollback_pg_2_a.sql", "b"));
    assertThat(set.blocking())
        .singleElement()
        .satisfies(
            p ->
                assertThat(p.text())
                    .startsWith("rollback_pg_2_a.sql: ")
                    .contains("add pg_2_a.sql"));
  }

  @Test
  void two_undo_files_of_one_migration_block() {
    ScriptSet set =
        set(
            text("pg_7_a.sql", "a"),
            text("rollback_pg_07_a.sql", "b"),
            text("rollback_pg_7_a.sql", "c"));
    assertThat(set.blocking())
        .singleElement()
        .satisfies(
            p ->
                assertThat(p.text())
                    .contains("rollback_pg_07_a.sql")
                    .contains("rollback_pg_7_a.sql"));
  }

  @Test
  void an_empty_file_is_a_problem_while_it_is_pending() {
    ScriptSet set = set(text("pg_1_a.sql", " \n"));
    assertThat(set.blocking()).isEmpty();
    assertThat(set.problems())
        .singleElement()
        .satisfies(p -> assertThat(p.text()).startsWith("pg_1_a.sql: is empty"));
  }

  @Test
  void a_compressed_file_counts_as_what_is_in_it() throws IOException {
    ScriptSet packed =
        set(file("a", "pg_1_a.sql.gz", gzip("SELECT 1;".getBytes(StandardCharsets.UTF_8))));
    ScriptSet plain = set(text("pg_1_a.sql", "SELECT 1;"));
    assertThat(packed).isEqualTo(plain);
  }

  @Test
  void what_is_not_gzip_blocks() {
    assertThat(set(text("pg_1_a.sql.gz", "SELECT 1;")).blocking())
        .singleElement()
        .satisfies(p -> assertThat(p.text()).startsWith("pg_1_a.sql.gz: is not gzip"));
  }

  @Test
  void a_decompression_bomb_blocks_and_is_not_kept() throws IOException {
    byte[] bomb = gzip(new byte[65 << 20]);
    assertThat(bomb.length).isLessThan(1 << 20);
    ScriptSet set = set(text("pg_1_a.sql", "a"), file("a", "pg_2_b.sql.gz", bomb));
    assertThat(set.scripts()).extracting(Script::hash).containsExactly("a");
    assertThat(set.blocking())
        .singleElement()
        .satisfies(p -> assertThat(p.text()).contains("pg_2_b.sql").contains("64 MiB"));
  }

  @Test
  void many_files_are_too_much_together() throws IOException {
    byte[] packed = gzip(new byte[7 << 20]);
    List<SourceFile> files = new ArrayList<>();
    for (int i = 1; i <= 10; i++) {
      files.add(file("a", "pg_" + i + "_h" + i + ".sql.gz", packed));
    }
    ScriptSet set = ScriptSet.of(files);
    assertThat(set.scripts()).hasSize(9);
    assertThat(set.blocking())
        .singleElement()
        .satisfies(p -> assertThat(p.file()).isEqualTo("pg_10_h10.sql"));
  }

  @Test
  void a_file_over_8_MiB_is_a_problem_while_it_is_pending() {
    ScriptSet set = set(file("a", "pg_1_a.sql", new byte[(8 << 20) + 1]));
    assertThat(set.blocking()).isEmpty();
    assertThat(set.problems()).extracting(Problem::message).anyMatch(m -> m.contains("8 MiB"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "\uFEFF"})
  void invalid_UTF_8_is_told_with_its_line(String mark) {
    byte[] bytes = (mark + "a\nb\n\u00ff").getBytes(StandardCharsets.UTF_8);
    byte[] broken = java.util.Arrays.copyOf(bytes, bytes.length - 1);
    ScriptSet set = set(file("a", "pg_1_a.sql", broken));
    assertThat(set.blocking()).isEmpty();
    assertThat(set.problems())
        .singleElement()
        .satisfies(p -> assertThat(p.text()).startsWith("pg_1_a.sql:3: is not valid UTF-8"));
  }

  @Test
  void line_ends_behind_the_invalid_byte_do_not_count() {
    byte[] bytes = {(byte) 0xEF, (byte) 0xBB, (byte) 0xBF, 'a', (byte) 0xFF, '\n', '\n'};
    assertThat(set(file("a", "pg_1_a.sql", bytes)).problems())
        .extracting(Problem::line)
        .containsExactly(1);
  }

  @Test
  void a_byte_order_mark_and_CRLF_change_the_checksum_of_the_set_but_not_the_digest_of_the_file() {
    ScriptSet unix = set(text("pg_1_a.sql", "a\nb\r\n"));
    ScriptSet windows = set(text("pg_1_a.sql", "\uFEFFa\r\nb\r\n"));
    assertThat(sha256(windows)).isEqualTo(sha256(unix)).isEqualTo(Digest.sha256("a\nb\n"));
    assertThat(windows.checksum()).isNotEqualTo(unix.checksum());
    assertThat(windows.scripts().getFirst().text()).isEqualTo("a\r\nb\r\n");
    assertThat(sha256(set(text("pg_1_a.sql", "a\rb\n")))).isEqualTo(Digest.sha256("a\rb\n"));
  }

  @Test
  void a_key_in_two_maps_blocks_and_names_both() {
    ScriptSet set =
        set(
            file("one", "pg_1_a.sql", new byte[] {'a'}),
            file("two", "pg_1_a.sql", new byte[] {'a'}));
    assertThat(set.blocking())
        .singleElement()
        .satisfies(p -> assertThat(p.text()).startsWith("pg_1_a.sql: is in both one and two"));
  }

  @Test
  void a_file_beside_its_own_compressed_form_blocks() throws IOException {
    ScriptSet set =
        set(text("pg_1_a.sql", "a"), file("a", "pg_1_a.sql.gz", gzip(new byte[] {'a'})));
    assertThat(set.blocking())
        .singleElement()
        .satisfies(p -> assertThat(p.text()).contains("twice in a"));
  }

  @Test
  void the_order_in_which_files_come_does_not_matter() {
    SourceFile a = text("pg_1_a.sql", "a");
    SourceFile b = text("pg_2_b.sql", "b");
    assertThat(set(a, b)).isEqualTo(set(b, a));
  }

  @Test
  void the_checksum_is_what_sha256sum_prints(@TempDir Path dir) throws Exception {
    Map<String, String> texts = new TreeMap<>();
    texts.put("pg_1_a.sql", "SELECT 1;\r\n");
    texts.put("pg_10_B.sql", "\uFEFFSELECT 'ä';");
    texts.put("pg_10_a-.sql", "");
    texts.put("pg_2_a_b.sql", "x");
    texts.put("rollback_pg_2_a_b.sql", "y");
    texts.put("notes.txt", "not counted");
    List<SourceFile> files = new ArrayList<>();
    for (Map.Entry<String, String> e : texts.entrySet()) {
      Files.writeString(dir.resolve(e.getKey()), e.getValue());
      files.add(text(e.getKey(), e.getValue()));
    }
    Process process =
        new ProcessBuilder("sh", "-c", "(export LC_ALL=C && sha256sum *.sql) | sha256sum")
            .directory(dir.toFile())
            .redirectErrorStream(true)
            .start();
    String printed = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    assertThat(ScriptSet.of(files).checksum()).isEqualTo("sha256:" + printed.split(" ")[0]);
  }

  private static String sha256(ScriptSet set) {
    return set.scripts().getFirst().sha256();
  }

  private static ScriptSet set(SourceFile... files) {
    return ScriptSet.of(List.of(files));
  }

  private static SourceFile text(String name, String text) {
    return file("a", name, text.getBytes(StandardCharsets.UTF_8));
  }

  private static SourceFile file(String origin, String name, byte[] bytes) {
    return new SourceFile(origin, name, bytes);
  }

  private static byte[] gzip(byte[] bytes) throws IOException {
    ByteArrayOutputStream packed = new ByteArrayOutputStream();
    try (GZIPOutputStream out = new GZIPOutputStream(packed)) {
      out.write(bytes);
    }
    return packed.toByteArray();
  }
}
