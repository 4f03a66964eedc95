package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.schemamigration.api.SchemaMigrationSpec;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.PostgresMajors;
import io.schemamigration.testing.PostgresServer;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** What is refused goes on when one does what its message says, and nothing else. */
final class WaysOutScenariosIT extends Scenario {
  private static final Pattern POLICY = Pattern.compile("policy\\.(\\w+): (\\w+)");
  private static final Pattern APPROVAL =
      Pattern.compile("add (p-[0-9a-f]{32}) to spec\\.approvedPlans");
  private static final Pattern ACKNOWLEDGEMENT =
      Pattern.compile("spec\\.acknowledge: \\[\\{hash: (\\S+), sha256: ([0-9a-f]{64})}]");

  /** Does what the message of a refusal says. */
  private void follow(String reason) {
    String message = World.message(world.await_("m", "False", reason));
    world.edit("m", spec -> apply(message, spec));
  }

  private static void apply(String message, SchemaMigrationSpec spec) {
    Matcher policy = POLICY.matcher(message);
    Matcher approval = APPROVAL.matcher(message);
    Matcher acknowledgement = ACKNOWLEDGEMENT.matcher(message);
    if (policy.find()) {
      spec.policy = new SchemaMigrationSpec.Policy();
      switch (policy.group(1)) {
        case "missingFiles" -> spec.policy.missingFiles = policy.group(2);
        case "outOfOrder" -> spec.policy.outOfOrder = policy.group(2);
        default -> throw new AssertionError(message);
      }
    } else if (approval.find()) {
      spec.approvedPlans = List.of(approval.group(1));
    } else if (acknowledgement.find()) {
      SchemaMigrationSpec.Acknowledgement accepted = new SchemaMigrationSpec.Acknowledgement();
      accepted.hash = acknowledgement.group(1);
      accepted.sha256 = acknowledgement.group(2);
      spec.acknowledge = List.of(accepted);
    } else {
      throw new AssertionError("no way out in: " + message);
    }
  }

  private void start(String... files) {
    world.files("files", files);
    world.migration("m");
    world.startOperator();
  }

  @Waiting
  void ofAFileThatIsMissing() {
    start(A, TABLE_A, B, TABLE_B);
    world.awaitUpToDate("m", "a", "b");
    world.files("files", B, TABLE_B);
    follow("FileMissing");
    world.awaitUpToDate("m", "a", "b");
  }

  @Waiting
  void ofAFileThatComesTooLate() {
    start(B, TABLE_B);
    world.awaitUpToDate("m", "b");
    world.files("files", A, TABLE_A, B, TABLE_B);
    follow("OutOfOrder");
    world.awaitUpToDate("m", "b", "a");
  }

  @Waiting
  void ofATextThatChanged() {
    start(A, TABLE_A);
    world.awaitUpToDate("m", "a");
    world.files("files", A, "CREATE TABLE a(id bigint);");
    follow("ContentChanged");
    world.awaitUpToDate("m", "a");
  }

  @Waiting
  void ofAHistoryThatWentBack() {
    start(A, TABLE_A, B, "CREATE TABLE IF NOT EXISTS b(id int);");
    world.awaitUpToDate("m", "a", "b");
    db.execute("DELETE FROM drizzle_migrations WHERE hash = 'b'");
    world.annotate("m", "reconcile.fluxcd.io/requestedAt", "1");
    follow("HistoryWentBack");
    world.awaitUpToDate("m", "a", "b");
    assertThat(tracked()).containsExactly("a", "b");
  }

  /** As the README tells how to switch over to a restore. */
  @Waiting
  void ofADumpFromBeforeThatTheMigrationIsSwitchedTo() {
    start(A, TABLE_A);
    world.awaitUpToDate("m", "a");
    Db before = db.connectTo(db.name() + "_before");
    await() // whoever is connected is in the way
        .atMost(World.PATIENCE)
        .ignoreExceptions()
        .untilAsserted(
            () ->
                PostgresServer.shared(PostgresMajors.newest())
                    .admin()
                    .execute("CREATE DATABASE %s TEMPLATE %s".formatted(before.name(), db.name())));
    world.files("files", A, TABLE_A, B, "CREATE TABLE wrong(id int);", C, TABLE_C);
    world.awaitUpToDate("m", "a", "b", "c");
    world.edit("m", spec -> spec.suspend = true);
    world.await_("m", "True", "Suspended");
    world.secret("db", before);
    world.edit("m", spec -> spec.suspend = false);
    world.await_("m", "False", "HistoryWentBack");
    String wrong = World.message(world.status("m"));
    world.files("files", A, TABLE_A, B, TABLE_B, C, TABLE_C);
    world.awaitStatus("m", "another plan", s -> !World.message(s).equals(wrong));
    follow("HistoryWentBack");
    world.awaitUpToDate("m", "a", "b", "c");
    assertThat(before.strings("SELECT to_regclass('wrong') IS NULL, to_regclass('c') IS NULL"))
        .containsExactly("t|f");
  }

  @Waiting
  void ofALedgerThatIsGone() {
    start(A, TABLE_A);
    world.awaitUpToDate("m", "a");
    // A look that finds nothing to do makes the ledger anew.
    world.edit("m", spec -> spec.suspend = true);
    world.await_("m", "True", "Suspended");
    db.execute("DROP TABLE drizzle_migrations_ledger");
    world.files("files", A, TABLE_A, B, TABLE_B);
    world.edit("m", spec -> spec.suspend = false);
    follow("LedgerMissing");
    world.awaitUpToDate("m", "a", "b");
  }

  @Waiting
  void ofATargetThatNobodyKnows() {
    world.files("files", A, TABLE_A);
    world.migration("m", spec -> spec.targetHash = "b");
    world.startOperator();
    assertThat(World.message(world.await_("m", "False", "TargetNotFound")))
        .contains("b is no file of the source; correct it or add the file");
    world.files("files", A, TABLE_A, B, TABLE_B, C, TABLE_C);
    world.awaitUpToDate("m", "a", "b");
  }

  @Waiting
  void ofADatabaseThatAnotherOneHas() {
    start(A, TABLE_A);
    world.awaitUpToDate("m", "a");
    world.migration("second", spec -> spec.interval = "1m");
    assertThat(World.message(world.await_("second", "False", "OwnedByOther")))
        .contains("belongs to SchemaMigration " + world.namespace() + "/m; delete one of the two");
    world.delete("second");
    world.files("files", A, TABLE_A, B, TABLE_B);
    world.awaitUpToDate("m", "a", "b");
  }
}
