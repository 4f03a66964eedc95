package io.schemamigration.plan;

import java.util.List;
import java.util.Optional;

/** What another tool, or a person, has recorded as applied and our books do not know. */
final class Adoptions {
  private Adoptions() {}

  /** Rows that the ledger does not know yet, each with the file that the source has for it. */
  static List<Books.Adoption> of(Situation situation) {
    return situation.history().applied().stream()
        .filter(row -> row.recorded().isEmpty())
        .map(
            row ->
                new Books.Adoption(
                    row,
                    situation.source().scripts().stream()
                        .filter(s -> s.hash().equals(row.hash()))
                        .map(s -> withoutUnfitUndo(situation.source(), s))
                        .findFirst()))
        .toList();
  }

  /** What could not be read as it is must not be stored as what undoes a file. */
  private static Script withoutUnfitUndo(ScriptSet source, Script script) {
    boolean unfit =
        script
            .undo()
            .filter(u -> source.problems().stream().anyMatch(p -> p.file().equals(u.file())))
            .isPresent();
    return unfit
        ? new Script(
            script.sequence(),
            script.hash(),
            script.file(),
            script.text(),
            script.sha256(),
            Optional.empty())
        : script;
  }
}
