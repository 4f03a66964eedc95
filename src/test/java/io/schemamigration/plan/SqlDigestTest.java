package io.schemamigration.plan;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class SqlDigestTest {
  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '~',
      value = {
        "SELECT 1; | SELECT/* a /* b */ */1;-- c | true",
        "SELECT a FROM t | SELECT  a\tFROM   t | true",
        "SELECT 1 | SELECT 2 | false",
        "SELECT 'a  b' | SELECT 'a b' | false",
        "SELECT '-- a' | SELECT '-- b' | false",
        "SELECT $$ /* a */ $$ | SELECT $$ $$ | false",
        "SELECT ab | SELECT a b | false",
        "SET standard_conforming_strings=off; SELECT 1 | SET standard_conforming_strings=off;"
            + " SELECT  1 | false",
        "COPY t FROM stdin; | COPY t  FROM stdin; | false"
      })
  void tellsApartWhatAServerCouldTellApart(String one, String other, boolean same) {
    assertThat(SqlDigest.of(one).equals(SqlDigest.of(other))).isEqualTo(same);
  }
}
