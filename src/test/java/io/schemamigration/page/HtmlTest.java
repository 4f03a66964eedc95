package io.schemamigration.page;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a resource says stays words. */
class HtmlTest {

  @Test
  void wordsAreEscapedInTextsAndInAttributes() {
    String hostile = "<script>alert('1')</script> & \"more\"";
    assertThat(Html.of("p").with("title", hostile).text(hostile).document())
        .isEqualTo(
            "<!doctype html>\n<p title=\"&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp;"
                + " &quot;more&quot;\">&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt; &amp;"
                + " &quot;more&quot;</p>\n");
  }

  @ParameterizedTest
  @ValueSource(ints = {0x0, 0x1B, 0x7F, 0x85, 0x202E, 0x2066, 0xD800})
  void whatCannotBeSeenOrTurnsWordsRoundIsShownAsUnknown(int point) {
    assertThat(Html.of("p").text("a" + new String(Character.toChars(point)) + "b").document())
        .contains("<p>a\uFFFDb</p>");
  }

  @Test
  void wordsOfEveryLanguageStay() {
    assertThat(Html.of("p").text("größer 大きい 😀\n\t").document())
        .contains("<p>größer 大きい 😀\n\t</p>");
  }

  @ParameterizedTest
  @ValueSource(strings = {"script", "style", "iframe", "foreignObject", "a b", "p>", ""})
  void whatCouldRunIsNoElement(String name) {
    assertThatIllegalArgumentException().isThrownBy(() -> Html.of(name));
  }

  @ParameterizedTest
  @CsvSource({
    "onclick, x",
    "style, x",
    "'a b', x",
    "href, https://example",
    "href, javascript:alert(1)",
    "href, //example",
    "action, /",
    "src, data:x"
  })
  void whatCouldRunOrLeadsAwayIsNoAttribute(String name, String value) {
    assertThatIllegalArgumentException().isThrownBy(() -> Html.of("a").with(name, value));
  }
}
