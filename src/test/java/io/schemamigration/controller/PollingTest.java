package io.schemamigration.controller;

import static org.assertj.core.api.Assertions.assertThat;

import io.schemamigration.plan.Reason;
import io.schemamigration.testing.MovableClock;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;

class PollingTest {
  private final MovableClock clock = new MovableClock();
  private final Polling polling = new Polling(clock);

  private long failAndPause(Reason reason) {
    polling.failed("m", reason);
    return polling.pause("m").toSeconds();
  }

  @Test
  void pausesDoubleToHalfAMinuteAndAreAMinuteAfterTen() {
    List<Long> pauses = new ArrayList<>();
    for (int i = 0; i < 7; i++) {
      pauses.add(failAndPause(Reason.SECRET_NOT_FOUND));
    }
    assertThat(pauses).containsExactly(2L, 4L, 8L, 16L, 30L, 30L, 30L);
    clock.forward(Duration.ofMinutes(10));
    assertThat(failAndPause(Reason.SECRET_NOT_FOUND)).isEqualTo(60);
  }

  @Test
  void anotherReasonCountsAnew() {
    polling.failed("m", Reason.DATABASE_UNREACHABLE);
    assertThat(polling.failed("m", Reason.DATABASE_UNREACHABLE)).isEqualTo(2);
    assertThat(polling.failed("m", Reason.AUTHENTICATION_FAILED)).isEqualTo(1);
  }

  @Test
  void successAndAbsenceAreForgotten() {
    polling.failed("m", Reason.DATABASE_UNREACHABLE);
    polling.failed("n", Reason.DATABASE_UNREACHABLE);
    polling.succeeded("m");
    polling.retain(Set.of("m"));
    assertThat(polling.failed("m", Reason.DATABASE_UNREACHABLE)).isEqualTo(1);
    assertThat(polling.failed("n", Reason.DATABASE_UNREACHABLE)).isEqualTo(1);
  }

  @Test
  void intervalsAreJitteredByAFifth() {
    List<Long> seconds = new ArrayList<>();
    for (int i = 0; i < 200; i++) {
      seconds.add(Polling.jittered(Duration.ofSeconds(1000)).toSeconds());
    }
    assertThat(seconds).allSatisfy(s -> assertThat(s).isBetween(800L, 1200L));
    assertThat(Set.copyOf(seconds).size()).isGreaterThan(50);
  }
}
