package io.schemamigration.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import org.awaitility.core.TerminalFailureException;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class OperatorProcessIT {
  private static final Duration SOON = Duration.ofSeconds(20);

  @TempDir private Path folder;

  /** Tells about itself, then stays until it is told to go. */
  static final class Guest {
    private static final int PARTING = 7;

    private Guest() {}

    public static void main(String[] arguments) throws InterruptedException {
      Runtime.getRuntime().addShutdownHook(new Thread(() -> System.out.println("bye")));
      System.out.println("classes " + KubernetesClient.class.getSimpleName());
      System.out.println("greeting " + System.getenv("GREETING"));
      System.out.println("variables " + System.getenv().size());
      System.out.println("home " + System.getProperty("user.home"));
      System.err.println("ready");
      if (arguments.length > 0) {
        System.exit(PARTING);
      }
      CountDownLatch never = new CountDownLatch(1);
      while (!never.await(10, TimeUnit.MILLISECONDS)) {
        System.out.println("tick");
      }
    }
  }

  @Test
  void runsWithTheClassPathAndTheGivenEnvironmentOnly() {
    try (OperatorProcess guest =
        OperatorProcess.start(Guest.class, Map.of("GREETING", "hello"), folder)) {
      guest.awaitLine("ready", SOON);

      assertThat(guest.output())
          .contains("classes KubernetesClient", "greeting hello", "variables 2", "home " + folder);
      assertThat(ProcessHandle.of(guest.pid())).isPresent();
    }
  }

  @Test
  void isKilledWithoutAGoodbye() {
    OperatorProcess guest = OperatorProcess.start(Guest.class, Map.of(), folder);
    guest.awaitLine("ready", SOON);

    guest.kill();

    assertThat(guest.alive()).isFalse();
    assertThat(guest.output()).doesNotContain("bye");
    guest.close();
  }

  @Test
  void isTerminatedWithAGoodbye() {
    try (OperatorProcess guest = OperatorProcess.start(Guest.class, Map.of(), folder)) {
      guest.awaitLine("ready", SOON);

      assertThat(guest.terminate(SOON)).isEqualTo(143);
      assertThat(guest.output()).contains("bye");
    }
  }

  @Test
  void failsAtOnceIfTheProcessEndsWithoutTheLine() {
    try (OperatorProcess guest = OperatorProcess.start(Guest.class, Map.of(), folder, "leave")) {
      assertThat(guest.awaitEnd(SOON)).isEqualTo(7);
      assertThat(guest.awaitLine("ready", SOON)).isEqualTo("ready");
      assertThatThrownBy(() -> guest.awaitLine("never said", Duration.ofMinutes(10)))
          .isInstanceOf(TerminalFailureException.class)
          .hasMessageContaining("never said");
    }
  }

  @Test
  void standsStillWhileFrozen() {
    try (OperatorProcess guest = OperatorProcess.start(Guest.class, Map.of(), folder)) {
      guest.awaitLine("tick", SOON);
      guest.freeze();
      int frozen = guest.output().size();

      await()
          .during(Duration.ofMillis(300))
          .untilAsserted(() -> assertThat(guest.output()).hasSize(frozen));
      assertThat(guest.alive()).isTrue();

      guest.thaw();
      await().untilAsserted(() -> assertThat(guest.output()).hasSizeGreaterThan(frozen));
    }
  }
}
