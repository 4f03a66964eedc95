package io.schemamigration.controller;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** How long what failed stays before it is tried again. */
class JobFollowerTest {

  @ParameterizedTest
  @CsvSource({
    // told just now, left since the Job ended, left since it was told, left in all
    "true, PT-60S, PT-90S, PT2S", // it failed while nobody was there
    "true, PT1S, PT-90S, PT2S",
    "false, PT-60S, PT1.5S, PT1.5S",
    "false, PT1.8S, PT1.5S, PT1.8S",
    "false, PT-1S, PT-0.5S, PT-0.5S",
  })
  void itIsToldForAWholePause(boolean news, Duration ofJob, Duration ofWords, Duration left) {
    assertThat(JobFollower.left(news, Duration.ofSeconds(2), ofJob, ofWords)).isEqualTo(left);
  }
}
