package io.schemamigration.page;

import io.schemamigration.page.Parts.Column;
import java.time.Duration;
import java.time.Instant;
import java.util.Comparator;
import java.util.List;
import java.util.Locale;
import java.util.Optional;

/** Shows the files of a migration in their order, and how long each ran. */
final class Timeline {
  private static final int WIDTH = 1000;

  /** Even the shortest can be seen. */
  private static final int LEAST = 6;

  private final Duration longest;
  private final Instant now;

  private Timeline(Duration longest, Instant now) {
    this.longest = longest;
    this.now = now;
  }

  static Html of(Detail detail, Instant now) {
    List<Step> steps = detail.steps();
    Html section = Html.of("section").add(Html.of("h2").text("Timeline"));
    if (steps.isEmpty()) {
      return section.add(Html.of("p", "muted").text("No file is known yet."));
    }
    Duration longest =
        steps.stream()
            .flatMap(s -> s.duration().stream())
            .max(Comparator.naturalOrder())
            .orElse(Duration.ZERO);
    Timeline timeline = new Timeline(longest, now);
    return section.add(
        Html.of("p", "muted").text(shown(detail)),
        Parts.table(
            "Files in their order, and how long each ran",
            steps,
            List.of(
                new Column<>("State", "state", step -> Parts.badge(step.kind())),
                new Column<>(
                    "Sequence",
                    "number",
                    step -> Parts.span(step.sequence().map(Object::toString).orElse("–"))),
                new Column<>(
                    "Hash", "hash", step -> Parts.hash(step.hash() == null ? "–" : step.hash())),
                new Column<>("Applied", "time", timeline::time),
                new Column<>("Duration", "duration", timeline::duration))));
  }

  private static String shown(Detail detail) {
    long applied = detail.steps().stream().filter(step -> step.kind() == Step.Kind.APPLIED).count();
    long next = detail.steps().size() - applied;
    int all = detail.applied().orElse((int) applied);
    int pending = detail.row().pending().orElse((int) next);
    String before =
        all > applied
            ? "The newest " + applied + " of " + Words.count(all, "applied file")
            : Words.count(all, "applied file");
    String after =
        pending > next ? "the first " + next + " of " + pending + " pending" : pending + " pending";
    return before + ", " + after + ". The bars are as long as a file ran, beside the longest.";
  }

  private Html time(Step step) {
    return Parts.time(step.time(), now, step.kind() == Step.Kind.APPLIED ? "unknown" : "not yet");
  }

  private Html duration(Step step) {
    Optional<Duration> duration = step.duration();
    if (duration.isEmpty()) {
      return Html.of("span", "muted").text("–");
    }
    return Html.of("span", "measure")
        .add(bar(duration.get()), Html.of("span").text(Words.duration(duration.get())));
  }

  private Html bar(Duration duration) {
    double share =
        longest.isZero() ? 0 : (double) duration.toMillis() / Math.max(1, longest.toMillis());
    long width = Math.max(LEAST, Math.round(share * WIDTH));
    return Html.of("svg", "bar")
        .with("viewBox", "0 0 " + WIDTH + " 10")
        .with("preserveAspectRatio", "none")
        .with("aria-hidden", "true")
        .add(
            Html.of("rect")
                .with("width", String.format(Locale.ROOT, "%d", width))
                .with("height", "10"));
  }
}
