package io.schemamigration.page;

import io.schemamigration.page.Parts.Column;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;

/** Shows one migration. */
final class DetailPage {
  private final Detail detail;
  private final Row row;
  private final Link link;
  private final Instant now;

  private DetailPage(Detail detail, Link link, Instant now) {
    this.detail = detail;
    this.row = detail.row();
    this.link = link;
    this.now = now;
  }

  static Html of(Detail detail, Link link, Instant now) {
    DetailPage page = new DetailPage(detail, link, now);
    Html content = Html.of("div").add(page.crumbs(), page.title(), page.lead());
    detail.lastRun().filter(Detail.Run::failed).ifPresent(run -> content.add(page.failure(run)));
    return content.add(
        page.facts(),
        Timeline.of(detail, now),
        page.tasks("Backups", detail.backups(), "Covers", true),
        page.tasks("Requests to undo", detail.rollbacks(), "Undoes", false),
        page.tasks("Restores of its backups", detail.restores(), "Makes", false),
        page.conditions(),
        page.commands());
  }

  private Html crumbs() {
    Filter same = new Filter(Optional.of(row.namespace()), Optional.empty(), 1);
    return Html.of("nav", "crumbs")
        .with("aria-label", "Where this is")
        .add(
            Html.of("a").with("href", link.fleet(Filter.ALL)).text("Migrations"),
            Html.of("span").with("aria-hidden", "true").text(" / "),
            Html.of("a").with("href", link.fleet(same)).text(row.namespace()));
  }

  private Html title() {
    return Html.of("div", "title").add(Html.of("h1").text(row.name()), Parts.badge(row.state()));
  }

  /** What Ready says, unless the failure below it says the same in more detail. */
  private Html lead() {
    boolean twice =
        detail.lastRun().flatMap(Detail.Run::message).filter(row.message()::contains).isPresent();
    return twice ? Html.of("div") : Html.of("p", "lead").text(row.message());
  }

  private Html failure(Detail.Run run) {
    Html section =
        Html.of("section", "failure")
            .with("aria-labelledby", "failure")
            .add(Html.of("h2").with("id", "failure").text("What the last run ended with"));
    Html list = Html.of("dl", "facts");
    run.place().ifPresent(place -> list.add(whole("Where", Html.of("code").text(place))));
    run.statement().ifPresent(n -> list.add(fact("Statement", Parts.span("number " + n))));
    run.sqlState().ifPresent(s -> list.add(fact("SQLSTATE", Html.of("code").text(s))));
    list.add(fact("When", Parts.time(run.end(), now, "unknown")));
    run.message().ifPresent(m -> list.add(whole("Message", Parts.span(m))));
    run.hint().ifPresent(h -> list.add(whole("Next step", Html.of("strong").text(h))));
    return section.add(list);
  }

  private static Html fact(String term, Html value) {
    return Html.of("div").add(Html.of("dt").text(term), Html.of("dd").add(value));
  }

  /** One that takes a row of its own. */
  private static Html whole(String term, Html value) {
    return fact(term, value).with("class", "whole");
  }

  private Html facts() {
    Html list = Html.of("dl", "facts");
    list.add(
        fact("Current", Html.of("code").text(row.current().orElse("–"))),
        fact("Applied", Parts.span(detail.applied().map(Object::toString).orElse("?"))),
        fact("Pending", Parts.span(row.pending().map(Object::toString).orElse("?"))));
    if (row.held() > 0) {
      list.add(fact("Held after an undo", Parts.span(Integer.toString(row.held()))));
    }
    detail.database().ifPresent(text -> list.add(fact("Database", Parts.span(text))));
    list.add(
        fact("Last change", Parts.time(row.lastChange(), now, "–")),
        fact("Last backup", Parts.time(row.lastBackup(), now, "none")));
    detail.lastRun().ifPresent(run -> list.add(fact("Last run", run(run))));
    detail
        .nextRetry()
        .ifPresent(t -> list.add(fact("Next try", Parts.time(detail.nextRetry(), now, ""))));
    detail.plan().ifPresent(plan -> list.add(whole("Plan", Html.of("code").text(plan))));
    return Html.of("section").with("aria-label", "In short").add(list);
  }

  private Html run(Detail.Run run) {
    Html words = Html.of("span").text(run.outcome() + ", ").add(Parts.time(run.end(), now, "–"));
    run.start()
        .flatMap(start -> run.end().map(end -> Duration.between(start, end)))
        .filter(d -> !d.isNegative())
        .ifPresent(d -> words.text(", took " + Words.duration(d)));
    return words;
  }

  private Html tasks(String heading, List<Task> tasks, String about, boolean dumps) {
    Html section = Html.of("section").add(Html.of("h2").text(heading));
    if (tasks.isEmpty()) {
      return section.add(Html.of("p", "muted").text("None."));
    }
    Column<Task> state = new Column<>("State", "state", Parts::badge);
    Column<Task> name = new Column<>("Name", "name", t -> Parts.span(t.name()));
    Column<Task> what = new Column<>(about, "hash", t -> Parts.hash(t.about()));
    Column<Task> age = new Column<>("Over", "time", t -> Parts.time(t.completed(), now, "not yet"));
    Column<Task> message = new Column<>("Message", "message", t -> Parts.span(t.message()));
    Column<Task> size =
        new Column<>("Size", "number", t -> Parts.span(t.bytes().map(Words::size).orElse("–")));
    return section.add(
        dumps
            ? Parts.table(heading, tasks, List.of(state, name, what, size, age, message))
            : Parts.table(heading, tasks, List.of(state, name, what, age, message)));
  }

  private Html conditions() {
    Html section = Html.of("section").add(Html.of("h2").text("Conditions"));
    if (detail.conditions().isEmpty()) {
      return section.add(Html.of("p", "muted").text("None yet."));
    }
    return section.add(
        Parts.table(
            "Conditions",
            detail.conditions(),
            List.of(
                new Column<>("Type", "name", c -> Parts.span(c.getType())),
                new Column<>("Status", "status", c -> Parts.span(c.getStatus())),
                new Column<>("Reason", "reason", c -> Parts.span(words(c.getReason()))),
                new Column<>(
                    "Since",
                    "time",
                    c -> Parts.time(Facts.time(c.getLastTransitionTime()), now, "–")),
                new Column<>("Message", "message", c -> Parts.span(words(c.getMessage()))))));
  }

  private static String words(String text) {
    return text == null ? "" : text;
  }

  private Html commands() {
    String command = "kubectl --namespace " + row.namespace() + " describe schemamigration ";
    return Html.of("section")
        .add(
            Html.of("h2").text("On the command line"),
            Html.of("pre").with("tabindex", "0").add(Html.of("code").text(command + row.name())));
  }
}
