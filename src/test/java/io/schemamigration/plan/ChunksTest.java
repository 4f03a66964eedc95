package io.schemamigration.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Random;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ChunksTest {
  private static List<String> chunks(String sql, int limit) {
    return Chunks.of(sql, SqlSplitter.split(sql), limit);
  }

  @Test
  void cutsAtStatementBoundariesOnly() {
    assertThat(chunks("-- a\nSELECT 1; SELECT 'long long long'; SELECT 3;\nSELECT 4; -- b", 20))
        .containsExactly(
            "-- a\nSELECT 1; ", "SELECT 'long long long';", " SELECT 3;\nSELECT 4;", " -- b");
    assertThat(chunks("", 20)).isEmpty();
  }

  @Test
  void rowsAreAPieceOfTheirOwnWhateverTheLimit() {
    String copy = "COPY t FROM STDIN;\n1\n\\.";
    assertThat(chunks("SELECT 1;\n" + copy + "\n" + copy + "\nSELECT 2;", 1_000))
        .containsExactly("SELECT 1;\n", copy, "\n", copy, "\nSELECT 2;");
  }

  @Test
  void joinedGiveAnyTextAndOnlyWhatCannotBeCutIsLongerThanTheLimit() {
    Random random = new Random(20_260_101);
    for (int round = 0; round < 30_000; round++) {
      String sql = SqlSplitterPropertiesTest.anyText(random);
      int limit = random.nextInt(30);
      Split split = SqlSplitter.split(sql);
      List<String> chunks = Chunks.of(sql, split, limit);
      assertThat(String.join("", chunks)).isEqualTo(sql);
      assertThat(chunks)
          .as(sql)
          .allMatch(c -> !c.isEmpty())
          .allMatch(c -> c.length() <= limit || pieces(sql, split).contains(c));
    }
  }

  private static List<String> pieces(String sql, Split split) {
    Stream.Builder<String> pieces = Stream.builder();
    int end = 0;
    for (Statement statement : split.statements()) {
      pieces.add(sql.substring(end, statement.start()));
      pieces.add(sql.substring(statement.start(), statement.end()));
      end = statement.end();
    }
    return pieces.add(sql.substring(end)).build().toList();
  }

  /** A square anywhere would not end: as with the splitter. */
  @ParameterizedTest
  @ValueSource(strings = {"x;", "x ; ", "--\n", "COPY t FROM STDIN;\n\\.\n", "x"})
  void takesTimeInProportionToTheLength(String unit) {
    String sql = unit.repeat(5_000_000 / unit.length());
    assertThat(chunks(sql, Chunks.MESSAGE).stream().mapToInt(String::length).sum())
        .isEqualTo(sql.length());
  }
}
