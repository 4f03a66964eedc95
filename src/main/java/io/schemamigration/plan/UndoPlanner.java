package io.schemamigration.plan;

import java.util.List;
import java.util.Optional;

/**
 * Decides what a request to undo means for a database. All of it is looked at before the first
 * script runs: it is refused as a whole or begun as a whole.
 */
public final class UndoPlanner {
  private final Situation situation;
  private final UndoRequest request;
  private final Position position;

  private UndoPlanner(Situation situation, UndoRequest request) {
    this.situation = situation;
    this.request = request;
    this.position = Position.of(situation.source(), situation.history(), Optional.empty());
  }

  /** The plan for a request. Pure: the same input gives the same plan. */
  public static Plan plan(Situation situation, UndoRequest request) {
    return new UndoPlanner(situation, request).plan();
  }

  private Plan plan() {
    List<String> left =
        request.undo().stream().filter(h -> !situation.books().undone().contains(h)).toList();
    if (left.isEmpty()) {
      // Before anything else: a cluster that was built anew is not the owner yet, and need not be.
      return new Plan.UpToDate(position, Optional.of("what this request names was undone for it"));
    }
    Optional<Finding> owner = OwnerCheck.of(situation);
    if (owner.isPresent()) {
      return refuse(owner.get());
    }
    if (request.expired() && situation.books().undone().isEmpty()) {
      return refuse(new Finding(Reason.EXPIRED, late(left), false));
    }
    List<String> newest = position.newest(left.size());
    if (!newest.equals(left)) {
      return refuse(
          new Finding(
              Reason.PRECONDITION_FAILED,
              "%s shall be undone, but the newest applied are %s; nothing more is undone, ask anew"
                  .formatted(String.join(", ", left), String.join(", ", newest)),
              false));
    }
    return switch (UndoScripts.of(situation, position, left, request.trackingOnly())) {
      case UndoScripts.Found.Obstacle obstacle -> refuse(obstacle.finding());
      case UndoScripts.Found.All all -> booksFirst().orElseGet(() -> undo(all, left.size()));
    };
  }

  /** What an undo in steps has done stays, whoever had asked for it. */
  private String late(List<String> left) {
    return situation.history().applied().stream()
        .filter(row -> row.undoing().isPresent() && left.contains(row.hash()))
        .map(History.Applied::hash)
        .findFirst()
        .map("its notAfter is over, and an undo of %s stopped on the way; ask anew"::formatted)
        .orElse("not begun before its notAfter; nothing was undone");
  }

  private Plan undo(UndoScripts.Found.All all, int count) {
    return new Plan.Undo(
        position,
        PlanId.rollBack(
            situation.policy(),
            position.currentHash(),
            all.scripts(),
            all.undone(),
            position.beneath(count),
            List.of()),
        request.request(),
        all.scripts(),
        request.trackingOnly(),
        all.undone());
  }

  /**
   * Without a ledger nothing can be recorded; a row that it does not know has no text in it. Only
   * once it is sure that something is undone: a ledger that is missed must not come back otherwise.
   */
  private Optional<Plan> booksFirst() {
    List<Books.Adoption> adopt = Adoptions.of(situation);
    boolean takesOwnership =
        situation.history().owner().isEmpty() || situation.ownership() != Ownership.OURS;
    if (situation.history().ledger() && adopt.isEmpty() && !takesOwnership) {
      return Optional.empty();
    }
    if (situation.source().absent().isPresent() && !adopt.isEmpty()) {
      // What is adopted without its file is never compared with it, nor undone by it.
      return situation.source().absent().map(this::refuse);
    }
    return Optional.of(
        new Plan.Record(
            position,
            PlanId.apply(situation.policy(), position.currentHash(), List.of(), List.of()),
            new Books(adopt, List.of(), List.of(), List.of(), Optional.empty(), takesOwnership),
            Optional.empty()));
  }

  private Plan refuse(Finding finding) {
    String way = finding.releasable() ? "; its SchemaMigration shows the plan to approve" : "";
    return new Plan.Refuse(position, finding.reason(), finding.message() + way);
  }
}
