package io.schemamigration.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.testing.Tiers;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/**
 * The pages as people have them before them, in a real browser: on a desk and on a phone, by day
 * and by night, and as axe-core judges who can use them. The pictures of docs are made here.
 */
class StatusPageBrowserIT {
  private static final Path PICTURES = Path.of("target", "status-page");
  private static final String LONG = "x".repeat(240);

  @TempDir private static Path folder;
  private static Browser browser;
  private static StatusPageServer server;

  @BeforeAll
  static void start() throws IOException {
    Optional<Path> program = Browser.program();
    Tiers.require(program.isPresent(), 1, "status page", "there is no Chromium in the PATH");
    browser = Browser.start(program.get(), folder);
    Clock clock = Clock.fixed(Examples.NOW, ZoneOffset.UTC);
    String replica = "schema-migration-operator-6d5f9c7b8-x2kqp";
    server =
        new StatusPageServer(
            0, () -> Optional.of(ExampleFleet.snapshot()), clock, replica, "0.1.0");
    Files.createDirectories(PICTURES);
  }

  @AfterAll
  static void stop() {
    if (browser != null) {
      server.close();
      browser.close();
    }
  }

  private static String url(StatusPageServer of, String path) {
    return "http://localhost:" + of.port() + path;
  }

  private static void open(String path, int width, int height, boolean dark) {
    browser.open(url(server, path), width, height, dark);
  }

  private static boolean scrollsSideways() {
    return browser
        .evaluate("document.documentElement.scrollWidth > document.documentElement.clientWidth")
        .booleanValue();
  }

  @ParameterizedTest
  @CsvSource({
    "/, 1280, false, status-page",
    "/, 1280, true, status-page-dark",
    "/, 360, false, status-page-phone",
    "/migrations/shop/orders, 1280, false, status-page-migration",
    "/migrations/shop/orders, 1280, true, status-page-migration-dark",
    "/migrations/shop/orders, 360, true, status-page-migration-phone",
    "/?state=failed&namespace=crm, 1280, false, status-page-empty",
    "/nowhere, 1280, true, status-page-404"
  })
  void axeFindsNothingAndNothingIsCutOff(String path, int width, boolean dark, String name)
      throws IOException {
    open(path, width, 900, dark);
    assertThat(scrollsSideways()).isFalse();
    browser.evaluate(axe());
    JsonNode found = browser.evaluate("axe.run(document).then(r => r.violations)");
    List<String> violations = new ArrayList<>();
    found.forEach(
        v -> violations.add(v.path("id").textValue() + ": " + v.at("/nodes/0/html").textValue()));
    assertThat(violations).isEmpty();
    assertThat(browser.evaluate("axe.run(document).then(r => r.passes.length)").intValue())
        .isGreaterThan(10);
    Files.write(PICTURES.resolve(name + ".png"), browser.picture());
  }

  private static String axe() throws IOException {
    try (InputStream in = StatusPageBrowserIT.class.getResourceAsStream("/axe.min.js")) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    }
  }

  @Test
  void theSchemeFollowsThePersons() {
    String ground = "getComputedStyle(document.body).backgroundColor";
    open("/", 1280, 900, false);
    String day = browser.evaluate(ground).textValue();
    open("/", 1280, 900, true);
    assertThat(browser.evaluate(ground).textValue()).isNotEqualTo(day).matches("rgb\\(1?\\d, .*");
  }

  /** A window of 640 is one of 1280 at 200 %. */
  @ParameterizedTest
  @ValueSource(ints = {320, 360, 640, 900, 2400})
  void nothingIsCutOffWhateverTheWidth(int width) throws IOException {
    SchemaMigration wide = Examples.stalled("n".repeat(63), "m".repeat(63), "Migration", LONG, 1);
    Examples.applied(wide, 999_999_999_999_999_999L, LONG, Duration.ofDays(1), Duration.ofDays(1));
    Examples.pending(wide, 1, LONG);
    Snapshot snapshot =
        new Snapshot(
            true,
            List.of(wide),
            List.of(Examples.rollback("n".repeat(63), "m".repeat(63), LONG, LONG, LONG)),
            List.of(),
            List.of());
    Clock clock = Clock.fixed(Examples.NOW, ZoneOffset.UTC);
    try (StatusPageServer hard =
        new StatusPageServer(0, () -> Optional.of(snapshot), clock, LONG, "1")) {
      for (String path : List.of("/", "/migrations/" + "n".repeat(63) + "/" + "m".repeat(63))) {
        browser.open(url(hard, path), width, 900, false);
        assertThat(scrollsSideways()).as(path).isFalse();
      }
    }
  }

  @Test
  void everythingIsReachedWithTheKeyboardAndIsSeenToBe() {
    open("/", 1280, 900, false);
    Set<String> reached = new LinkedHashSet<>();
    for (int i = 0; i < 22; i++) {
      browser.tabulate();
      reached.add(
          browser
              .evaluate(
                  "(e => e.tagName + ' ' + e.textContent.trim().slice(0, 30) + ' '"
                      + " + getComputedStyle(e).outlineStyle)(document.activeElement)")
              .textValue());
    }
    assertThat(reached.iterator().next()).startsWith("A Skip to the content");
    assertThat(reached)
        .anyMatch(e -> e.startsWith("SELECT"))
        .anyMatch(e -> e.startsWith("BUTTON Show solid"))
        .anyMatch(e -> e.startsWith("A orders solid"));
  }

  /** Only the style is asked for, and nothing is refused by the page's own policy. */
  @Test
  void nothingIsLoadedFromElsewhere() {
    open("/migrations/shop/orders", 1280, 900, false);
    JsonNode loaded = browser.evaluate("performance.getEntriesByType('resource').map(e => e.name)");
    assertThat(loaded).hasSize(1);
    assertThat(loaded.get(0).textValue()).isEqualTo(url(server, "/style.css"));
    assertThat(browser.evaluate("document.styleSheets[0].cssRules.length").intValue())
        .isGreaterThan(20);
  }

  @Test
  void theFilterWorksWithoutAnyScript() {
    open("/", 1280, 900, false);
    browser.evaluate("document.getElementById('namespace').value = 'payments'");
    String there = browser.evaluate("document.querySelector('form').action").textValue();
    open("/?namespace=payments", 1280, 900, false);
    assertThat(there).isEqualTo(url(server, "/"));
    assertThat(browser.evaluate("document.getElementById('namespace').value").textValue())
        .isEqualTo("payments");
    assertThat(browser.evaluate("document.querySelectorAll('tbody tr').length").intValue())
        .isEqualTo(2);
  }
}
