package io.schemamigration.plan;

import java.util.List;
import java.util.Optional;

/**
 * Files whose undo ran in steps and stopped on the way. Nothing runs on what is neither one thing
 * nor the other, until the rest is undone or a person says that the file is applied. That approval
 * is one of its own, and is written down before anything else: the next undo must begin at its
 * beginning.
 *
 * @param rows of the tracking table, the newest last
 */
record HalfUndone(Policy policy, Position position, List<History.Applied> rows) {

  /**
   * Those of a database.
   *
   * @param leaving what is about to be undone, and so goes on by itself
   */
  static HalfUndone of(Policy policy, Position position, List<String> leaving) {
    return new HalfUndone(
        policy,
        position,
        position.history().applied().stream()
            .filter(row -> row.undoing().isPresent() && !leaving.contains(row.hash()))
            .toList());
  }

  boolean isEmpty() {
    return rows.isEmpty();
  }

  /**
   * What comes of it.
   *
   * @param books what is to be written anyway
   * @param missing whether that is anything
   * @param lost see {@link Plan.Refuse}
   */
  Plan plan(Books books, boolean missing, boolean lost, Optional<String> notice) {
    List<String> steps =
        rows.stream()
            .map(row -> "halfundone " + row.undoing().orElseThrow() + " " + row.hash())
            .toList();
    String id = PlanId.apply(policy, position.currentHash(), List.of(), steps);
    boolean approved = policy.approvedPlans().contains(id);
    if (!approved && (policy.planOnly() || !missing)) {
      return refuse(id, lost);
    }
    List<String> hashes = rows.stream().map(History.Applied::hash).toList();
    return new Plan.Record(position, id, approved ? books.abandoning(hashes, id) : books, notice);
  }

  /** What is told before it; all else may be so because of it. */
  static boolean waitsFor(Finding finding) {
    return switch (finding.reason()) {
      case INVALID_SOURCE, OWNED_BY_OTHER, HISTORY_WENT_BACK, LEDGER_MISSING -> true;
      default -> false;
    };
  }

  private Plan refuse(String id, boolean lost) {
    String hash = rows.getLast().hash();
    List<String> newest = position.newest(position.applied().size());
    List<String> undo = newest.subList(0, newest.indexOf(hash) + 1);
    String message =
        "the undo of %s stopped on the way%s, so it is neither applied nor undone; ask for it anew,"
                .formatted(hash, rows.size() > 1 ? " (and " + (rows.size() - 1) + " more)" : "")
            + " or mend it by hand and add %s to spec.approvedPlans (undo: [%s])"
                .formatted(id, String.join(", ", undo));
    return new Plan.Refuse(
        position, Reason.PARTIALLY_ROLLED_BACK, message, Optional.of(id), lost, false);
  }
}
