package io.schemamigration.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Map;
import java.util.OptionalInt;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SettingsTest {

  @Test
  void anEmptyEnvironmentGivesTheDefaults() {
    assertThat(Settings.from(Map.of()))
        .isEqualTo(
            new Settings(
                Set.of(),
                false,
                "local",
                "schema-migration-operator",
                "default",
                8080,
                32,
                8,
                Duration.ofSeconds(10),
                "disable",
                OptionalInt.empty(),
                new Settings.Jobs("schema-migration-operator", OptionalInt.of(65532))));
  }

  @Test
  void everyVariableIsRead() {
    Map<String, String> environment =
        Map.ofEntries(
            Map.entry("WATCH_NAMESPACES", " shop, ,billing,"),
            Map.entry("LEADER_ELECTION", "true"),
            Map.entry("POD_NAME", "operator-1"),
            Map.entry("LEASE_NAME", "other"),
            Map.entry("POD_NAMESPACE", "system"),
            Map.entry("PORT", "0"),
            Map.entry("CONCURRENT_RUNS", "1000"),
            Map.entry("CONCURRENT_RUNS_PER_SERVER", "1"),
            Map.entry("SHUTDOWN_GRACE", "1m"),
            Map.entry("MINIMUM_TLS_MODE", "verify-ca"),
            Map.entry("STATUS_PAGE_PORT", "8081"),
            Map.entry("OPERATOR_IMAGE", "registry/operator:1"),
            Map.entry("JOB_USER_ID", "1000"));
    assertThat(Settings.from(environment))
        .isEqualTo(
            new Settings(
                Set.of("billing", "shop"),
                true,
                "operator-1",
                "other",
                "system",
                0,
                1000,
                1,
                Duration.ofMinutes(1),
                "verify-ca",
                OptionalInt.of(8081),
                new Settings.Jobs("registry/operator:1", OptionalInt.of(1000))));
  }

  @Test
  void theClusterMayGiveOutTheIdsOfJobs() {
    assertThat(Settings.from(Map.of("JOB_USER_ID", "")).jobs().userId()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource({
    "LEADER_ELECTION, yes, must be true or false",
    "PORT, 65536, must be a number from 0 to 65535",
    "PORT, -1, must be a number from 0 to 65535",
    "STATUS_PAGE_PORT, off, must be a number from 0 to 65535",
    "JOB_USER_ID, 0, must be a number from 1 to 2147483647",
    "CONCURRENT_RUNS, 0, must be a number from 1 to 1000",
    "CONCURRENT_RUNS_PER_SERVER, many, must be a number from 1 to 1000",
    "SHUTDOWN_GRACE, 10, must be a duration such as 90s or 10m",
    "MINIMUM_TLS_MODE, strong, 'must be one of disable, prefer, require, verify-ca, verify-full'"
  })
  void aWrongValueIsNamed(String name, String value, String message) {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Settings.from(Map.of(name, value)))
        .withMessage(name + " " + message);
  }

  @Test
  void allWrongValuesAreNamedAtOnce() {
    assertThatIllegalArgumentException()
        .isThrownBy(() -> Settings.from(Map.of("PORT", "x", "SHUTDOWN_GRACE", "x")))
        .withMessageContainingAll("PORT must", "; SHUTDOWN_GRACE must");
  }
}
