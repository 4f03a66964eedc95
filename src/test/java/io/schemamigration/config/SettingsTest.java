package io.schemamigration.config;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.time.Duration;
import java.util.Map;
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
                "default",
                8080,
                32,
                8,
                Duration.ofSeconds(10),
                "disable",
                "schema-migration-operator"));
  }

  @Test
  void everyVariableIsRead() {
    Map<String, String> environment =
        Map.of(
            "WATCH_NAMESPACES", " shop, ,billing,",
            "LEADER_ELECTION", "true",
            "POD_NAME", "operator-1",
            "POD_NAMESPACE", "system",
            "PORT", "0",
            "CONCURRENT_RUNS", "1000",
            "CONCURRENT_RUNS_PER_SERVER", "1",
            "SHUTDOWN_GRACE", "1m",
            "MINIMUM_TLS_MODE", "verify-ca",
            "OPERATOR_IMAGE", "registry/operator:1");
    assertThat(Settings.from(environment))
        .isEqualTo(
            new Settings(
                Set.of("billing", "shop"),
                true,
                "operator-1",
                "system",
                0,
                1000,
                1,
                Duration.ofMinutes(1),
                "verify-ca",
                "registry/operator:1"));
  }

  @ParameterizedTest
  @CsvSource({
    "LEADER_ELECTION, yes, must be true or false",
    "PORT, 65536, must be a number from 0 to 65535",
    "PORT, -1, must be a number from 0 to 65535",
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
