package io.schemamigration.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

class SqlSplitterTest {
  @ParameterizedTest(name = "{0}")
  @MethodSource("hardInputs")
  void findsTheStatementsThatTheServerFinds(String what, String sql, List<String> expected) {
    Split split = SqlSplitter.split(sql);
    assertThat(split.problems()).isEmpty();
    assertThat(texts(sql, split)).isEqualTo(expected);
  }

  static Stream<Arguments> hardInputs() {
    return Stream.of(
        same("one statement without a semicolon", "SELECT 1"),
        hard("comments around a statement", "/* a; */ SELECT 1 -- b;", "SELECT 1"),
        hard("nothing", ""),
        hard("comments alone", "-- a;\n/* b; */\n"),
        hard("lone semicolons", "; ;SELECT 1;; ;", "SELECT 1;"),
        same("nested dollar quotes", "SELECT $a$ ; $$ ; $b$ $a$;", "SELECT $$;$$;"),
        same("dollar tags tell upper from lower case", "SELECT $a$;$A$;$a$;", "SELECT 1;"),
        same("a dollar quote that ends in a longer tag", "SELECT $a$;$aa$;$a$;", "SELECT 2;"),
        same("escape strings", "SELECT E'it\\'s; \\\\';", "SELECT e'a''b\\';';"),
        same("backslashes in plain strings", "SELECT '\\';", "SELECT N'\\', b'\\', X'\\';"),
        same(
            "a string that goes on keeps its escapes",
            "SELECT E'a' --;'\n  'b\\'; c';",
            "SELECT 1;"),
        same("a string on the same line does not", "SELECT E'a' '\\';", "SELECT 2;"),
        same("a column begin with the alias atomic", "SELECT begin atomic;", "SELECT 2;"),
        same(
            "Unicode strings and names", "SELECT U&'\\', u&\"a;\"\"\\\", \"we;ird\";", "SELECT 1;"),
        same("a letter before a string that is no prefix", "SELECT xe'\\';", "SELECT true'\\';"),
        same("names with dollars", "SELECT foo$bar$;", "SELECT b$bar$, é$é$;", "SELECT 1;"),
        same("parameters are no dollar quotes", "SELECT $1;", "SELECT $2, $1$$;$$;"),
        same("a number before a dollar quote", "SELECT 1$$;$$, 1e5$$;$$, .5$a$;$a$;", "SELECT 1;"),
        same("numbers with dots", "SELECT 1..e5$$;", "SELECT 1.e5$$;$$;", "SELECT 1.5E+7;"),
        same("nested comments", "SELECT /* ; /* ' */ ; */ 1;", "SELECT 2 -- ;'\n;"),
        same("comments right behind operators", "SELECT 1 +--;\n 2 */* ; */ 3;", "SELECT 2;"),
        same("a comment that a lone carriage return ends", "SELECT 1 --;\r + 2;", "SELECT 2;"),
        same(
            "a rule with two statements",
            "CREATE RULE r AS ON INSERT TO t DO (SELECT 1; SELECT 2);"),
        same("one parenthesis too many hides nothing", "SELECT 1);", "SELECT 2;"),
        hard(
            "rows of COPY",
            "COPY s.t FROM stdin; -- rows\n1\t'\n\\.\nSELECT 1;COPY t FROM STDIN;\r\n(;\r\n\\.\r\n",
            "COPY s.t FROM stdin; -- rows\n1\t'\n\\.",
            "SELECT 1;",
            "COPY t FROM STDIN;\r\n(;\r\n\\."),
        same("DO blocks", "DO $$ BEGIN COMMIT; END $$;", "DO LANGUAGE plpgsql 'BEGIN; END';"),
        same(
            "function bodies with CASE",
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT CASE WHEN a THEN CASE b WHEN 1"
                + " THEN 2 END END; RETURN 1; END;",
            "create or replace procedure p()\nbegin /* ; */ atomic select 1; end;",
            "CREATE FUNCTION g() RETURNS void BEGIN ATOMIC END;",
            "SELECT 1;"),
        same(
            "columns that are named like the words of a function body",
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 AS case; SELECT t.end, 1 case;"
                + " SELECT 2 END; END;",
            "SELECT 1;"),
        same(
            "functions that are named like the words of a function body",
            "CREATE FUNCTION begin() RETURNS int LANGUAGE sql AS 'SELECT 1';",
            "CREATE FUNCTION atomic(begin int) RETURNS int LANGUAGE sql RETURN 1;",
            "SELECT 1;"),
        same(
            "quoted names that look like keywords",
            "CREATE TABLE \"begin\" (\"end\" int, \"commit\" int);",
            "\"rollback\";",
            "SELECT \"ABORT\" FROM \"begin\";"),
        same("other scripts", "SELECT 'Ж; 日本';", "SELECT $метка$ ; $метка$ 🦄;", "SELECT '🦄;';"),
        hard(
            "a byte order mark and CRLF",
            "\uFEFFSELECT 1;\r\nSELECT 2;\r\n",
            "SELECT 1;",
            "SELECT 2;"),
        same("placeholders in data", "INSERT INTO t VALUES ('${x};', ':y');", "SELECT ${x};"),
        same("the header of a dump", "SET standard_conforming_strings = on;", "SELECT 'a\\';"));
  }

  @Test
  void followsTheSettingThatGivesPlainStringsEscapes() {
    String sql = "SET standard_conforming_strings = off; SELECT 'a\\'; b'; SELECT 1;";
    assertThat(texts(sql, SqlSplitter.split(sql))).hasSize(3);
  }

  @Test
  void countsEveryKindOfLineEnd() {
    String sql = "SELECT '\n\r\n\r\r';\n\n\rSELECT 2; SELECT 3 -- a\r;\r\nSELECT 4";
    assertThat(SqlSplitter.split(sql).statements())
        .extracting(Statement::line)
        .containsExactly(1, 8, 8, 10);
  }

  /** The statements stand alone in the text, parted by a blank. */
  private static Arguments same(String what, String... statements) {
    return hard(what, String.join(" ", statements), statements);
  }

  private static Arguments hard(String what, String sql, String... statements) {
    return arguments(what, sql, List.of(statements));
  }

  private static List<String> texts(String sql, Split split) {
    return split.statements().stream().map(s -> sql.substring(s.start(), s.end())).toList();
  }
}
