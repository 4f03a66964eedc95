package io.schemamigration.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import io.schemamigration.plan.Split.Problem;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlSplitterProblemsTest {
  @ParameterizedTest(name = "{0}")
  @MethodSource("problems")
  void refusesWithTheLineOfTheCause(String sql, int line, String message) {
    List<Problem> problems = SqlSplitter.split(sql).problems();
    assertThat(problems).hasSize(1);
    assertThat(problems.getFirst().line()).isEqualTo(line);
    assertThat(problems.getFirst().message()).startsWith(message).endsWith(".");
  }

  static Stream<Arguments> problems() {
    return Stream.of(
        arguments("SELECT 1;\nROLLBACK;", 2, "ROLLBACK ends"),
        arguments("SELECT 1;\r\n\r\nrollback work;", 3, "ROLLBACK ends"),
        arguments("SELECT 1;\r/*\r*/ ROLLBACK AND CHAIN;", 3, "ROLLBACK ends"),
        arguments("ABORT", 1, "ABORT ends"),
        arguments("/**/commit", 1, "COMMIT ends"),
        arguments("COMMIT AND CHAIN;", 1, "COMMIT ends"),
        arguments("END;", 1, "END ends"),
        arguments("BEGIN READ WRITE;", 1, "BEGIN would start"),
        arguments("START TRANSACTION;", 1, "START TRANSACTION would start"),
        arguments("PREPARE TRANSACTION 'secret';", 1, "PREPARE TRANSACTION takes part"),
        arguments("COMMIT PREPARED 'secret';", 1, "COMMIT PREPARED takes part"),
        arguments("ROLLBACK PREPARED 'secret';", 1, "ROLLBACK PREPARED takes part"),
        arguments("CLOSE/**/ALL;", 1, "CLOSE ALL also closes"),
        arguments("DISCARD ALL;", 1, "DISCARD ALL cannot run"),
        arguments("COPY t (a, b) TO STDOUT;", 1, "COPY TO STDOUT"),
        arguments("COPY (SELECT * FROM stdin) TO STDIN CSV;", 1, "COPY TO STDOUT"),
        arguments("COPY s.to FROM STDOUT;", 1, "COPY FROM STDIN"),
        arguments("SELECT 1;\nCOPY t FROM stdin; SELECT 2;\n", 2, "COPY FROM STDIN without"),
        arguments("COPY t FROM stdin;\n1\n", 1, "COPY FROM STDIN without"),
        arguments("SET TRANSACTION READ WRITE;", 1, "The transaction's mode"),
        arguments(
            "SET LOCAL TRANSACTION ISOLATION LEVEL SERIALIZABLE;", 1, "The transaction's mode"),
        arguments("SET SESSION transaction_read_only = off;", 1, "The transaction's mode"),
        arguments("SET \"transaction_isolation\" = serializable;", 1, "The transaction's mode"),
        arguments("SET SESSION CHARACTERISTICS AS TRANSACTION READ WRITE;", 1, "SET SESSION CHAR"),
        arguments("SET LOCAL SESSION CHARACTERISTICS AS TRANSACTION READ ONLY;", 1, "SET SESSION"),
        arguments("SELECT 1;\nSELECT '\0';", 2, "The file has a NUL"),
        arguments("SELECT 1;\n\\restrict abc'\nSELECT 2;", 2, "A backslash command"),
        arguments("\\restrict abc \\\\ DROP TABLE t;\n", 1, "A backslash command"),
        arguments("SELECT 1\n\\restrict abc\n;", 2, "A backslash command"),
        arguments("SET client_encoding = 'LATIN1';\nVACUUM;", 1, "The file is sent as UTF-8"),
        arguments("SET NAMES 'LATIN1';\nCOPY t FROM stdin;\n\\.\n", 1, "The file is sent as UTF-8"),
        arguments("VACUUM;\nSET DateStyle = 'German';", 2, "This format of dates"),
        arguments(
            "\\i other.sql",
            1,
            "A backslash command is for psql only, the server does not know it. Put that"),
        arguments(
            "\\copy t from 'x'",
            1,
            "A backslash command is for psql only, the server does not know it. Write COPY"),
        arguments(
            "\\connect other",
            1,
            "A backslash command is for psql only, the server does not know it. A file"),
        arguments("SELECT 1\n\\gexec (\n;", 2, "A backslash command"),
        arguments("SELECT 1;\n\uFEFFSELECT 2;", 2, "A byte order mark"),
        arguments("SELECT 1 AS a\uFEFF;", 1, "A byte order mark"),
        arguments("SELECT 1 AS \"\uFEFF\";", 1, "A byte order mark"),
        arguments("SELECT 1;\nSELECT '\n;ROLLBACK;\n", 2, "A string starts"),
        arguments("\nSELECT E'\\';\n", 2, "A string starts"),
        arguments("SELECT E'\\", 1, "A string starts"),
        arguments("\n\nSELECT \"a;\n", 3, "A quoted identifier starts"),
        arguments("SELECT\n$a$;\n$$ $A$", 2, "A dollar-quoted string starts"),
        arguments("SELECT 1;\n\n/* a /* b */\n", 3, "A comment starts"),
        arguments("SELECT 1\n;CREATE TABLE t\n(a int;\nROLLBACK", 3, "A parenthesis opens"),
        arguments(
            "CREATE FUNCTION f() RETURNS int\nBEGIN\nATOMIC\nSELECT CASE 1 WHEN 1 THEN 2 END;\n",
            2,
            "BEGIN ATOMIC starts"),
        arguments(
            "CREATE FUNCTION begin() RETURNS int LANGUAGE sql AS '';\nROLLBACK;",
            2,
            "ROLLBACK ends"),
        arguments(
            "CREATE FUNCTION f() RETURNS int BEGIN ATOMIC SELECT 1 case; END;\nROLLBACK;",
            2,
            "ROLLBACK ends"),
        arguments(
            "SET standard_conforming_strings TO off;\nSELECT 'a\\'; ROLLBACK; --';",
            2,
            "A string with a backslash"),
        arguments(
            "SET SESSION \"standard_conforming_strings\" = $$0$$;\nSELECT '\\n';",
            2,
            "A string with a backslash"));
  }

  @Test
  void messagesNeverQuoteTheFile() {
    assertThat(problems().map(a -> a.get()[0]).map(sql -> SqlSplitter.split((String) sql)))
        .flatExtracting(Split::problems)
        .extracting(Problem::message)
        .noneMatch(message -> message.contains("secret"));
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "SAVEPOINT a; ROLLBACK TO a; ROLLBACK WORK TO SAVEPOINT a; RELEASE a;",
        "PREPARE transaction AS SELECT 1; PREPARE transaction(int) AS SELECT $1; PREPARE p AS"
            + " SELECT 1;",
        "CLOSE c; DISCARD TEMP; DISCARD PLANS; DISCARD SEQUENCES; LISTEN a; UNLISTEN *;",
        "COPY t FROM '/a'; COPY stdin FROM '/a'; COPY t TO PROGRAM 'x'; COPY t TO \"stdout\";",
        "SET ROLE a; RESET ROLE; SET SESSION AUTHORIZATION a; SET LOCAL lock_timeout = 0; RESET"
            + " ALL;",
        "SET client_encoding = 'UTF8'; SET SESSION search_path = a; SET TIME ZONE 'UTC';",
        "SET CONSTRAINTS ALL DEFERRED; SET XML OPTION DOCUMENT; SET NAMES 'UTF8';",
        "CREATE TEMP TABLE a (begin int, commit int, rollback int); DO $$ BEGIN ROLLBACK; END $$;",
        "CALL commit(); SELECT rollback FROM begin; SELECT '\uFEFF', $$\uFEFF$$ /* \uFEFF */;",
        "SELECT '\\restrict', $$\n\\restrict\n$$ /*\n\\restrict\n*/;",
        "SET standard_conforming_strings = off; SELECT 'a', E'\\''; RESET ALL; SELECT '\\';",
        "SET standard_conforming_strings = off; SET standard_conforming_strings = ON; SELECT '\\';",
        "SELECT pg_advisory_unlock_all();",
        "COPY t FROM stdin;\n1\n\\.\nCOPY t FROM STDIN CSV;\n\\.",
        "SET client_encoding = 'LATIN1'; SET DateStyle = 'German'; SELECT 1;",
        "SET client_encoding = 'utf-8'; SET datestyle = ISO, MDY; VACUUM;",
        "\\restrict aB3\nSELECT 1;\n\\unrestrict aB3\n"
      })
  void letsTheseStatementsRun(String sql) {
    assertThat(SqlSplitter.split(sql).problems()).isEmpty();
  }

  @Test
  void reportsEveryProblemInTheOrderOfLines() {
    Split split = SqlSplitter.split("BEGIN;\nSELECT \uFEFF\n1;\nCOMMIT;\nSELECT '\0");
    assertThat(split.problems()).extracting(Problem::line).containsExactly(1, 2, 4, 5, 5);
  }
}
