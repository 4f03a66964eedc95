package io.schemamigration.input;

import static org.assertj.core.api.Assertions.assertThat;

import io.schemamigration.testing.MovableClock;
import java.time.Duration;
import java.util.Set;
import org.junit.jupiter.api.Test;

class SettlingTest {
  private final MovableClock clock = new MovableClock();
  private final Settling settling = new Settling(clock);

  @Test
  void aSetRestsAfterItsLastChange() {
    assertThat(settling.rested("m", "one")).isFalse();
    clock.forward(Duration.ofSeconds(4));
    assertThat(settling.rested("m", "two")).isFalse();
    clock.forward(Duration.ofSeconds(4));
    assertThat(settling.rested("m", "two")).isFalse();
    clock.forward(Duration.ofSeconds(1));
    assertThat(settling.rested("m", "two")).isTrue();
    assertThat(settling.rested("other", "two")).isFalse();
  }

  @Test
  void whatIsForgottenRestsAgain() {
    settling.rested("m", "one");
    clock.forward(Duration.ofSeconds(6));
    settling.retain(Set.of("other"));
    assertThat(settling.rested("m", "one")).isFalse();
  }
}
