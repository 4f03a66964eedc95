package io.schemamigration.scenario;

import java.nio.file.Path;
import org.junit.jupiter.api.io.TempDir;

/**
 * Operators that are killed again and again; both at a time, since most of it is their starting.
 */
final class KillRoundsIT {
  @TempDir private Path folder;

  @Waiting
  void eachFileIsAppliedOnceHoweverOftenTheOperatorIsKilled() throws Exception {
    new KillRounds(folder).run();
  }

  @Waiting
  void eachUndoHappensOnceHoweverOftenTheOperatorIsKilled() throws Exception {
    new KillRollbackRounds(folder).run();
  }
}
