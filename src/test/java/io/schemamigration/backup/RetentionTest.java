package io.schemamigration.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RetentionTest {
  private static final Instant NOW = Backups.NOON;
  private static final Fingerprint DUMP = new Fingerprint(1, "0".repeat(64));

  private static Manifest backup(String name, boolean automatic, Duration age) {
    return Backups.of(Backups.named(name), DUMP, automatic, NOW.minus(age));
  }

  /** {@code a3} is automatic and three days old, {@code m3} was made by hand. */
  private static List<Manifest> backups(String words) {
    return Stream.of(words.split(" "))
        .map(w -> backup(w, w.startsWith("a"), Duration.ofDays(Long.parseLong(w.substring(1)))))
        .toList();
  }

  @ParameterizedTest(name = "{0}: keepLast {1}, maxAge {2} days, protected {3}: {4} go")
  @CsvSource(
      nullValues = "-",
      value = {
        "a1 a2 a3 a4,       -, -, -,  ''",
        "a1 a2 a3 a4,       2, -, -,  a4 a3",
        "a4 a1 a3 a2,       2, -, -,  a4 a3",
        "a1 a2,             2, -, -,  ''",
        "a1 a2 a3,          1, -, -,  a3 a2",
        "a1 a2 a3 a4,       -, 2, -,  a4 a3",
        "a5 a6,             -, 2, -,  a6",
        "a2 a3,             -, 3, -,  ''",
        "a1 a2 a3 a9,       3, 2, -,  a9 a3",
        "a1 a2 a3 a4,       1, 30, -, a4 a3 a2",
        "m1 a2 a3,          1, -, -,  a3",
        "a1 m2 m3 m4,       1, 1, -,  ''",
        "a1 a2 m3 a4,       2, -, -,  a4",
        "a1 a2 a3 a4,       1, -, a3, a4 a2",
        "a1 a2 a3 a4,       -, 1, a4, a3 a2",
        "a9,                1, 1, -,  ''",
      })
  void bothAreLimits(
      String all, Integer keepLast, Integer maxAge, String protectedNames, String gone) {
    Retention retention =
        new Retention(
            Optional.ofNullable(keepLast), Optional.ofNullable(maxAge).map(Duration::ofDays));
    Set<String> kept = protectedNames == null ? Set.of() : Set.of(protectedNames.split(" "));
    String names =
        retention.expired(backups(all), NOW, kept).stream()
            .map(Manifest::name)
            .collect(Collectors.joining(" "));
    assertThat(names).isEqualTo(gone);
  }

  @Test
  void ofTwoThatEndedInOneMomentTheNameDecides() {
    Duration age = Duration.ofDays(1);
    List<Manifest> all = new ArrayList<>();
    for (String name : List.of("b", "c", "a")) {
      all.add(backup(name, true, age));
    }
    Retention one = new Retention(Optional.of(1), Optional.empty());
    assertThat(one.expired(all, NOW, Set.of()))
        .extracting(Manifest::name)
        .containsExactly("a", "b");
  }

  @Test
  void nothingThatMustStayEverGoes() {
    Random random = new Random(20260301);
    for (int round = 0; round < 5_000; round++) {
      List<Manifest> all = new ArrayList<>();
      Set<String> needed = new java.util.HashSet<>();
      for (int i = random.nextInt(12); i > 0; i--) {
        Duration age = Duration.ofHours(random.nextInt(-5, 500));
        all.add(backup("b" + i, random.nextInt(3) > 0, age));
        if (random.nextInt(5) == 0) {
          needed.add("b" + i);
        }
      }
      Retention retention =
          new Retention(
              random.nextBoolean() ? Optional.of(random.nextInt(1, 6)) : Optional.empty(),
              random.nextBoolean()
                  ? Optional.of(Duration.ofHours(random.nextInt(1, 400)))
                  : Optional.empty());
      List<Manifest> gone = retention.expired(all, NOW, needed);
      assertThat(gone).isSubsetOf(all).doesNotHaveDuplicates().allMatch(Manifest::automatic);
      assertThat(gone).noneMatch(m -> needed.contains(m.name()));
      all.stream()
          .filter(Manifest::automatic)
          .max(
              Comparator.comparing((Manifest m) -> Instant.parse(m.finished()))
                  .thenComparing(Manifest::name))
          .ifPresent(newest -> assertThat(gone).doesNotContain(newest));
      Collections.shuffle(all, random);
      assertThat(retention.expired(all, NOW, needed)).isEqualTo(gone);
      List<Manifest> left = new ArrayList<>(all);
      left.removeAll(gone);
      assertThat(retention.expired(left, NOW, needed)).isEmpty();
    }
  }

  @ParameterizedTest
  @CsvSource({"0, 1", "-1, 1", "1, 0", "1, -5"})
  void aLimitThatNothingCanKeepIsRefused(int keepLast, long hours) {
    assertThatIllegalArgumentException()
        .isThrownBy(
            () -> new Retention(Optional.of(keepLast), Optional.of(Duration.ofHours(hours))))
        .withMessageContaining("correct it");
  }
}
