package io.schemamigration.controller;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class BackupVerdictTest {
  @ParameterizedTest
  @CsvSource({
    "0,                   0 B",
    "1023,                1023 B",
    "1024,                1.0 KiB",
    "1536,                1.5 KiB",
    "10239,               10.0 KiB",
    "10240,               10 KiB",
    "1048575,             1024 KiB",
    "1048576,             1.0 MiB",
    "3650722202,          3.4 GiB",
    "1125899906842624,    1.0 PiB",
    "9223372036854775807, 8192 PiB",
  })
  void sizesAreForPeople(long bytes, String text) {
    assertThat(BackupVerdict.size(bytes)).isEqualTo(text);
  }
}
