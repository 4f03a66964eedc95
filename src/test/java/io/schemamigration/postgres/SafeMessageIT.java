package io.schemamigration.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.schemamigration.testing.Db;
import io.schemamigration.testing.PostgresMajors;
import io.schemamigration.testing.PostgresServer;
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
        "DO $$ BEGIN RAISE EXCEPTION 'told to be read'; END $$ | P0001 | told to be read",
      })
  void namesWhatIsWrongAndNoValue(String sql, String state, String said) {
    Db db = PostgresServer.shared(PostgresMajors.newest()).createDatabase("safe");
    db.execute(TABLE);
    Outcome outcome = Engine.on(db).file(1, "one", sql).run();
    assertThat(outcome).isInstanceOf(Outcome.Failed.class);
    Failure failure = ((Outcome.Failed) outcome).failure();
    assertThat(failure.sqlState()).isEqualTo(state);
    assertThat(failure.message()).contains(said);
    assertThat(failure.text())
        .doesNotContain("sentinel")
        .doesNotContain("4111")
        .doesNotContain("-13");
  }
}
