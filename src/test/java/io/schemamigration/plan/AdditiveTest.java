package io.schemamigration.plan;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Which files are run without a backup where only destructive ones need it. */
class AdditiveTest {
  @ParameterizedTest
  @ValueSource(
      strings = {
        "",
        "-- DROP TABLE a;",
        "CREATE TABLE a(id int);",
        "create table if not exists s.a (id serial primary key, at timestamptz default now(),"
            + " n int default f(1), b text generated always as (lower(c)) stored);",
        "CREATE TABLE a (LIKE b INCLUDING ALL);",
        "CREATE TABLE a (id int) PARTITION BY RANGE (id);",
        "CREATE TABLE a (\"inherits\" int, note text DEFAULT 'as of');",
        "CREATE UNLOGGED TABLE a (id int REFERENCES b ON DELETE CASCADE) WITH (fillfactor = 70);",
        "CREATE UNIQUE INDEX i ON a USING btree (b, c DESC NULLS LAST) INCLUDE (d) WHERE b > 1;",
        "CREATE INDEX CONCURRENTLY i ON s.a (lower(b), (c->>'x'), pg_catalog.lower(d));",
        "CREATE INDEX i ON a (b text_pattern_ops) WITH (fillfactor = 70) WHERE b IN (1, 2);",
        "CREATE SCHEMA a;",
        "CREATE SCHEMA IF NOT EXISTS a AUTHORIZATION CURRENT_USER;",
        "CREATE SEQUENCE s OWNED BY a.id;",
        "CREATE TYPE mood AS ENUM ('sad', 'select');",
        "INSERT INTO a DEFAULT VALUES;",
        "INSERT INTO s.a (b, \"c\") VALUES (1, 'on conflict do update'), (-2, $$select f()$$);",
        "INSERT INTO a AS t (b) OVERRIDING SYSTEM VALUE VALUES (DEFAULT);",
        "INSERT INTO a VALUES (now(), 'x'::s.mood, '1'::numeric(10, 2), CAST('1' AS varchar(3)),"
            + " pg_catalog.now(), gen_random_uuid(), coalesce(NULL, (1 + 2)), 1.5, .5,"
            + " extract(year from date '2026-01-01'), ARRAY[1], ROW (1, 2), current_date);",
        "SET lock_timeout = '5s'; SET LOCAL statement_timeout TO 0; SET SESSION work_mem = '1MB';",
        "SET standard_conforming_strings = off; INSERT INTO a VALUES (E'\\' f(1)');",
      })
  void whatOnlyAdds(String sql) {
    assertThat(Additive.surely(sql)).isTrue();
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "DROP TABLE a;",
        "CREATE TABLE a(id int); DROP TABLE b;",
        "TRUNCATE a;",
        "COMMENT ON TABLE a IS 'what stood there before is gone';",
        "UPDATE a SET b = 1;",
        "DELETE FROM a;",
        "ALTER TABLE a DROP COLUMN b;",
        "SELECT drop_all();",
        "WITH x AS (DELETE FROM a RETURNING *) SELECT 1;",
        "DO $$BEGIN DELETE FROM a; END$$;",
        "CALL p();",
        "MERGE INTO a USING b ON true WHEN MATCHED THEN DELETE;",
        "COPY a FROM PROGRAM 'rm';",
        "GRANT ALL ON a TO b;",
        "REFRESH MATERIALIZED VIEW a;",
        "VACUUM FULL a;",
        "LOCK TABLE a;",
        "EXPLAIN ANALYZE DELETE FROM a;",
        "PREPARE p AS DELETE FROM a; EXECUTE p;",
        // INSERT
        "INSERT INTO a VALUES (1) ON CONFLICT (id) DO UPDATE SET b = 2;",
        "INSERT INTO a VALUES (1) on/**/conflict DO NOTHING;",
        "INSERT INTO a SELECT * FROM b;",
        "INSERT INTO a (SELECT 1);",
        "INSERT INTO a TABLE b;",
        "INSERT INTO a VALUES ((TABLE b));",
        "WITH d AS (DELETE FROM b RETURNING id) INSERT INTO a VALUES (1);",
        "INSERT INTO a WITH d AS (DELETE FROM b) VALUES (1);",
        "INSERT INTO a VALUES (drop_all());",
        "INSERT INTO a VALUES (1, drop_all (1));",
        "INSERT INTO a VALUES (drop_all/* ( */());",
        "INSERT INTO a VALUES (\"now\"());",
        "INSERT INTO a VALUES (U&\"now\"());",
        "INSERT INTO a VALUES (evil.now());",
        "INSERT INTO a VALUES (evil . now());",
        "INSERT INTO a VALUES (\"pg_catalog\".lo_unlink(1));",
        "INSERT INTO a VALUES (setval('s', 1));",
        "INSERT INTO a VALUES (set_config('search_path', 'evil', false));",
        "INSERT INTO a VALUES ((ROW(1)::t).drop_all);",
        "INSERT INTO a VALUES ((ARRAY[1])[drop_all()]);",
        "INSERT INTO a VALUES (1 OPERATOR(evil.+) 2);",
        "INSERT INTO a (b[drop_all()]) VALUES (1);",
        "INSERT INTO a VALUES (1) RETURNING drop_all();",
        "INSERT INTO a AS t VALUES (1) RETURNING t.drop_all;",
        "SET standard_conforming_strings = off; INSERT INTO a VALUES ('\\'', drop_all(), '');",
        // Tables, indexes, schemas, views
        "CREATE TABLE a AS SELECT drop_all();",
        "CREATE TABLE a AS VALUES (drop_all());",
        "CREATE TABLE a (b) AS TABLE b;",
        "CREATE TABLE a WITH (fillfactor = 70) AS EXECUTE p;",
        "CREATE TABLE IF NOT EXISTS a AS WITH d AS (DELETE FROM b RETURNING 1) TABLE d;",
        "CREATE TABLE a PARTITION OF b FOR VALUES FROM (1) TO (drop_all());",
        "CREATE TABLE a PARTITION OF b DEFAULT;",
        "CREATE TABLE a () INHERITS (b);",
        "CREATE TABLE a OF t;",
        "CREATE FOREIGN TABLE a (id int) SERVER s;",
        "SELECT 1 INTO a;",
        "CREATE INDEX i ON a (drop_all(b));",
        "CREATE INDEX i ON a (evil.lower(b));",
        "CREATE INDEX i ON a ((a.drop_all));",
        "CREATE INDEX i ON a (b) WHERE drop_all(b);",
        "CREATE INDEX CONCURRENTLY i ON a (\"lower\"(b));",
        "CREATE SCHEMA a CREATE VIEW v AS SELECT 1;",
        "CREATE SCHEMA a CREATE TABLE t (id int) GRANT ALL ON t TO public;",
        "CREATE SCHEMA AUTHORIZATION b GRANT SELECT ON v TO public;",
        "CREATE VIEW v AS SELECT drop_all();",
        "CREATE VIEW v AS VALUES (drop_all());",
        "CREATE OR REPLACE VIEW v AS VALUES (1);",
        "CREATE MATERIALIZED VIEW v AS SELECT drop_all();",
        // What makes what follows mean something else
        "SET ROLE postgres;",
        "SET LOCAL ROLE postgres;",
        "SET SESSION AUTHORIZATION postgres;",
        "SET search_path = evil;",
        "SET \"search_path\" = evil;",
        "SET SCHEMA 'evil';",
        "SET session_replication_role = replica;",
        "SET LOCAL \"lock_timeout\" = 0;",
        "RESET ROLE;",
        "CREATE FUNCTION now(int) RETURNS int LANGUAGE sql AS 'DELETE FROM a; SELECT 1';",
        "CREATE OR REPLACE FUNCTION f() RETURNS int LANGUAGE sql RETURN 1;",
        "CREATE TRIGGER t BEFORE INSERT ON a EXECUTE FUNCTION drop_all();",
        "CREATE CONSTRAINT TRIGGER t AFTER INSERT ON a FOR EACH ROW EXECUTE FUNCTION f();",
        "CREATE EVENT TRIGGER t ON ddl_command_end EXECUTE FUNCTION drop_all();",
        "CREATE RULE r AS ON INSERT TO a DO ALSO DELETE FROM b;",
        "CREATE EXTENSION evil;",
        "CREATE DOMAIN d AS int CHECK (drop_all());",
        "CREATE CAST (int AS t) WITH FUNCTION drop_all(int);",
        "CREATE OPERATOR + (FUNCTION = drop_all, LEFTARG = t);",
        "nonsense",
      })
  void whatMayDoMore(String sql) {
    assertThat(Additive.surely(sql)).isFalse();
  }

  @Test
  void anUndoDoesMoreUnlessItOnlyForgets() {
    Situations two = Situations.start().files(1, 2).applied(1, 2);
    Plan.Undo undo =
        new Plan.Undo(two.plan().position(), "p-1", Optional.empty(), List.of(), false, Map.of());
    assertThat(Additive.surely(undo)).isFalse();
    assertThat(
            Additive.surely(
                new Plan.Undo(
                    two.plan().position(), "p-1", Optional.empty(), List.of(), true, Map.of())))
        .isTrue();
  }

  @Test
  void onePendingFileThatDoesMoreIsEnough() {
    Situations adds = Situations.start().files(1, 2).applied(1);
    assertThat(Additive.surely((Plan.Change) adds.plan())).isTrue();
    adds.file(3, "DROP TABLE h1;");
    assertThat(Additive.surely((Plan.Change) adds.plan())).isFalse();
    assertThat(
            Additive.surely(
                (Plan.Change) Situations.start().noLedger().files(1).byHand("h1").plan()))
        .as("our own books")
        .isTrue();
  }

  @Test
  void aMillionRowsAreReadOnce() {
    String rows = "(1, 'x'),".repeat(1_000_000);
    assertThat(Additive.surely("INSERT INTO a VALUES " + rows + "(1, 'y');")).isTrue();
    assertThat(Additive.surely("INSERT INTO a VALUES " + rows + "(drop_all(), 'y');")).isFalse();
  }
}
