package io.schemamigration.page;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaMigrationStatus;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What stands at which path. */
class SiteTest {
  private static final String ATTACK = "</td><script>alert(1)</script><img src=x onerror='x'>";
  private static final Pattern LINK = Pattern.compile("(?:href|action|src)=\"([^\"]*)\"");

  private static Answer at(Snapshot snapshot, String path, String query) {
    Clock clock = Clock.fixed(Examples.NOW, ZoneOffset.UTC);
    return new Site(() -> Optional.of(snapshot), new Layout("pod-0", "1.0"), clock).at(path, query);
  }

  private static String text(Answer answer) {
    return new String(answer.body(), StandardCharsets.UTF_8);
  }

  @Test
  void theFleetAndEachMigrationHaveAPage() {
    String fleet = text(at(ExampleFleet.snapshot(), "/", null));
    assertThat(fleet)
        .contains("href=\"./migrations/shop/orders\"", "Failed", "9 days ago", "pod-0");
    String orders = text(at(ExampleFleet.snapshot(), "/migrations/shop/orders", null));
    assertThat(orders)
        .contains("pg_0143_unique_invoice.sql:12", "Remove the duplicates", "41.7 s", "2.3 GiB")
        .contains(
            "PreconditionFailed",
            "into database orders_<wbr>check<",
            "href=\"../../?namespace=shop");
  }

  /** A resource is written by others than those who look at the page. */
  @Test
  void whatAResourceSaysStaysWords() {
    SchemaMigration hostile = Examples.stalled("n", "m", ATTACK, ATTACK, 1);
    Examples.applied(hostile, 1, ATTACK, Duration.ofHours(1), Duration.ofSeconds(1));
    Examples.pending(hostile, 2, ATTACK);
    hostile.getStatus().database = new SchemaMigrationStatus.Database();
    hostile.getStatus().database.name = ATTACK;
    Snapshot snapshot =
        new Snapshot(
            true,
            List.of(hostile),
            List.of(Examples.rollback("n", "m", "r", ATTACK, ATTACK)),
            List.of(),
            List.of());
    for (String path : List.of("/", "/migrations/n/m")) {
      assertThat(text(at(snapshot, path, "namespace=" + "%22%3E%3Cscript%3E")))
          .doesNotContain("<script", "<img")
          .contains(path.equals("/") ? "&quot;&gt;&lt;script&gt;" : "&lt;script&gt;alert(1)");
    }
    assertThat(text(at(snapshot, "/", null))).contains("&lt;script&gt;alert(1)&lt;/script&gt;");
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/migrations/shop/orders", "/nowhere/at/all"})
  void everyLinkStaysBelowTheRootWhereverAProxyPutsIt(String path) {
    String page = text(at(ExampleFleet.snapshot(), path, "state=failed"));
    assertThat(LINK.matcher(page).results().map(m -> m.group(1)))
        .hasSizeGreaterThan(3)
        .allMatch(link -> link.matches("(#|\\./|(\\.\\./)+).*"));
    int depth = path.replaceAll("[^/]", "").length() - 1;
    assertThat(page).contains("href=\"" + (depth == 0 ? "./" : "../".repeat(depth)) + "style.css");
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "/migrations/shop/nothing",
        "/migrations/shop",
        "/migrations/shop/orders/",
        "/migrations/Shop/orders",
        "/migrations/shop/%3Cscript%3E",
        "/../style.css",
        "//",
        "/favicon.ico"
      })
  void anythingElseIsNotThere(String path) {
    Answer answer = at(ExampleFleet.snapshot(), path, null);
    assertThat(answer.code()).isEqualTo(404);
    assertThat(text(answer)).contains("<h1>Not found</h1>", "All migrations");
  }

  @Test
  void beforeTheWatchesHaveReadAnythingItSaysSo() {
    Site site = new Site(Optional::empty, new Layout("pod-0", "1.0"), Clock.systemUTC());
    assertThat(site.at("/", null).code()).isEqualTo(503);
    assertThat(text(site.at("/", null))).contains("has not read what there is yet");
    assertThat(site.at("/style.css", null).code()).isEqualTo(200);
  }

  @Test
  void whereAWatchIsBrokenThePageSaysThatItMayBeOld() {
    Snapshot broken = new Snapshot(false, List.of(), List.of(), List.of(), List.of());
    assertThat(text(at(broken, "/", null))).contains("what is shown may be old");
    assertThat(text(at(ExampleFleet.snapshot(), "/", null))).doesNotContain("may be old");
  }

  @Test
  void programsReadTheSame() throws IOException {
    Answer answer = at(ExampleFleet.snapshot(), "/api/migrations", "namespace=shop");
    JsonNode body = new ObjectMapper().readTree(answer.body());
    assertThat(body.at("/counts/failed").intValue()).isEqualTo(1);
    assertThat(body.at("/found").intValue()).isEqualTo(3);
    JsonNode orders = body.at("/migrations/0");
    assertThat(orders.path("name").textValue()).isEqualTo("orders");
    assertThat(orders.path("state").textValue()).isEqualTo("failed");
    assertThat(orders.path("lastBackup").textValue()).isEqualTo("2026-03-04T09:16:00Z");
    assertThat(body.at("/migrations/2").has("lastBackup")).isFalse();
  }
}
