package io.schemamigration.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** The checks of a situation, in the order in which they are told: the first one hit is shown. */
final class Findings {
  private final ScriptSet source;
  private final History history;
  private final Policy policy;
  private final Memory memory;
  private final Situation situation;
  private final Position position;
  private final List<String> gone;
  private final List<History.Begun> begun;
  private final List<Script> scripts;
  private final Optional<Lowering> lowering;
  private final Map<String, Script> byHash;

  Findings(
      Situation situation,
      Position position,
      List<String> gone,
      List<History.Begun> begun,
      List<Script> scripts,
      Optional<Lowering> lowering) {
    this.source = situation.source();
    this.history = situation.history();
    this.policy = situation.policy();
    this.memory = situation.memory();
    this.situation = situation;
    this.position = position;
    this.gone = gone;
    this.begun = begun;
    this.scripts = scripts;
    this.lowering = lowering;
    this.byHash =
        source.scripts().stream().collect(Collectors.toMap(Script::hash, Function.identity()));
  }

  List<Finding> all() {
    return Stream.<Supplier<Finding>>of(
            this::invalidSource,
            () -> OwnerCheck.of(situation).orElse(null),
            this::historyWentBack,
            this::ledgerMissing,
            this::partiallyApplied,
            this::targetNotFound,
            this::contentChanged,
            this::fileMissing,
            this::rolledBack,
            this::outOfOrder,
            this::rollbackDenied,
            this::failedBefore)
        .map(Supplier::get)
        .filter(Objects::nonNull)
        .toList();
  }

  private Finding invalidSource() {
    List<Problem> problems = new ArrayList<>(source.blocking());
    for (int i = 0; i < position.pending().size(); i++) {
      Script script = position.pending().get(i);
      source.problems().stream()
          .filter(p -> p.hash().filter(script.hash()::equals).isPresent())
          .forEach(problems::add);
      if (i < scripts.size()) { // what runs is the beginning of what is pending
        problems.addAll(ScriptCheck.problems(script));
        if (policy.allFiles()) {
          ScriptCheck.inSteps(script).ifPresent(problems::add);
        }
      }
    }
    if (problems.isEmpty()) {
      return null;
    }
    return block(Reason.INVALID_SOURCE, problems.getFirst().text() + more(problems.size()));
  }

  private Finding historyWentBack() {
    if (gone.isEmpty()) {
      return null;
    }
    return release(
        Reason.HISTORY_WENT_BACK,
        "%s was applied and is no longer in %s%s: a restored database, or rows removed by hand"
            .formatted(gone.getLast(), policy.table(), more(gone.size())));
  }

  private Finding ledgerMissing() {
    if (!situation.ledgerLost() || position.pending().isEmpty()) {
      return null;
    }
    return release(
        Reason.LEDGER_MISSING,
        policy.table() + "_ledger is gone, so nothing tells whether files changed; restore it");
  }

  private Finding partiallyApplied() {
    if (begun.isEmpty()) {
      return null;
    }
    String hash = begun.getLast().hash();
    if (begun.getLast().underWay()) {
      return block(
          Reason.LOCK_HELD,
          "a part of %s ran, and whoever has the lock may go on with it; waiting for the end of it"
              .formatted(hash));
    }
    String way =
        byHash.containsKey(hash)
            ? "it is above spec.targetHash; raise that"
            : "its file is gone; put it back";
    return release(
        Reason.PARTIALLY_APPLIED,
        "a part of %s ran and stays%s, but %s, or undo that part by hand"
            .formatted(hash, more(begun.size()), way));
  }

  private Finding targetNotFound() {
    if (position.last() != Long.MIN_VALUE) {
      return null;
    }
    return block(
        Reason.TARGET_NOT_FOUND,
        "spec.targetHash %s is no file of the source; correct it or add the file"
            .formatted(policy.targetHash().orElse("")));
  }

  private Finding contentChanged() {
    List<Script> changed =
        position.applied().stream()
            .filter(e -> !leaving().contains(e.hash()))
            .flatMap(this::changed)
            .toList();
    if (changed.isEmpty()) {
      return null;
    }
    Script first = changed.getFirst();
    return block(
        Reason.CONTENT_CHANGED,
        ("%s differs from what was applied%s; restore it, or accept it with"
                + " spec.acknowledge: [{hash: %s, sha256: %s}]")
            .formatted(first.file(), more(changed.size()), first.hash(), first.sha256()));
  }

  /** Comments and white space are nobody's concern but the reader's. */
  private Stream<Script> changed(Position.Entry entry) {
    Script script = byHash.get(entry.hash());
    boolean accepted = script == null || policy.acknowledges(script.hash(), script.sha256());
    return !accepted && TextChange.of(entry, script) == TextChange.SQL
        ? Stream.of(script)
        : Stream.empty();
  }

  private Finding fileMissing() {
    if (policy.ignoreMissingFiles()) {
      return null;
    }
    List<String> missing =
        position.applied().stream()
            .filter(e -> !byHash.containsKey(e.hash()))
            .filter(e -> e.sequence().orElse(Long.MIN_VALUE) < position.last())
            .map(Position.Entry::hash)
            .toList();
    if (missing.isEmpty()) {
      return null;
    }
    return block(
        Reason.FILE_MISSING,
        "%s is applied but its file is not in the source%s; restore it, or allow it with"
                .formatted(missing.getFirst(), more(missing.size()))
            + " policy.missingFiles: Ignore");
  }

  /** Of what is held as well: who approves it must not be told only then. */
  private Finding outOfOrder() {
    boolean held = scripts.isEmpty() && position.held() > 0 && lowering.isEmpty();
    List<Script> next = held ? position.pending() : scripts;
    return OrderCheck.of(policy, position, next, leaving()).orElse(null);
  }

  private Finding rollbackDenied() {
    if (lowering.isPresent()) {
      return lowering.get().obstacle().orElse(null);
    }
    boolean below =
        position.last() != Long.MIN_VALUE
            && position
                .current()
                .filter(c -> c.sequence().getAsLong() > position.last())
                .isPresent();
    if (!below) {
      return null;
    }
    return block(
        Reason.ROLLBACK_DENIED,
        ("spec.targetHash %s is below %s, which is applied; raise it, or let it roll back with"
                + " policy.rollback: Allow")
            .formatted(policy.targetHash().orElse(""), position.current().get().hash()));
  }

  private Finding rolledBack() {
    if (position.held() == 0 || !scripts.isEmpty() || lowering.isPresent()) {
      return null;
    }
    Script held = position.pending().getFirst();
    return release(
        Reason.ROLLED_BACK,
        "%s was rolled back on request and is held with everything above it; change or remove it"
            .formatted(held.file()));
  }

  private Finding failedBefore() {
    if (scripts.isEmpty() && lowering.isEmpty()) {
      return null;
    }
    return memory.failure().map(f -> block(f.reason(), f.message())).orElse(null);
  }

  /** What is about to be undone. */
  private List<String> leaving() {
    return lowering.map(Lowering::above).orElse(List.of());
  }

  private static Finding block(Reason reason, String message) {
    return new Finding(reason, message, false);
  }

  private static Finding release(Reason reason, String message) {
    return new Finding(reason, message, true);
  }

  private static String more(int count) {
    return count > 1 ? " (and " + (count - 1) + " more)" : "";
  }
}
