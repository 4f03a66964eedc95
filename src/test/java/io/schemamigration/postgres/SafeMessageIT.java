package io.schemamigration.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.schemamigration.plan.Reason;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.PostgresMajors;
import io.schemamigration.testing.PostgresServer;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What real servers say of a row must not be said again. */
class SafeMessageIT {
  private static final String TABLE =
      "CREATE TABLE t(n bigint, mail text UNIQUE, d text, CHECK (mail <> 'other'), z text NOT NULL"
          + " DEFAULT ''); INSERT INTO t VALUES (4111111111111111, 'sentinel', '2024-13-01');";

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "ALTER TABLE t ALTER n TYPE int USING n::int | 22003 | out of range",
        "SELECT '4111111111111111e999'::float8 | 22003 | out of range",
        "SELECT mail::bit(8) FROM t | 22P02 | no value of its type",
        "SELECT mail::int FROM t | 22P02 | no value of its type",
        "SELECT to_date(mail, 'YYYY') FROM t | 22007 | no date or time",
        "SELECT d::date FROM t | 22008 | out of range",
        "SELECT mail::json FROM t | 22P02 | no value of its type",
        "SELECT 1/0 | 22012 | division by zero",
        "INSERT INTO t SELECT * FROM t | 23505 | constraint t_mail_key, table t",
        "UPDATE t SET mail = 'other' | 23514 | check",
        "UPDATE t SET z = NULL | 23502 | column z, table t",
        "ALTER ROLE CURRENT_USER CONNECTION LIMIT 'sentinel' | 42601 | syntax error",
        "ALTER ROLE CURRENT_USER PASSWORD 'x' 'sentinel' | 42601 | syntax error",
        "SELECT 1 $sentinel$sentinel$sentinel$ | 42601 | syntax error",
        "ALTER TABLE t ALTER d TYPE tsquery USING to_tsquery(concat(mail, ' \" (')) | 42601 |"
            + " wrong syntax",
        "SELECT concat('''', mail, ' x')::tsvector FROM t | 42601 | wrong syntax",
        "SELECT concat('$.', mail, ' ?? ')::jsonpath FROM t | 42601 | wrong syntax",
        "SELECT '$.a == \"sentinel'::jsonpath | 42601 | jsonpath",
        "SELECT concat(mail, '.b.c.d')::regclass FROM t | 42601 | wrong syntax",
        "SELECT concat('x ', mail)::regtype FROM t | 42601 | syntax",
        "SELECT mail::regclass FROM t | 42P01 | relation \"…\" does not exist",
        "SELECT mail::regproc FROM t | 42883 | function \"…\" does not exist",
        "SELECT mail::regoper FROM t | 42883 | operator does not exist: …",
        "SELECT mail::regrole FROM t | 42704 | role \"…\" does not exist",
        "SELECT mail::regnamespace FROM t | 3F000 | schema \"…\" does not exist",
        "SELECT has_column_privilege('t', mail, 'select') FROM t | 42703 | column \"…\" of"
            + " relation",
        "DROP TABLE lost | 42P01 | \"lost\" does not exist",
        "ALTER TABLE t DROP CONSTRAINT Lost | 42704 | \"lost\" of relation \"t\" does not exist",
        "INSERT INTO t(n) VALUES (1, 2) | 42601 | more expressions than target columns",
        "SELECT 1 + | 42601 | syntax error",
        "CREATE TABEL x(a int) | 42601 | at or near \"TABEL\"",
        "DO $$ BEGIN RAISE '%'; END $$ | 42601 | too few parameters",
        "DO $$ BEGIN EXECUTE (SELECT concat('SELECT 1 x ', mail) FROM t); END $$ | 42601 | wrong"
            + " syntax",
        "DO $$ BEGIN RAISE EXCEPTION 'told to be read'; END $$ | P0001 | told to be read",
      })
  void namesWhatIsWrongAndNoValue(String sql, String state, String said) {
    Db db = PostgresServer.shared(PostgresMajors.newest()).createDatabase("safe");
    db.execute(TABLE);
    Failure failure = failure(db, sql);
    assertThat(failure.sqlState()).isEqualTo(state);
    assertThat(failure.message()).contains(said);
    assertThat(failure.text())
        .doesNotContain("sentinel")
        .doesNotContain("4111")
        .doesNotContain("-13");
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "postgresql://repl:100%sentinel@pub/db | wrong syntax",
        "host=127.0.0.1 port=1 user=sentinel password=sentinel | to another server fails",
        "host=sentinel.invalid user=sentinel password=sentinel | to another server fails",
        "host=127.0.0.1 port=sentinel | to another server fails",
      })
  void callsAPublisherThatIsNotThereTheFilesFailure(String connection, String said) {
    for (int major : PostgresMajors.all().toList()) {
      String sql = "\nCREATE SUBSCRIPTION s CONNECTION '" + connection + "' PUBLICATION p";
      String tail = " WITH (create_slot = false)";
      Failure failure = failure(superuser(major), sql + tail);
      assertThat(failure.reason()).isEqualTo(Reason.MIGRATION_FAILED);
      assertThat(failure.transientFault()).isFalse();
      assertThat(failure.line()).isEqualTo(2);
      assertThat(failure.message()).contains(said);
      assertThat(failure.text()).doesNotContain("sentinel").doesNotContain("127.0.0.1");
    }
  }

  @Test
  void saysNothingOfTheCommandThatACopyRuns() {
    String sql = "CREATE TABLE c(a text); COPY c FROM PROGRAM 'exit 3 # sentinel';";
    assertThat(failure(superuser(PostgresMajors.newest()), sql).message())
        .contains("program")
        .contains("failed")
        .doesNotContain("sentinel");
  }

  private static Db superuser(int major) {
    PostgresServer server = PostgresServer.shared(major);
    Db db = server.createDatabase("safe");
    return new Db(db.name(), server.superuser(), server.password(), db.host(), db.port());
  }

  private static Failure failure(Db db, String sql) {
    Outcome outcome = Engine.on(db).file(1, "one", sql).run();
    assertThat(outcome).isInstanceOf(Outcome.Failed.class);
    return ((Outcome.Failed) outcome).failure();
  }
}
