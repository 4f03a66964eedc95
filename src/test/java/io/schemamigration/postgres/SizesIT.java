package io.schemamigration.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.schemamigration.Main;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.OperatorProcess;
import io.schemamigration.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** Much of everything, in a process of its own with the small heap that the fixture gives it. */
class SizesIT {
  private static final String MAJORS = "io.schemamigration.testing.PostgresMajors#all";
  private static final Duration PATIENCE = Duration.ofMinutes(3);
  private static final int MEGABYTE = 1 << 20;
  private static final int FILES = 10_000;

  @TempDir private Path home;
  @TempDir private Path files;

  private void file(int sequence, String hash, String text) throws IOException {
    Files.writeString(files.resolve("pg_%d_%s.sql".formatted(sequence, hash)), text);
  }

  private void up(Db db, String last) {
    Map<String, String> environment = Map.of("DATABASE_URL", db.uri());
    try (OperatorProcess process =
        OperatorProcess.start(Main.class, environment, home, "up", "--dir", files.toString())) {
      int code = process.awaitEnd(PATIENCE);
      assertThat(process.output()).last().asString().contains(last);
      assertThat(code).isZero();
    }
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whatAFileAnswersIsNotKept(int major) throws Exception {
    Db db = PostgresServer.shared(major).createDatabase("answers");
    file(
        1,
        "a",
        "SELECT generate_series(1, 10000000);\n"
            + "DO $$BEGIN FOR i IN 1..100000 LOOP RAISE NOTICE 'notice %', i; END LOOP; END$$;\n"
            + "CREATE TABLE t (a int)");
    up(db, "UpToDate, 1 applied, 0 pending");
    assertThat(db.strings("SELECT to_regclass('t')")).containsExactly("t");
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void largeFilesAreAppliedWhole(int major) throws Exception {
    Db db = PostgresServer.shared(major).createDatabase("large");
    StringBuilder rows = new StringBuilder();
    for (int i = 1; rows.length() < 5 * MEGABYTE; i++) {
      rows.append("INSERT INTO t VALUES (").append(i).append(", '");
      rows.append("x".repeat(1_000)).append("');\n");
    }
    long count = rows.chars().filter(c -> c == '\n').count();
    file(1, "a", "CREATE TABLE t (a int, b text);\n");
    file(2, "one", "INSERT INTO t VALUES (0, '" + "ü".repeat(MEGABYTE) + "');\n");
    file(3, "five", rows.toString());
    up(db, "UpToDate, 3 applied, 0 pending");
    assertThat(db.strings("SELECT count(*), max(a), max(length(b)) FROM t"))
        .containsExactly(count + 1 + "|" + count + "|" + MEGABYTE);
    assertThat(
            db.strings(
                "SELECT length(up_text) FROM drizzle_migrations_ledger WHERE event = 'content' AND"
                    + " hash = 'five'"))
        .containsExactly("" + rows.length());
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void tenThousandFilesAreAppliedInOrder(int major) throws Exception {
    Db db = PostgresServer.shared(major).createDatabase("many");
    db.execute("CREATE TABLE probe (at serial, n int)");
    for (int i = 1; i <= FILES; i++) {
      file(i, "h" + i, "INSERT INTO probe(n) VALUES (" + i + ")");
    }
    up(db, "UpToDate, 10000 applied, 0 pending");
    up(db, "UpToDate, 10000 applied, 0 pending");
    assertThat(
            db.strings(
                "SELECT count(*), sum((n = at)::int), (SELECT count(*) FROM drizzle_migrations)"
                    + " FROM probe"))
        .containsExactly("10000|10000|10000");
  }
}
