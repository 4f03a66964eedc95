package io.schemamigration.page;

import java.time.Instant;

/**
 * What is around every page.
 *
 * @param replica who serves it
 * @param version of the operator
 */
record Layout(String replica, String version) {

  /**
   * A whole page.
   *
   * @param healthy whether all watches are alive
   * @param again where the same page is to be had anew
   */
  String page(String title, Link link, boolean healthy, String again, Instant now, Html content) {
    return Html.of("html")
        .with("lang", "en")
        .add(
            Html.of("head")
                .add(
                    Html.of("meta").with("charset", "utf-8"),
                    Html.of("meta")
                        .with("name", "viewport")
                        .with("content", "width=device-width, initial-scale=1"),
                    Html.of("meta").with("name", "color-scheme").with("content", "light dark"),
                    Html.of("title").text(title),
                    Html.of("link").with("rel", "stylesheet").with("href", link.style())),
            Html.of("body")
                .add(
                    Html.of("a", "skip").with("href", "#content").text("Skip to the content"),
                    header(link, again, now),
                    Html.of("main").with("id", "content").add(watches(healthy), content),
                    footer()))
        .document();
  }

  private static Html header(Link link, String again, Instant now) {
    return Html.of("header")
        .add(
            Html.of("a", "home").with("href", link.fleet(Filter.ALL)).text("Schema migrations"),
            Html.of("span", "asof")
                .text("As of ")
                .add(
                    Html.of("time")
                        .with("datetime", now.toString())
                        .text(Words.exact(now).substring("yyyy-MM-dd ".length())))
                .text(" · ")
                .add(Html.of("a").with("href", again).text("Reload")));
  }

  private static Html watches(boolean healthy) {
    return healthy
        ? Html.of("div")
        : Html.of("p", "warning")
            .with("role", "status")
            .text(
                "A watch of this replica is broken off: what is shown may be old. It is set up"
                    + " again by itself; the operator's log says why it broke.");
  }

  private Html footer() {
    return Html.of("footer")
        .text(
            "Read-only. Shown as "
                + replica
                + " knows it from its watches; neither the API server nor a database is asked for"
                + " it. schema-migration-operator "
                + version);
  }
}
