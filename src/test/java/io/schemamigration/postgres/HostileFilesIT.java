package io.schemamigration.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.schemamigration.plan.Script;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.PostgresServer;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Files that try to escape, sent straight through the frame, past the splitter's refusals. Whatever
 * they do: the change, its tracking row and its ledger row are all there or none is, and the next
 * file meets a clean session.
 */
class HostileFilesIT {
  private static final String CHANGE = "INSERT INTO probe VALUES (1);";

  private static final List<String> FILES =
      List.of(
          CHANGE + "COMMIT;",
          CHANGE + "END;" + CHANGE,
          CHANGE + "COMMIT AND CHAIN;" + CHANGE,
          "BEGIN;" + CHANGE + "COMMIT;",
          CHANGE + "COMMIT;BEGIN READ WRITE;" + CHANGE,
          "ROLLBACK;" + CHANGE,
          "ABORT;BEGIN;" + CHANGE + "COMMIT;",
          CHANGE + "DO $$BEGIN COMMIT; END$$;",
          CHANGE + "DO $$BEGIN EXECUTE 'rollback'; END$$;",
          CHANGE + "PREPARE TRANSACTION 'x';",
          CHANGE + "DISCARD ALL;",
          CHANGE + "CLOSE ALL;",
          CHANGE + "SAVEPOINT s;INSERT INTO probe VALUES (2);ROLLBACK TO s;",
          CHANGE + "SAVEPOINT left_open;",
          CHANGE + "DELETE FROM drizzle_migrations;",
          CHANGE + "DROP TABLE drizzle_migrations_ledger;",
          CHANGE + "SET standard_conforming_strings=off;",
          CHANGE + "SET search_path=nowhere;",
          CHANGE + "SET DateStyle='German';",
          CHANGE + "SET client_encoding='LATIN1';",
          CHANGE + "SET lock_timeout=0;SET default_transaction_read_only=off;",
          CHANGE + "CREATE TEMP TABLE left_over (a int);LISTEN x;PREPARE p AS SELECT 1;",
          CHANGE + "SELECT pg_advisory_unlock_all();",
          CHANGE + "SELECT generate_series(1, 200000);",
          CHANGE + "DO $$BEGIN FOR i IN 1..10000 LOOP RAISE NOTICE 'n'; END LOOP; END$$;",
          CHANGE + "/* see undo",
          CHANGE + "-- no line end",
          CHANGE + "SELECT 'open",
          CHANGE + "SELECT $x$ open",
          CHANGE + "SELECT (1",
          CHANGE
              + "CREATE TABLE d (a int UNIQUE DEFERRABLE INITIALLY DEFERRED);"
              + "INSERT INTO d VALUES (1), (1);",
          CHANGE + "$smig_0$;COMMIT;--",
          "-- only a comment",
          CHANGE + "COPY probe TO STDOUT;",
          CHANGE + "SET TRANSACTION ISOLATION LEVEL SERIALIZABLE;",
          CHANGE + "SELECT pg_terminate_backend(pg_backend_pid());");

  @ParameterizedTest
  @MethodSource("io.schemamigration.testing.PostgresMajors#all")
  void theChangeAndItsRecordCommitTogetherOrNotAtAll(int major) throws Exception {
    for (String text : FILES) {
      Db db = PostgresServer.shared(major).createDatabase("hostile");
      db.execute("CREATE TABLE probe (n int)");
      Engine first = Engine.on(db).file(1, "first", "SELECT 1");
      assertThat(first.run()).isInstanceOf(Outcome.Done.class);
      Engine engine = Engine.on(db).file(2, "hostile", text).file(3, "next", NEXT);
      List<Script> scripts = engine.scripts();
      try (Session session = engine.session()) {
        FileSender.Result result = engine.send(session, scripts.getFirst());
        boolean recorded = engine.tracking().contains("hostile");
        boolean inLedger = engine.ledger("applied").contains("hostile");
        boolean changed =
            !text.contains(CHANGE) ? recorded : !db.strings("SELECT n FROM probe").isEmpty();
        assertThat(List.of(recorded, inLedger, changed))
            .as(text + " → " + result)
            .isIn(List.of(true, true, true), List.of(false, false, false));
        assertThat(result instanceof FileSender.Committed || result instanceof FileSender.Unknown)
            .as(text + " → " + result)
            .isEqualTo(recorded || result instanceof FileSender.Unknown);
        if (!session.closed()) {
          assertThat(engine.send(session, scripts.getLast()))
              .as("the next file after " + text)
              .isInstanceOf(FileSender.Committed.class);
        }
      }
    }
  }

  /** Fails in a session that an earlier file has left its mark on. */
  private static final String NEXT =
      """
      DO $$BEGIN
        IF current_setting('standard_conforming_strings') <> 'on'
          OR current_setting('DateStyle') LIKE 'German%'
          OR current_setting('client_encoding') <> 'UTF8'
          OR current_setting('lock_timeout') <> '3s'
          OR current_setting('search_path') <> '"$user", public'
          OR to_regclass('pg_temp.left_over') IS NOT NULL
          OR EXISTS (SELECT FROM pg_listening_channels())
          OR EXISTS (SELECT FROM pg_prepared_statements)
        THEN RAISE 'the session is not clean';
        END IF;
      END$$;
      """;
}
