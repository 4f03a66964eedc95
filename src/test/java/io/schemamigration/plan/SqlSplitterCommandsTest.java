package io.schemamigration.plan;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.util.stream.Stream;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class SqlSplitterCommandsTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE INDEX CONCURRENTLY i ON t (a)",
        "create /* */ unique index concurrently on t (a);",
        "DROP INDEX CONCURRENTLY IF EXISTS i",
        "REINDEX INDEX CONCURRENTLY i",
        "REINDEX (VERBOSE, CONCURRENTLY) TABLE t",
        "REINDEX (concurrently on) TABLE t",
        "REINDEX SCHEMA s",
        "REINDEX (VERBOSE) DATABASE d",
        "REINDEX SYSTEM",
        "ALTER TABLE IF EXISTS ONLY a.\"b\" DETACH PARTITION c.\"d\" CONCURRENTLY;",
        "VACUUM",
        "VACUUM (FULL) t",
        "CLUSTER",
        "CLUSTER VERBOSE;",
        "CLUSTER (VERBOSE)",
        "ALTER SYSTEM SET a = 1",
        "CREATE DATABASE d",
        "DROP DATABASE d",
        "ALTER DATABASE d SET TABLESPACE t",
        "ALTER DATABASE d WITH TABLESPACE t",
        "CREATE TABLESPACE t LOCATION '/a'",
        "DROP TABLESPACE t",
        "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p",
        "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (create_slot = true)",
        "ALTER SUBSCRIPTION s REFRESH PUBLICATION",
        "ALTER SUBSCRIPTION s SET PUBLICATION p",
        "ALTER SUBSCRIPTION s SET (failover = true)",
        "DROP SUBSCRIPTION s"
      })
  void knowsWhatCannotRunInATransaction(String sql) {
    assertThat(SqlSplitter.split(sql).statements())
        .singleElement()
        .returns(false, Statement::transactional);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CREATE INDEX i ON t (a)",
        "CREATE INDEX \"concurrently\" ON t (a)",
        "DROP INDEX i",
        "REINDEX TABLE t",
        "REINDEX (CONCURRENTLY false) TABLE t",
        "REINDEX (CONCURRENTLY 0) INDEX i",
        "REFRESH MATERIALIZED VIEW CONCURRENTLY v",
        "ALTER TABLE t DETACH PARTITION p",
        "ALTER TABLE t DETACH PARTITION p FINALIZE",
        "ALTER TABLE t DETACH PARTITION s.concurrently",
        "ALTER TYPE e ADD VALUE 'a'",
        "ANALYZE t",
        "CLUSTER t",
        "CLUSTER VERBOSE t USING i",
        "CLUSTER (VERBOSE) t",
        "ALTER DATABASE d SET default_tablespace = t",
        "ALTER TABLESPACE t OWNER TO o",
        "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (connect = false)",
        "CREATE SUBSCRIPTION s CONNECTION '' PUBLICATION p WITH (create_slot='off',"
            + " slot_name=NONE)",
        "ALTER SUBSCRIPTION s SET PUBLICATION p WITH (refresh = false)",
        "ALTER SUBSCRIPTION s DISABLE",
        "SELECT 'VACUUM'"
      })
  void knowsWhatCanRunInATransaction(String sql) {
    assertThat(SqlSplitter.split(sql).statements())
        .singleElement()
        .returns(true, Statement::transactional);
  }

  @ParameterizedTest
  @MethodSource("commands")
  void namesTheCommand(String sql, String command) {
    assertThat(SqlSplitter.split(sql).statements())
        .singleElement()
        .returns(command, Statement::command);
  }

  static Stream<Arguments> commands() {
    return Stream.of(
        arguments("create unlogged table t (a int)", "CREATE TABLE"),
        arguments("CREATE TEMP TABLE t AS SELECT 1", "CREATE TABLE"),
        arguments("ALTER TABLE t ADD a int", "ALTER TABLE"),
        arguments("CREATE UNIQUE INDEX CONCURRENTLY i ON t (a)", "CREATE INDEX CONCURRENTLY"),
        arguments("CREATE OR REPLACE FUNCTION f() RETURNS int RETURN 1", "CREATE FUNCTION"),
        arguments("CREATE CONSTRAINT TRIGGER t AFTER INSERT ON a", "CREATE TRIGGER"),
        arguments("DROP MATERIALIZED VIEW v", "DROP MATERIALIZED VIEW"),
        arguments("REFRESH MATERIALIZED VIEW v", "REFRESH MATERIALIZED VIEW"),
        arguments("CREATE FOREIGN DATA WRAPPER w", "CREATE FOREIGN DATA WRAPPER"),
        arguments(
            "ALTER DEFAULT PRIVILEGES GRANT SELECT ON TABLES TO a", "ALTER DEFAULT PRIVILEGES"),
        arguments("CREATE DEFAULT CONVERSION c FOR 'a' TO 'b' FROM f", "CREATE CONVERSION"),
        arguments("CREATE TEXT SEARCH PARSER p (a = b)", "CREATE TEXT SEARCH PARSER"),
        arguments("truncate t", "TRUNCATE TABLE"),
        arguments("ROLLBACK TO a", "ROLLBACK TO"),
        arguments("INSERT INTO t VALUES (1)", "INSERT"),
        arguments("WITH a AS (SELECT 1) SELECT * FROM a", "WITH"),
        arguments("(SELECT 1) UNION (SELECT 2)", "SELECT"),
        arguments("CREATE \"table\"", "CREATE"),
        arguments("\"CREATE\" TABLE t", ""),
        arguments("\\gexec", ""));
  }
}
