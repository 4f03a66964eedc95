package io.schemamigration.plan;

import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What a target hash below the present asks for, where it may roll back.
 *
 * @param above the hashes that go, the newest first
 * @param obstacle what speaks against it; empty: nothing does
 * @param scripts the undo files in the order they will run
 * @param undone by hash the text that is undone
 * @param to the newest hash that stays applied
 */
record Lowering(
    List<String> above,
    Optional<Finding> obstacle,
    List<Script> scripts,
    Map<String, TextDigests> undone,
    Optional<String> to) {

  /** Empty: the policy does not let the target roll back, or nothing is above it. */
  static Optional<Lowering> of(Situation situation, Position position) {
    return Pin.of(situation.source(), situation.policy())
        .map(pin -> pin.hashes(situation.history()))
        .filter(above -> !above.isEmpty())
        .map(above -> of(situation, position, above));
  }

  private static Lowering of(Situation situation, Position position, List<String> above) {
    List<String> newest = position.newest(above.size());
    if (!newest.equals(above)) {
      String between =
          newest.stream().filter(h -> !above.contains(h)).findFirst().orElse(newest.getFirst());
      return blocked(
          above,
          new Finding(
              Reason.ROLLBACK_IMPOSSIBLE,
              ("spec.targetHash %s would undo %s, but %s, which stays, was applied later; name what"
                      + " to undo in a SchemaRollback")
                  .formatted(
                      situation.policy().targetHash().orElse(""),
                      String.join(", ", above),
                      between),
              false));
    }
    return switch (UndoScripts.of(situation, position, above, false)) {
      case UndoScripts.Found.Obstacle obstacle -> blocked(above, obstacle.finding());
      case UndoScripts.Found.All all ->
          new Lowering(
              above,
              foreign(situation, above),
              all.scripts(),
              all.undone(),
              position.beneath(above.size()));
    };
  }

  /** What another tool wrote may not be what the files say: nobody's pin undoes that by itself. */
  private static Optional<Finding> foreign(Situation situation, List<String> above) {
    return situation.history().applied().reversed().stream()
        .filter(row -> above.contains(row.hash()))
        .filter(row -> row.recorded().filter(r -> !r.adopted()).isEmpty())
        .findFirst()
        .map(
            row ->
                new Finding(
                    Reason.ROLLBACK_DENIED,
                    "%s was not applied by this operator, so spec.targetHash alone does not undo it"
                        .formatted(row.hash()),
                    true));
  }

  private static Lowering blocked(List<String> above, Finding finding) {
    return new Lowering(above, Optional.of(finding), List.of(), Map.of(), Optional.empty());
  }
}
