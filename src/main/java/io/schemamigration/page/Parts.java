package io.schemamigration.page;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Pieces that several pages have. */
final class Parts {
  private static final Pattern PIECE = Pattern.compile("[^-_.]+[-_.]*|[-_.]+");

  private Parts() {}

  /** What a migration is in, as a sign and in words. */
  static Html badge(State state) {
    return badge(state.key(), state.label());
  }

  static Html badge(Step.Kind kind) {
    String look =
        switch (kind) {
          case APPLIED -> "up-to-date";
          case FAILED -> "failed";
          case PENDING -> "pending";
        };
    return badge(look, kind.label());
  }

  static Html badge(Task task) {
    String look =
        switch (task.progress()) {
          case DONE -> "up-to-date";
          case OPEN -> "behind";
          case FAILED -> "failed";
        };
    return badge(look, task.reason());
  }

  private static Html badge(String look, String label) {
    return Html.of("span", "badge " + look).add(icon(look), Html.of("span").text(label));
  }

  /** A sign of its own shape for each state, so that nobody has to tell colours apart. */
  static Html icon(String look) {
    String path =
        switch (look) {
          case "failed" -> "M4.5 4.5l7 7m0-7l-7 7";
          case "decision" -> "M8 3v6m0 3v.5";
          case "behind" ->
              "M8 1.75a6.25 6.25 0 1 1 0 12.5 6.25 6.25 0 0 1 0-12.5M8 5v3.25l2.25 1.5";
          case "up-to-date" -> "M3.5 8.5l3 3 6-7";
          case "suspended" -> "M6 4.5v7m4-7v7";
          case "pending" -> "M4 8h8m-3-3l3 3-3 3";
          default -> throw new IllegalArgumentException("no sign for " + look);
        };
    return Html.of("svg", "icon")
        .with("viewBox", "0 0 16 16")
        .with("aria-hidden", "true")
        .add(Html.of("path").with("d", path));
  }

  /** How long ago, and exactly when. */
  static Html time(Optional<Instant> time, Instant now, String otherwise) {
    return time.map(
            t ->
                Html.of("time")
                    .with("datetime", t.toString())
                    .with("title", Words.exact(t))
                    .text(Words.relative(t, now)))
        .orElseGet(() -> Html.of("span", "muted").text(otherwise));
  }

  /** The cells of one row, each under its column's name. */
  record Column<T>(String title, String styleClass, Function<T, Html> cell) {}

  /**
   * A table that turns into a list where the screen is narrow; the roles keep it a table for those
   * who do not see it.
   *
   * @param caption what it is about, read out before it
   */
  static <T> Html table(String caption, List<T> rows, List<Column<T>> columns) {
    Html head = Html.of("tr").with("role", "row");
    for (Column<T> column : columns) {
      head.add(
          Html.of("th", column.styleClass())
              .with("scope", "col")
              .with("role", "columnheader")
              .text(column.title()));
    }
    return Html.of("table")
        .with("role", "table")
        .add(
            Html.of("caption", "unseen").text(caption),
            Html.of("thead").with("role", "rowgroup").add(head),
            Html.of("tbody")
                .with("role", "rowgroup")
                .add(rows.stream().map(row -> cells(row, columns)).toList()));
  }

  private static <T> Html cells(T row, List<Column<T>> columns) {
    return Html.of("tr")
        .with("role", "row")
        .add(
            columns.stream()
                .map(
                    column ->
                        Html.of("td", column.styleClass())
                            .with("role", "cell")
                            .with("data-column", column.title())
                            .add(column.cell().apply(row)))
                .toList());
  }

  /** A hash, which may go on in the next line after its separators. */
  static Html hash(String hash) {
    Html words = Html.of("span");
    Matcher piece = PIECE.matcher(hash);
    while (piece.find()) {
      words.text(piece.group());
      if (piece.end() < hash.length()) {
        words.add(Html.of("wbr"));
      }
    }
    return words;
  }

  static Html span(String words) {
    return Html.of("span").text(words);
  }
}
