package io.schemamigration.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.OptionalInt;
import org.junit.jupiter.api.Test;

class RunControlTest {
  private static final Activity WAITING =
      new Activity(
          Optional.empty(),
          OptionalInt.empty(),
          List.of(new Activity.Blocker(7, "psql", Optional.of(Duration.ofSeconds(3)))));

  private final RunControl control = new RunControl();

  @Test
  void whomAFileWaitedForIsKnownWhenItGivesUp() {
    control.begin(null, 1, 2);
    control.tell(WAITING);
    control.tell(Activity.NONE);
    control.end();
    assertThat(control.lastWait()).isEqualTo(WAITING);
  }

  @Test
  void aWaitThatIsOverIsForgotten() {
    control.begin(null, 1, 2);
    control.tell(WAITING);
    control.tell(Activity.NONE);
    control.tell(Activity.NONE);
    assertThat(control.lastWait()).isEqualTo(Activity.NONE);
    control.tell(WAITING);
    control.begin(null, 2, 2);
    assertThat(control.lastWait()).isEqualTo(Activity.NONE);
  }
}
