package io.schemamigration.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** A dump protects the database that it was made of, and none that looks like it. */
class SameDatabaseTest {

  @ParameterizedTest
  @CsvSource({
    "7/16384/a, 7/16384/a, true",
    "7/16384/-, 7/16384/a, true", // the ledger was made in between
    "7/16384/-, 7/16384/-, true",
    "7/16384/a, 7/16384/b, false", // filled anew
    "7/16384/a, 7/16385/a, false", // a copy on the same server
    "7/16384/a, 8/16384/a, false", // a copy on another one
    "7/16384/-, 8/16384/-, false",
    "7/16384/a, -/16384/a, true", // what one login may not read
    "16384/a, 7/16384/a, true", // as an older version wrote it
    "16384/a, 7/16385/a, false"
  })
  void isToldByServerDatabaseAndLedgerAsFarAsTheyAreKnown(String one, String other, boolean same) {
    assertThat(History.sameDatabase(one, other)).isEqualTo(same);
    assertThat(History.sameDatabase(other, one)).isEqualTo(same);
    assertThat(History.sameDatabase(null, other)).isFalse();
  }
}
