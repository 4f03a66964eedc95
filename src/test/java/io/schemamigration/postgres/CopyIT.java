package io.schemamigration.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.schemamigration.testing.Db;
import io.schemamigration.testing.PostgresServer;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Files with the rows of a COPY, as pg_dump writes them. */
class CopyIT {
  private static final String MAJORS = "io.schemamigration.testing.PostgresMajors#all";
  private static final String TABLE = "CREATE TABLE t(id int PRIMARY KEY, name text);\n";

  @ParameterizedTest
  @MethodSource(MAJORS)
  void rowsArriveInTheirTransactionAsTheyStandInTheFile(int major) {
    Db db = PostgresServer.shared(major).createDatabase("copy");
    String dump =
        "\\restrict aB3\nSET client_encoding = 'UTF8';\n"
            + TABLE
            + "COPY public.t (id, name) FROM stdin;\n"
            + "1\tone; '$$ Ж\n"
            + "2\t\\N\n"
            + "3\t\\\\.x\\ttab\n"
            + "\\.\n\n"
            + "COPY t FROM STDIN (FORMAT csv); -- more\n"
            + "4,\"a,\n"
            + "b\"\n"
            + "\\.\n"
            + "COPY t FROM stdin;\n"
            + "\\.\n"
            + "ALTER TABLE t ADD x int;\n"
            + "\\unrestrict aB3\n";
    Engine engine = Engine.on(db).file(1, "a", dump);
    assertThat(engine.run()).isInstanceOf(Outcome.Done.class);
    assertThat(db.strings("SELECT id, name FROM t ORDER BY id"))
        .containsExactly("1|one; '$$ Ж", "2|null", "3|\\.x\ttab", "4|a,\nb");
    assertThat(engine.ledger("applied")).containsExactly("a");
    assertThat(db.strings("SELECT up_text FROM drizzle_migrations_ledger WHERE event = 'content'"))
        .containsExactly(dump);
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aRowThatDoesNotFitIsNamedByItsLineAndNothingIsKept(int major) {
    Db db = PostgresServer.shared(major).createDatabase("copy");
    String text = TABLE + "COPY t FROM stdin;\n1\ta\n2\tb\nsecret\tc\n4\td\n\\.\nSELECT 1;";
    Engine engine = Engine.on(db).file(1, "a", text);
    Outcome.Failed failed = (Outcome.Failed) engine.run();
    assertThat(failed.failure().line()).isEqualTo(5);
    assertThat(failed.failure().statement()).isEqualTo(2);
    assertThat(failed.failure().sqlState()).isEqualTo("22P02");
    assertThat(failed.failure().text()).contains("pg_1_a.sql:5").doesNotContain("secret");
    assertThat(engine.exists("t")).isFalse();
    assertThat(engine.tracking()).isEmpty();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whatFailsAtTheHeaderOrBehindTheRowsHasItsLine(int major) {
    Db db = PostgresServer.shared(major).createDatabase("copy");
    Outcome.Failed header =
        (Outcome.Failed)
            Engine.on(db).file(1, "a", TABLE + "\nCOPY t (id, nam) FROM stdin;\n1\n\\.\n").run();
    assertThat(header.failure().line()).isEqualTo(3);
    Outcome.Failed behind =
        (Outcome.Failed)
            Engine.on(db)
                .file(1, "a", TABLE + "COPY t FROM stdin;\n1\ta\n\\.\nSELECT 1;\nSELEC 2;")
                .run();
    assertThat(behind.failure().line()).isEqualTo(6);
    assertThat(db.strings("SELECT to_regclass('t')")).containsExactly("null");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void manyRowsAreOneStatement(int major) {
    Db db = PostgresServer.shared(major).createDatabase("copy");
    StringBuilder rows = new StringBuilder(TABLE + "COPY t FROM stdin;\n");
    for (int i = 0; i < 300_000; i++) {
      rows.append(i).append("\tsome text\n");
    }
    Engine engine = Engine.on(db).file(1, "a", rows + "\\.\nSELECT 1/0;");
    Outcome.Failed failed = (Outcome.Failed) engine.run();
    assertThat(failed.failure().line()).isEqualTo(300_004);
    assertThat(failed.failure().statement()).isEqualTo(3);
    Engine mended = Engine.on(db).file(1, "a", rows + "\\.\n");
    assertThat(mended.run()).isInstanceOf(Outcome.Done.class);
    assertThat(db.strings("SELECT count(*) FROM t")).containsExactly("300000");
  }

  /** The driver does not read while it sends: a chain of notices would only grow. */
  @ParameterizedTest
  @MethodSource(MAJORS)
  void whatTriggersHaveToSayOfRowsIsNotHeard(int major) {
    Db db = PostgresServer.shared(major).createDatabase("copy");
    String loud =
        "CREATE TABLE heard(level text);\n"
            + "CREATE FUNCTION f() RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN"
            + " RAISE NOTICE '%', repeat('x', 1000);"
            + " INSERT INTO heard VALUES (current_setting('client_min_messages')); RETURN NEW;"
            + " END $$;\nCREATE TRIGGER loud BEFORE INSERT ON t FOR EACH ROW"
            + " EXECUTE FUNCTION f();\n";
    String rows = "COPY t FROM stdin;\n1\ta\n2\tb\n\\.\n";
    Engine engine = Engine.on(db).file(1, "a", TABLE + loud + rows + "INSERT INTO t VALUES (3);");
    assertThat(engine.run()).isInstanceOf(Outcome.Done.class);
    assertThat(db.strings("SELECT level, count(*) FROM heard GROUP BY level ORDER BY level"))
        .containsExactly("error|2", "notice|1");
  }

  /** The splitter refuses it; should one ever get by, it is not sent again and again. */
  @ParameterizedTest
  @MethodSource(MAJORS)
  void aTransactionThatEndsBetweenTwoMessagesIsAFailureForGood(int major) throws Exception {
    Db db = PostgresServer.shared(major).createDatabase("copy");
    Engine engine =
        Engine.on(db)
            .file(1, "a", TABLE)
            .file(2, "b", "COPY t FROM stdin;\n1\ta\n\\.\nROLLBACK;\nCOPY t FROM stdin;\n\\.\n");
    try (Session session = engine.session()) {
      Engine.on(db).file(1, "a", TABLE).run();
      // The server hears a moment later that a connection is closed.
      await()
          .until(
              () ->
                  db.strings(
                          "SELECT 1 FROM pg_locks l JOIN pg_database d ON d.oid = l.database"
                              + " WHERE locktype = 'advisory' AND datname = current_database()")
                      .isEmpty());
      FileSender.Result result = engine.send(session, engine.scripts().getLast());
      assertThat(result).isInstanceOf(FileSender.RolledBack.class);
      Failure failure = ((FileSender.RolledBack) result).failure();
      assertThat(failure.text()).contains("pg_2_b.sql:4: the file ended its transaction");
      assertThat(failure.transientFault()).isFalse();
    }
    assertThat(engine.tracking()).containsExactly("a");
  }

  /** With rows between them the statements are messages of their own. */
  @ParameterizedTest
  @MethodSource(MAJORS)
  void stringsThatTheServerReadsOtherwiseAreNotSent(int major) {
    Db db = PostgresServer.shared(major).createDatabase("copy");
    db.execute(TABLE + "CREATE TABLE kept(id int)");
    String rows = "COPY t FROM stdin;\n1\ta\n\\.\n";
    String hidden =
        "SELECT '\\'' ; ROLLBACK; BEGIN READ WRITE; INSERT INTO kept VALUES (1); COMMIT; --';";
    for (String set :
        new String[] {
          "SELECT set_config('standard_conforming_strings', 'off', false);",
          "SET standard_conforming_strings = off; SAVEPOINT a;"
              + " SET standard_conforming_strings = on; ROLLBACK TO a;"
        }) {
      Engine engine = Engine.on(db).file(1, "a", set + "\n" + rows + hidden);
      Outcome.Failed failed = (Outcome.Failed) engine.run();
      assertThat(failed.failure().message()).contains("standard_conforming_strings");
      assertThat(failed.failure().line()).isEqualTo(2);
      assertThat(failed.failure().transientFault()).isFalse();
      assertThat(engine.tracking()).isEmpty();
      assertThat(db.strings("SELECT id FROM kept")).isEmpty();
      assertThat(db.strings("SELECT id FROM t")).isEmpty();
    }
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void aFileInStepsMayHaveRows(int major) {
    Db db = PostgresServer.shared(major).createDatabase("copy");
    String text =
        TABLE
            + "COPY t FROM stdin;\n1\ta\n2\tb\n\\.\nCREATE INDEX CONCURRENTLY i ON t(name);\n"
            + "COPY t FROM stdin;\n3\tc\nx\td\n\\.\n";
    Outcome.Failed failed = (Outcome.Failed) Engine.on(db).file(1, "a", text).run();
    assertThat(failed.failure().line()).isEqualTo(9);
    assertThat(db.strings("SELECT count(*) FROM t")).containsExactly("2");
    Engine mended = Engine.on(db).file(1, "a", text.replace("x\td", "4\td"));
    assertThat(mended.run()).isInstanceOf(Outcome.Done.class);
    assertThat(db.strings("SELECT count(*) FROM t")).containsExactly("4");
    assertThat(mended.tracking()).containsExactly("a");
  }
}
