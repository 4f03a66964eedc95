package io.schemamigration.testing;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.Isolated;
import org.opentest4j.TestAbortedException;

@Isolated
class TiersTest {
  private final String before = System.getProperty("test.strict");

  @AfterEach
  void restore() {
    if (before == null) {
      System.clearProperty("test.strict");
    } else {
      System.setProperty("test.strict", before);
    }
  }

  @Test
  void letsATierRunThatCan() {
    assertThatCode(() -> Tiers.require(true, 9, "moon", "no rocket")).doesNotThrowAnyException();
  }

  @Test
  void skipsATierThatCannotRun() {
    System.setProperty("test.strict", "false");

    assertThatThrownBy(() -> Tiers.require(false, 9, "moon", "no rocket"))
        .isInstanceOf(TestAbortedException.class)
        .hasMessageContaining("TIER 9 moon skipped: no rocket");
  }

  @Test
  void failsATierThatCannotRunInAStrictRun() {
    System.setProperty("test.strict", "true");

    assertThatThrownBy(() -> Tiers.require(false, 9, "moon", "no rocket"))
        .isInstanceOf(AssertionError.class)
        .hasMessage("TIER 9 moon skipped: no rocket");
  }
}
