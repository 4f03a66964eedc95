package io.schemamigration.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class SqlSplitterPropertiesTest {
  private static final List<String> FRAGMENTS =
      List.of(
          ("'~''~\"~\"\"~E'~e'\\'~U&'~u&\"~B'~N'~$~$$~$a$~$A$~$1~a$~1e5~1.~..~;~;;~(~)~\\~"
                  + "\\'~\\.~\n\\.\n~--~/*~*/~/~*~\n~\r~\r\n~ ~\t~\f~\0~\uFEFF~\uD83D~🦄~Ж~BEGIN~"
                  + " ATOMIC ~ END~ CASE ~CREATE FUNCTION f() ~"
                  + "CREATE OR REPLACE PROCEDURE p() BEGIN ATOMIC ~COPY t FROM STDIN;~COPY t TO ~"
                  + "SET standard_conforming_strings = off;~RESET ALL;~ROLLBACK~ TO ~COMMIT;~"
                  + "SELECT 1;~SELECT 'a'\n'b';~SET TRANSACTION ~ALTER TABLE t DETACH PARTITION ~"
                  + "REINDEX (CONCURRENTLY~ALTER SUBSCRIPTION s SET (~pg_advisory_unlock_all~[~{~.~"
                  + "::~=~x~_1~COPY~CLUSTER~SET~SET LOCAL ~CREATE ")
              .split("~"));

  @Test
  void holdsItsPromisesOnAnyText() {
    Random random = new Random(20_260_101);
    for (int round = 0; round < 30_000; round++) {
      checkPromises(anyText(random));
    }
  }

  /** What may be met in SQL, in no order that makes sense. */
  static String anyText(Random random) {
    StringBuilder text = new StringBuilder();
    for (int i = random.nextInt(14); i >= 0; i--) {
      text.append(FRAGMENTS.get(random.nextInt(FRAGMENTS.size())));
    }
    return text.toString();
  }

  @Test
  void anyStatementsWithAnythingBetweenThemSplitBackIntoThese() {
    List<String> corpus =
        SqlSplitterTest.hardInputs()
            .flatMap(a -> ((List<?>) a.get()[2]).stream())
            .map(String.class::cast)
            .filter(s -> s.endsWith(";") || s.endsWith("\n\\."))
            .filter(s -> !s.contains("standard_conforming_strings"))
            .distinct()
            .toList();
    assertThat(corpus).hasSizeGreaterThan(40);
    List<String> between =
        List.of("\n", "\n \t\f", "\n-- ';\n", "\n/* ; /* ' */ $$ */", "\r\n;", "\n--\\.\n\n");
    Random random = new Random(20_260_103);
    for (int round = 0; round < 5_000; round++) {
      List<String> statements = new ArrayList<>();
      StringBuilder text = new StringBuilder();
      for (int i = random.nextInt(12); i >= 0; i--) {
        text.append(between.get(random.nextInt(between.size())));
        statements.add(corpus.get(random.nextInt(corpus.size())));
        text.append(statements.getLast());
      }
      text.append(between.get(random.nextInt(between.size())));
      String sql = text.toString();
      Split split = SqlSplitter.split(sql);
      assertThat(split.problems()).as(sql).isEmpty();
      assertThat(split.statements().stream().map(s -> sql.substring(s.start(), s.end())).toList())
          .as(sql)
          .isEqualTo(statements);
    }
  }

  private static void checkPromises(String sql) {
    Split split = SqlSplitter.split(sql);
    int end = 0;
    for (Statement statement : split.statements()) {
      assertThat(statement.start()).as(sql).isGreaterThanOrEqualTo(end);
      assertThat(statement.end()).as(sql).isGreaterThan(statement.start());
      assertThat(statement.line()).as(sql).isBetween(1, 1 + sql.length());
      assertOnlyBlanksAndComments(sql, end, statement.start());
      end = statement.end();
    }
    assertThat(end).as(sql).isLessThanOrEqualTo(sql.length());
    assertOnlyBlanksAndComments(sql, end, sql.length());
  }

  /** Looks for itself, with none of the code under test. */
  private static void assertOnlyBlanksAndComments(String sql, int from, int to) {
    int at = from;
    while (at < to) {
      if (sql.startsWith("--", at)) {
        while (at < to && sql.charAt(at) != '\n' && sql.charAt(at) != '\r') {
          at++;
        }
      } else if (sql.startsWith("/*", at)) {
        int depth = 0;
        do {
          boolean opens = sql.startsWith("/*", at);
          boolean closes = sql.startsWith("*/", at);
          depth += opens ? 1 : closes ? -1 : 0;
          at += opens || closes ? 2 : 1;
        } while (depth > 0 && at < to);
      } else {
        boolean mark = at == 0 && sql.charAt(at) == '\uFEFF';
        assertThat(mark || " \t\n\u000B\f\r;".indexOf(sql.charAt(at)) >= 0)
            .as("a token at %d outside every statement of <%s>", at, sql)
            .isTrue();
        at++;
      }
    }
  }

  /** A square anywhere would not end: five million units squared is hours. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "INSERT INTO t VALUES (1, 'a;''b', E'\\'', $$;$$, \"c\");\n",
        "(",
        ")",
        ";",
        "'",
        "\"",
        "$a$ ",
        "$a",
        "$",
        "a$",
        "/*",
        "/*/",
        "*/",
        "--",
        "\\",
        "\\x\n",
        "E'a'\n",
        "E'a' ",
        "E'' -- a\n",
        "\n",
        "\r",
        "\uFEFF",
        "1e",
        "1.",
        "COPY t FROM STDIN;",
        "COPY t FROM STDIN;\n",
        "COPY t FROM STDIN;\n\\.x",
        "COPY t FROM STDIN; --\n\\.\n",
        "CREATE FUNCTION f() BEGIN ATOMIC ",
        "SELECT 1,",
        "begin atomic;end ",
        "a.",
        "SET LOCAL ",
        "SET standard_conforming_strings=off;SELECT '\\\\';",
        "ALTER TABLE a DETACH PARTITION b."
      })
  void takesTimeInProportionToTheLength(String unit) {
    String sql = unit.repeat(5_000_000 / unit.length());
    assertThat(SqlSplitter.split(sql).statements()).hasSizeLessThanOrEqualTo(sql.length());
  }
}
