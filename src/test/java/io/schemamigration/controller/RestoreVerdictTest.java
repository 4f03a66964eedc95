package io.schemamigration.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.schemamigration.api.DatabaseRestore;
import io.schemamigration.api.DatabaseRestoreSpec;
import io.schemamigration.api.DatabaseRestoreStatus;
import io.schemamigration.api.LocalRef;
import io.schemamigration.backup.JobResult;
import io.schemamigration.decision.TaskVerdict;
import io.schemamigration.job.JobState;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RestoreVerdictTest {
  @ParameterizedTest
  @CsvSource({
    "DatabaseExists,     DatabaseExists,     true",
    "VerificationFailed, VerificationFailed, true",
    "Corrupt,            VerificationFailed, true",
    "BackupNotFound,     RestoreFailed,      false",
    "LoginFailed,        RestoreFailed,      false",
    "Killed,             RestoreFailed,      false",
  })
  void whatCannotPassByItselfIsTheLastWord(String cause, String reason, boolean last) {
    TaskVerdict<DatabaseRestoreStatus> verdict =
        RestoreVerdict.failed(new JobState.Failed("restore: no", Optional.of(cause)));
    assertThat(verdict.reason()).isEqualTo(reason);
    assertThat(verdict.last()).isEqualTo(last);
    assertThat(verdict.message()).startsWith("restore: no");
  }

  @Test
  void whatNobodyKnowsTheCauseOfIsTriedAgain() {
    TaskVerdict<DatabaseRestoreStatus> verdict =
        RestoreVerdict.failed(new JobState.Failed("Evicted"));
    assertThat(verdict.last()).isFalse();
  }

  @ParameterizedTest
  @CsvSource({
    "login,        reading the login",
    "check-target, looking at the server",
    "fetch,        fetching the dump and comparing its sha256",
    "restore,      restoring and comparing"
  })
  void itIsToldHowFarItIs(String container, String says) {
    assertThat(RestoreVerdict.running(running(container), Optional.empty()).message())
        .isEqualTo(says);
    assertThat(RestoreVerdict.running(running(container), Optional.of(2048L)).message())
        .isEqualTo(says + ", 2.0 KiB so far");
  }

  private static JobState.Running running(String container) {
    return new JobState.Running(Optional.of(container));
  }

  @Test
  void inTheEndItIsToldWhatIsThereAndHowToSwitchOver() {
    DatabaseRestore restore = new DatabaseRestore();
    restore.setSpec(new DatabaseRestoreSpec());
    restore.getSpec().target = new DatabaseRestoreSpec.Target();
    restore.getSpec().target.database = "d".repeat(63);
    restore.getSpec().target.secretRef = new LocalRef();
    TaskVerdict<DatabaseRestoreStatus> done =
        RestoreVerdict.done(
            restore,
            new JobResult.Restored("d".repeat(63), 1_000_000, 1_000_000_000_000_000L, 9999));
    assertThat(done.message())
        .contains("1000000 tables with 1000000000000000 rows", "suspend", "d".repeat(63), "resume")
        .endsWith("files applied since wait as HistoryWentBack")
        .hasSizeLessThanOrEqualTo(256);
    DatabaseRestoreStatus status = new DatabaseRestoreStatus();
    done.facts().accept(status);
    assertThat(status.verified).isTrue();
    assertThat(status.appliedCount).isEqualTo(9999);
  }
}
