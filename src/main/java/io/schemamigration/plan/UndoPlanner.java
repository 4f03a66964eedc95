package io.schemamigration.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Decides what a request to undo means for a database. All of it is looked at before the first
 * script runs: it is refused as a whole or begun as a whole.
 */
public final class UndoPlanner {
  /** Digits of a digest that tell it from another one; the message has to fit. */
  private static final int SHORT = 12;

  private final Situation situation;
  private final UndoRequest request;
  private final UndoBooks books;
  private final Position position;

  private UndoPlanner(Situation situation, UndoRequest request, UndoBooks books) {
    this.situation = situation;
    this.request = request;
    this.books = books;
    this.position = Position.of(situation.source(), situation.history(), Optional.empty());
  }

  /** The plan for a request. Pure: the same input gives the same plan. */
  public static Plan plan(Situation situation, UndoRequest request, UndoBooks books) {
    return new UndoPlanner(situation, request, books).plan();
  }

  private Plan plan() {
    Optional<Finding> owner = Findings.ownedByOther(situation);
    if (owner.isPresent()) {
      return refuse(owner.get().reason(), owner.get().message());
    }
    List<Plan.Adoption> adopt = Planner.adoptions(situation);
    if (!situation.history().ledger() || !adopt.isEmpty()) {
      return booksFirst(adopt);
    }
    List<String> left = request.undo().stream().filter(h -> !books.undone().contains(h)).toList();
    if (left.isEmpty()) {
      return new Plan.UpToDate(position, Optional.of("what this request names was undone for it"));
    }
    List<String> newest =
        position.applied().reversed().stream()
            .map(Position.Entry::hash)
            .limit(left.size())
            .toList();
    if (!newest.equals(left)) {
      return refuse(
          Reason.PRECONDITION_FAILED,
          "%s shall be undone, but the newest applied are %s; nothing more is undone, ask anew"
              .formatted(String.join(", ", left), String.join(", ", newest)));
    }
    List<Script> scripts = new ArrayList<>();
    for (String hash : left) {
      Optional<Plan> refusal = add(hash, scripts);
      if (refusal.isPresent()) {
        return refusal.get();
      }
    }
    return new Plan.Undo(position, request.key(), scripts, request.trackingOnly(), applied(left));
  }

  /** Adds the script that undoes a hash, or says why there is none. */
  private Optional<Plan> add(String hash, List<Script> scripts) {
    Optional<Script> source =
        situation.source().scripts().stream().filter(s -> s.hash().equals(hash)).findFirst();
    Optional<UndoBooks.Stored> stored = Optional.ofNullable(books.stored().get(hash));
    long sequence = sequence(hash).orElse(0);
    if (request.trackingOnly()) {
      String file = source.map(Script::file).orElse(hash);
      scripts.add(new Script(sequence, hash, file, "", Digest.sha256(""), Optional.empty()));
      return Optional.empty();
    }
    Optional<Script.Undo> written = source.flatMap(Script::undo);
    Optional<Problem> unfit =
        written.flatMap(
            w ->
                situation.source().problems().stream()
                    .filter(p -> p.file().equals(w.file()))
                    .findFirst());
    if (unfit.isPresent()) {
      return Optional.of(refuse(Reason.ROLLBACK_IMPOSSIBLE, unfit.get().text()));
    }
    Optional<Script.Undo> kept = stored.map(UndoBooks.Stored::undo);
    boolean differs =
        kept.isPresent()
            && written.isPresent()
            && !kept.get().sha256().equals(written.get().sha256());
    boolean accepted =
        differs && written.get().sha256().equals(situation.policy().acknowledged().get(hash));
    if (differs && !accepted) {
      return Optional.of(changed(hash, kept.get(), written.get()));
    }
    Optional<Script.Undo> undo = accepted ? written : kept.or(() -> written);
    if (undo.isEmpty()) {
      return Optional.of(
          refuse(
              Reason.ROLLBACK_IMPOSSIBLE,
              "nothing is known that undoes %s; write rollback_%s, or remove its row alone"
                      .formatted(hash, source.map(Script::file).orElse("pg_<n>_" + hash + ".sql"))
                  + " (TrackingOnly)"));
    }
    Script script =
        new Script(
            sequence,
            hash,
            undo.get().file(),
            undo.get().text(),
            undo.get().sha256(),
            Optional.empty());
    scripts.add(script);
    return ScriptCheck.problems(script).stream()
        .findFirst()
        .map(problem -> refuse(Reason.ROLLBACK_IMPOSSIBLE, problem.text()));
  }

  /** What is undone must be known by the text that it is held back with. */
  private Map<String, String> applied(List<String> hashes) {
    Map<String, String> digests = new HashMap<>();
    position
        .applied()
        .forEach(
            entry ->
                entry
                    .row()
                    .recorded()
                    .flatMap(History.Recorded::upSha256)
                    .ifPresent(sha256 -> digests.put(entry.hash(), sha256)));
    situation.source().scripts().forEach(s -> digests.put(s.hash(), s.sha256()));
    digests.keySet().retainAll(hashes);
    return digests;
  }

  /** Without a ledger nothing can be recorded; a row that it does not know has no text in it. */
  private Plan booksFirst(List<Plan.Adoption> adopt) {
    return new Plan.Apply(
        position,
        PlanId.of(situation.policy(), Optional.empty(), List.of(), List.of()),
        List.of(),
        false,
        adopt,
        List.of(),
        List.of(),
        situation.history().owner().isEmpty(),
        false,
        Optional.empty());
  }

  private OptionalLong sequence(String hash) {
    return position.applied().stream()
        .filter(e -> e.hash().equals(hash))
        .map(Position.Entry::sequence)
        .findFirst()
        .orElse(OptionalLong.empty());
  }

  private Plan changed(String hash, Script.Undo kept, Script.Undo written) {
    return refuse(
        Reason.CONTENT_CHANGED,
        ("%s is not what was stored (sha256 %s…); restore it, or take the new text with"
                + " spec.acknowledge: [{hash: %s, sha256: %s}]")
            .formatted(written.file(), kept.sha256().substring(0, SHORT), hash, written.sha256()));
  }

  private Plan refuse(Reason reason, String message) {
    return new Plan.Refuse(position, reason, message, Optional.empty(), false);
  }
}
