package io.schemamigration.postgres;

import io.schemamigration.plan.History;
import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Script;
import io.schemamigration.plan.Split;
import io.schemamigration.plan.TextDigests;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/** How the files of a plan are framed: as what, and how many in a transaction. */
sealed interface Frames {

  /** The files of one transaction each. */
  List<List<Script>> batches();

  /** All files of the plan. */
  List<Script> scripts();

  /** Hashes of files of which a part ran. */
  Set<String> begun();

  /** The frames of one transaction. */
  List<Frame> of(List<Script> batch, List<Split> splits);

  /** The record of a file whose statements ran one by one. */
  Frame record(Script script, Split split, long milliseconds);

  /** What to do with a file whose beginning ran and is not to be restored. */
  String otherWay();

  /** How a file goes on whose beginning ran. */
  String resumption();

  /** How a statement is sent again that commits on its way. */
  String anew();

  /** Files that are applied. */
  record Apply(Plan.Apply plan, Tables tables, Author author) implements Frames {
    @Override
    public List<List<Script>> batches() {
      boolean together = plan.allFiles() && !plan.scripts().isEmpty();
      return together ? List.of(scripts()) : scripts().stream().map(List::of).toList();
    }

    @Override
    public List<Script> scripts() {
      return plan.scripts();
    }

    @Override
    public Set<String> begun() {
      return plan.position().history().begun().stream()
          .map(History.Begun::hash)
          .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public List<Frame> of(List<Script> batch, List<Split> splits) {
      if (plan.allFiles()) {
        return Frame.together(batch, splits, tables, author);
      }
      Script script = batch.getFirst();
      Map<String, String> values = Frame.values(script, tables, author, Frame.newNonce());
      return List.of(Frame.alone(script, splits.getFirst(), Frame.Book.APPLIED, values));
    }

    @Override
    public Frame record(Script script, Split split, long milliseconds) {
      Map<String, String> values = Frame.values(script, tables, author, Frame.newNonce());
      values.put("milliseconds", Long.toString(milliseconds));
      return Frame.record(script, split, Frame.Book.APPLIED, values);
    }

    @Override
    public String otherWay() {
      return "give the file a new hash and approve the plan that is shown then";
    }

    @Override
    public String resumption() {
      return "correct it from there, it goes on with that one";
    }

    @Override
    public String anew() {
      return "take out what is done, or ask for another try";
    }
  }

  /** Files that are undone; each script is the undo file. */
  record Undo(Plan.Undo plan, Tables tables, Author author) implements Frames {
    @Override
    public List<List<Script>> batches() {
      return scripts().stream().map(List::of).toList();
    }

    @Override
    public List<Script> scripts() {
      return plan.scripts();
    }

    @Override
    public Set<String> begun() {
      return plan.position().history().applied().stream()
          .filter(row -> row.undoing().isPresent())
          .map(History.Applied::hash)
          .collect(Collectors.toUnmodifiableSet());
    }

    @Override
    public List<Frame> of(List<Script> batch, List<Split> splits) {
      Script script = batch.getFirst();
      return List.of(
          plan.trackingOnly()
              ? record(script, splits.getFirst(), 0)
              : Frame.alone(script, splits.getFirst(), Frame.Book.UNDONE, values(script)));
    }

    @Override
    public Frame record(Script script, Split split, long milliseconds) {
      return Frame.record(script, split, Frame.Book.UNDONE, values(script));
    }

    @Override
    public String otherWay() {
      return "undo the rest by hand and ask for TrackingOnly";
    }

    @Override
    public String resumption() {
      return "correct and acknowledge it and ask anew, it goes on with that one";
    }

    @Override
    public String anew() {
      return "ask anew to send it again, or acknowledge the script without what is done before";
    }

    private Map<String, String> values(Script script) {
      String nonce = Frame.newNonce();
      Map<String, String> values = Frame.values(script, tables, author, nonce);
      String method = plan.trackingOnly() ? "TrackingOnly" : "UndoScript";
      // Without a request it is not held back: the target hash decides when it comes again.
      String request = plan.request().map("\"request\":\"%s\","::formatted).orElse("");
      Optional<TextDigests> text = Optional.ofNullable(plan.undone().get(script.hash()));
      String sql =
          text.flatMap(TextDigests::sqlSha256).map("\"sql\":\"%s\","::formatted).orElse("");
      String detail = "{%s%s\"method\":\"%s\"}".formatted(request, sql, method);
      values.put(
          "undone_sha256",
          text.map(t -> Frame.quote(nonce) + t.sha256() + Frame.quote(nonce)).orElse("NULL"));
      values.put("undo_detail", Frame.quote(nonce) + detail + Frame.quote(nonce));
      return values;
    }
  }
}
