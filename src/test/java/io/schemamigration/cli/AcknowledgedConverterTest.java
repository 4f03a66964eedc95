package io.schemamigration.cli;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.schemamigration.plan.Digest;
import io.schemamigration.plan.Policy;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import picocli.CommandLine.TypeConversionException;

class AcknowledgedConverterTest {
  private static final String SHA256 = Digest.sha256("SELECT 1;");

  @Test
  void aHashAndADigestAreTaken() {
    assertThat(new AcknowledgedConverter().convert("a=b=" + SHA256))
        .isEqualTo(new Policy.Acknowledged("a=b", SHA256));
  }

  @ParameterizedTest
  @ValueSource(strings = {"", "a", "a=", "a=abc", "=0000"})
  void whatIsNoneIsRefused(String text) {
    assertThatThrownBy(() -> new AcknowledgedConverter().convert(text))
        .isInstanceOf(TypeConversionException.class)
        .hasMessageContaining("HASH=SHA256");
    assertThatThrownBy(() -> new AcknowledgedConverter().convert("=" + SHA256))
        .isInstanceOf(TypeConversionException.class);
  }
}
