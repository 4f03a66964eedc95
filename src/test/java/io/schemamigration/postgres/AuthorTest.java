package io.schemamigration.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.UUID;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Each new word is a wish; one that is taken back, or none, is not. */
class AuthorTest {

  @ParameterizedTest
  @CsvSource({
    "'', '', false",
    "'', a, false",
    "a, a, false",
    "a, '', true",
    "b, a, true",
    "a, 'a b', false",
    "'a c', 'a b', true"
  })
  void aWishIsAWordThatWasNotThere(String now, String before, boolean asks) {
    Author author = new Author("cluster", "shop", "orders", "1", new UUID(0, 1), now);
    assertThat(author.asksBeside(before)).isEqualTo(asks);
  }
}
