package io.schemamigration.build;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class FormatTest {

  @Test
  void everySourceIsFormatted() throws Exception {
    assertThat(SourceFormat.unformatted())
        .as("run: mvn -q -Pformat process-test-classes")
        .isEmpty();
  }
}
