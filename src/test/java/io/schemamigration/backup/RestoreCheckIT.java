package io.schemamigration.backup;

import static org.assertj.core.api.Assertions.assertThat;

import io.schemamigration.testing.Db;
import io.schemamigration.testing.PostgresPrograms;
import io.schemamigration.testing.PostgresServer;
import io.schemamigration.testing.Tiers;
import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

/** The script that restores, where it only looks: before the dump is there. */
class RestoreCheckIT {
  private static final String MAJORS = "io.schemamigration.testing.PostgresMajors#all";
  private static final int SET_OPTION = 16;

  @TempDir private Path folder;

  private PostgresServer server;
  private Db db;

  private void begin(int major) {
    PostgresPrograms.require();
    server = Tiers.requirePostgres(major);
    db = server.createDatabase("checked");
    server.admin().execute("CREATE ROLE %s LOGIN CREATEDB PASSWORD 'word'".formatted(login()));
  }

  private String login() {
    return db.name() + "_restorer";
  }

  /** Each anew: from PostgreSQL 16 on a membership is what the login was when it was granted. */
  private void grant(String login, String options) {
    server
        .admin()
        .execute(
            "ALTER ROLE %2$s %3$s; REVOKE %1$s FROM %2$s; GRANT %1$s TO %2$s %4$s"
                .formatted(db.user(), login(), login, options));
  }

  private ScriptRun check(String name) throws Exception {
    return new ScriptRun(folder, server.admin().as(login(), "word"))
        .with("SMIG_CHECK", "yes")
        .with("SMIG_DATABASE", name)
        .with("SMIG_OWNER", db.user())
        .with("SMIG_UID", "u-1");
  }

  private void assertRefused(ScriptRun run, StepExit exit, String told) throws Exception {
    ScriptRun.Ended ended = run.restore();
    assertThat(ended.exit()).as(ended.err()).isEqualTo(exit);
    assertThat(ended.message()).contains(told);
    assertThat(run.scratch()).isEmptyDirectory();
  }

  private void assertPasses(ScriptRun run) throws Exception {
    ScriptRun.Ended ended = run.restore();
    assertThat(ended.err()).isEmpty();
    assertThat(ended.code()).isZero();
    assertThat(ended.out() + ended.message()).as("it has no result").isEmpty();
    assertThat(run.scratch()).isEmptyDirectory();
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whatTheLoginMayNotIsTold(int major) throws Exception {
    begin(major);
    assertRefused(check("free"), StepExit.PERMISSION_DENIED, "must be a member");
    grant("NOINHERIT", "");
    assertRefused(check("free"), StepExit.PERMISSION_DENIED, "with INHERIT");
    if (major >= SET_OPTION) {
      grant("INHERIT", "WITH SET FALSE");
      assertRefused(check("free"), StepExit.PERMISSION_DENIED, "must be a member");
    }
    grant("INHERIT", "");
    assertPasses(check("free"));
    grant("NOCREATEDB", "");
    assertRefused(check("free"), StepExit.PERMISSION_DENIED, "CREATEDB");
    assertRefused(check("free").with("SMIG_OWNER", ""), StepExit.PERMISSION_DENIED, "CREATEDB");
    assertPasses(
        new ScriptRun(folder, server.admin())
            .with("SMIG_CHECK", "yes")
            .with("SMIG_DATABASE", "free")
            .with("SMIG_OWNER", db.user())
            .with("SMIG_UID", "u-1"));
  }

  @ParameterizedTest
  @MethodSource(MAJORS)
  void whatIsThereOrNotIsTold(int major) throws Exception {
    begin(major);
    assertRefused(check(db.name()), StepExit.DATABASE_EXISTS, "choose another name");
    assertRefused(
        check("free").with("SMIG_OWNER", "nobody"), StepExit.SETTINGS_INVALID, "create it");
    String done = db.name() + "_done";
    server.admin().execute("CREATE DATABASE " + done);
    server.admin().execute("COMMENT ON DATABASE %s IS 'smig-restore u-1 complete'".formatted(done));
    assertPasses(check(done));
  }
}
