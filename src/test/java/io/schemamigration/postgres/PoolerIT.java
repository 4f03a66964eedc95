package io.schemamigration.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.schemamigration.plan.Reason;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.PgBouncer;
import io.schemamigration.testing.PostgresServer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/**
 * Through PgBouncer a lock outlives its session, and our settings reach the server or not. In
 * whatever mode it runs and whatever of our startup it swallows: refused, by a look as by a run.
 */
class PoolerIT {
  private static final List<String> MODES = List.of("session", "transaction", "statement");

  /** What it takes and drops of our startup: nothing, or what it would refuse us for. */
  private static final List<String> IGNORED = List.of("", "options");

  @TempDir private Path folder;

  @ParameterizedTest
  @MethodSource("io.schemamigration.testing.PostgresMajors#all")
  void isRefusedInEveryModeAndNothingIsWrittenThroughIt(int major) throws Exception {
    for (String mode : MODES) {
      for (String ignored : IGNORED) {
        Db db = PostgresServer.shared(major).createDatabase("pooled");
        Engine direct = Engine.on(db).file(1, "one", "CREATE TABLE t (a int)");
        try (PgBouncer pooler =
            PgBouncer.start(db, Files.createTempDirectory(folder, ""), mode, ignored)) {
          assertRefused(direct.through(pooler.db()), mode + " pooling, ignoring " + ignored);
          assertThat(db.strings("SELECT count(*) FROM pg_locks WHERE locktype = 'advisory'"))
              .as("locks that the pool keeps")
              .containsExactly("0");
        }
        assertThat(direct.exists(Engine.TABLE)).isFalse();
        assertThat(direct.exists(Engine.LEDGER)).isFalse();
        assertThat(direct.run()).isInstanceOf(Outcome.Done.class);
      }
    }
  }

  private static void assertRefused(Engine pooled, String how) {
    Outcome outcome = pooled.run();
    assertThat(outcome).as(how).isInstanceOf(Outcome.Unavailable.class);
    Outcome.Unavailable refused = (Outcome.Unavailable) outcome;
    assertThat(refused.reason()).as(how).isEqualTo(Reason.POOLER_DETECTED);
    assertThat(refused.sent()).as(how).isFalse();
    assertThat(refused.message()).as(how).contains("pooler").contains("in the Secret");
    assertThatThrownBy(pooled::look)
        .as(how)
        .isInstanceOfSatisfying(
            DatabaseUnavailable.class,
            e -> {
              assertThat(e.reason())
                  .as(how + ": " + e.getMessage())
                  .isEqualTo(Reason.POOLER_DETECTED);
              assertThat(e).hasMessage(refused.message());
            });
  }
}
