package io.schemamigration.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Instant;
import java.util.Optional;
import java.util.function.Supplier;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Every page there is, by its path. */
final class Site {
  /** Names as the API server takes them; anything else names nothing. */
  private static final Pattern MIGRATION =
      Pattern.compile("/migrations/([-a-z0-9]{1,63})/([-.a-z0-9]{1,253})");

  private static final String STYLE = read("style.css");

  private final Supplier<Optional<Snapshot>> caches;
  private final Layout layout;
  private final Clock clock;

  /**
   * Makes it.
   *
   * @param caches what the watches know; empty as long as they are not filled
   */
  Site(Supplier<Optional<Snapshot>> caches, Layout layout, Clock clock) {
    this.caches = caches;
    this.layout = layout;
    this.clock = clock;
  }

  private static String read(String name) {
    try (InputStream in = Site.class.getResourceAsStream(name)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** What stands at a path; both parts are as they were in the URL. */
  Answer at(String path, String query) {
    Link link = Link.from(path);
    if (path.equals("/style.css")) {
      return Answer.css(STYLE);
    }
    Matcher migration = MIGRATION.matcher(path);
    boolean known = path.equals("/") || path.equals("/api/migrations") || migration.matches();
    if (!known) {
      return words(link, 404, "Not found", "There is no such page.");
    }
    Optional<Snapshot> snapshot = caches.get();
    if (snapshot.isEmpty()) {
      return words(
          link,
          503,
          "Not ready",
          "This replica has not read what there is yet. Reload in a few seconds.");
    }
    return switch (path) {
      case "/" -> fleet(snapshot.get(), Filter.of(query), link);
      case "/api/migrations" -> Answer.json(Api.write(Fleet.of(snapshot.get(), Filter.of(query))));
      default -> detail(snapshot.get(), migration.group(1), migration.group(2), link);
    };
  }

  private Answer fleet(Snapshot snapshot, Filter filter, Link link) {
    Fleet fleet = Fleet.of(snapshot, filter);
    Instant now = clock.instant();
    String again = link.fleet(fleet.filter());
    Html content = FleetPage.of(fleet, link, now);
    return Answer.html(
        200, layout.page("Schema migrations", link, snapshot.healthy(), again, now, content));
  }

  private Answer detail(Snapshot snapshot, String namespace, String name, Link link) {
    Optional<Detail> detail = Detail.of(snapshot, namespace, name);
    if (detail.isEmpty()) {
      return words(
          link,
          404,
          "Not found",
          "There is no SchemaMigration %s in namespace %s, or this operator does not serve it."
              .formatted(name, namespace));
    }
    Instant now = clock.instant();
    String again = link.migration(namespace, name);
    String title = "%s in %s – Schema migrations".formatted(name, namespace);
    Html content = DetailPage.of(detail.get(), link, now);
    return Answer.html(200, layout.page(title, link, snapshot.healthy(), again, now, content));
  }

  private Answer words(Link link, int code, String title, String words) {
    Html content =
        Html.of("div")
            .add(
                Html.of("h1").text(title),
                Html.of("p", "lead").text(words),
                Html.of("p")
                    .add(Html.of("a").with("href", link.fleet(Filter.ALL)).text("All migrations")));
    String page =
        layout.page(
            title + " – Schema migrations",
            link,
            true,
            link.fleet(Filter.ALL),
            clock.instant(),
            content);
    return Answer.html(code, page);
  }
}
