package io.schemamigration.page;

import io.schemamigration.page.Parts.Column;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Shows all migrations. */
final class FleetPage {
  private final Fleet fleet;
  private final Link link;
  private final Instant now;

  private FleetPage(Fleet fleet, Link link, Instant now) {
    this.fleet = fleet;
    this.link = link;
    this.now = now;
  }

  static Html of(Fleet fleet, Link link, Instant now) {
    FleetPage page = new FleetPage(fleet, link, now);
    Html heading =
        Html.of("h1")
            .text("Migrations")
            .add(
                fleet.filter().namespace().map(n -> Html.of("span", "in").text(" in " + n)).stream()
                    .toList());
    return Html.of("div").add(heading, page.counts(), page.form(), page.rows(), page.pages());
  }

  private Html counts() {
    Html list = Html.of("ul", "counts");
    int all = fleet.counts().values().stream().mapToInt(Integer::intValue).sum();
    list.add(count("all", "All", all, Optional.empty()));
    fleet
        .counts()
        .forEach(
            (state, number) ->
                list.add(count(state.key(), state.label(), number, Optional.of(state))));
    return Html.of("nav").with("aria-label", "States").add(list);
  }

  private Html count(String look, String label, int number, Optional<State> state) {
    Html here =
        Html.of("a", number == 0 ? "count none" : "count " + look)
            .with("href", link.fleet(fleet.filter().in(state)))
            .add(Html.of("span", "number").text(Integer.toString(number)));
    Html words = Html.of("span", "label");
    state.ifPresent(s -> words.add(Parts.icon(s.key())));
    here.add(words.add(Parts.span(label)));
    if (fleet.filter().state().equals(state)) {
      here.with("aria-current", "true");
    }
    return Html.of("li").add(here);
  }

  private Html form() {
    Html select = Html.of("select").with("name", "namespace").with("id", "namespace");
    select.add(Html.of("option").with("value", "").text("All namespaces"));
    for (String namespace : fleet.namespaces()) {
      Html option = Html.of("option").with("value", namespace).text(namespace);
      if (fleet.filter().namespace().filter(namespace::equals).isPresent()) {
        option.with("selected", "selected");
      }
      select.add(option);
    }
    Html form =
        Html.of("form")
            .with("method", "get")
            .with("action", link.fleet(Filter.ALL))
            .add(Html.of("label").with("for", "namespace").text("Namespace"), select);
    fleet
        .filter()
        .state()
        .ifPresent(
            s ->
                form.add(
                    Html.of("input")
                        .with("type", "hidden")
                        .with("name", "state")
                        .with("value", s.key())));
    form.add(Html.of("button").with("type", "submit").text("Show"));
    if (!fleet.filter().in(Optional.empty()).equals(Filter.ALL)
        || fleet.filter().state().isPresent()) {
      form.add(Html.of("a").with("href", link.fleet(Filter.ALL)).text("Show all"));
    }
    return form;
  }

  private Html rows() {
    if (fleet.rows().isEmpty()) {
      return Html.of("p", "empty")
          .text(
              fleet.filter().namespace().isPresent() || fleet.filter().state().isPresent()
                  ? "No migration is like that."
                  : "There is no SchemaMigration yet in what this operator serves.");
    }
    return Parts.table(
        "Migrations, the most urgent first",
        fleet.rows(),
        List.of(
            new Column<>("State", "state", row -> Parts.badge(row.state())),
            new Column<>("Migration", "name", this::name),
            new Column<>("Current", "hash", row -> Parts.hash(row.current().orElse("–"))),
            new Column<>("Pending", "number", row -> Parts.span(pending(row))),
            new Column<>("Last backup", "time", row -> Parts.time(row.lastBackup(), now, "none")),
            new Column<>("Last change", "time", row -> Parts.time(row.lastChange(), now, "–")),
            new Column<>("Message", "message", row -> Parts.span(row.message()))));
  }

  private static String pending(Row row) {
    String pending = row.pending().map(Object::toString).orElse("?");
    return row.held() == 0 ? pending : pending + " + " + row.held() + " held";
  }

  private Html name(Row row) {
    return Html.of("span")
        .add(
            Html.of("a").with("href", link.migration(row.namespace(), row.name())).text(row.name()),
            Html.of("span", "namespace").text(row.namespace()));
  }

  private Html pages() {
    Html nav = Html.of("nav", "pages").with("aria-label", "Pages");
    int page = fleet.filter().page();
    if (page > 1) {
      nav.add(Html.of("a").with("href", link.fleet(fleet.filter().at(page - 1))).text("Previous"));
    }
    nav.add(
        Parts.span(
            Words.count(fleet.found(), "migration")
                + (fleet.pages() > 1 ? ", page " + page + " of " + fleet.pages() : "")));
    if (page < fleet.pages()) {
      nav.add(Html.of("a").with("href", link.fleet(fleet.filter().at(page + 1))).text("Next"));
    }
    return nav;
  }
}
