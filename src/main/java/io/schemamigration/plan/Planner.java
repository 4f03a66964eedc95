package io.schemamigration.plan;

import java.util.ArrayList;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Decides what shall happen to a database. Nothing is ever "fixed" by guessing: what does not add
 * up is refused with the ways out named.
 */
public final class Planner {
  private final Situation situation;
  private final History history;
  private final Policy policy;
  private final Position position;
  private final List<String> gone;
  private final String fullId;

  private Planner(Situation situation) {
    this.situation = situation;
    this.history = situation.history();
    this.policy = situation.policy();
    this.position = Position.of(situation.source(), history, policy.targetHash());
    this.gone = history.fresh() ? List.of() : gone(situation);
    this.fullId =
        PlanId.of(
            policy, position.current().map(Position.Entry::hash), position.pending(), releases());
  }

  /** The plan for a situation. Pure: the same situation gives the same plan. */
  public static Plan plan(Situation situation) {
    return new Planner(situation).plan();
  }

  private Plan plan() {
    boolean approved = policy.approvedPlans().contains(fullId);
    List<Script> scripts = approved ? position.pending() : position.free();
    List<Finding> findings = new Findings(situation, position, gone, scripts).all();
    List<Finding> open = findings.stream().filter(f -> !(approved && f.releasable())).toList();
    if (!open.isEmpty()) {
      return refuse(open);
    }
    List<Plan.Adoption> adopt = adoptions(situation);
    boolean takesOwnership = history.owner().isEmpty() || situation.ownership() != Ownership.OURS;
    boolean books = !history.tracking() || !history.ledger() || takesOwnership || !adopt.isEmpty();
    if (scripts.isEmpty() && (policy.planOnly() || !books)) {
      return new Plan.UpToDate(position, remark());
    }
    String id = approved || position.held() == 0 ? fullId : freeId();
    return new Plan.Apply(
        position,
        id,
        scripts,
        policy.allFiles(),
        adopt,
        List.of(),
        gone,
        takesOwnership,
        approved,
        notice());
  }

  private Plan refuse(List<Finding> open) {
    Finding first = open.getFirst();
    boolean releasable = open.stream().allMatch(Finding::releasable);
    StringBuilder message = new StringBuilder(first.message());
    if (releasable) {
      message.append("; to go on all the same add ").append(fullId);
      message.append(" to spec.approvedPlans");
    }
    if (open.size() > 1) {
      message.append(others(open, first.releasable() && !releasable));
    }
    Optional<String> id = releasable ? Optional.of(fullId) : Optional.empty();
    boolean lost =
        open.stream()
            .map(Finding::reason)
            .anyMatch(r -> r == Reason.HISTORY_WENT_BACK || r == Reason.LEDGER_MISSING);
    return new Plan.Refuse(position, first.reason(), message.toString(), id, lost);
  }

  /** Told what to do, a person must not wait for an id that is not shown yet. */
  private static String others(List<Finding> open, boolean blocked) {
    Stream<Finding> others = open.stream().skip(1);
    return blocked
        ? others
            .filter(f -> !f.releasable())
            .map(Finding::message)
            .collect(Collectors.joining("; ", "; resolve first: ", "; then it can be approved"))
        : others.map(f -> f.reason().label()).collect(Collectors.joining(", ", " (then: ", ")"));
  }

  private String freeId() {
    return PlanId.of(
        policy, position.current().map(Position.Entry::hash), position.free(), List.of());
  }

  /**
   * What an approval of the full plan would release. An older approval never fits a newer event.
   */
  private List<String> releases() {
    List<String> lines = new ArrayList<>();
    Set<String> pending = position.pending().stream().map(Script::hash).collect(Collectors.toSet());
    if (position.held() > 0) {
      history.absent().stream()
          .filter(a -> a.fate() == History.Fate.ROLLED_BACK && pending.contains(a.hash()))
          .forEach(a -> lines.add("held " + a.run()));
    }
    if (!gone.isEmpty()) {
      String ledger = history.owner().map(o -> o.ledger().toString()).orElse("-");
      lines.add("wentback " + ledger + " " + situation.memory().currentHash().orElse("-"));
    }
    return lines;
  }

  /** Hashes that were applied once and went away without a rollback on record. */
  private static List<String> gone(Situation situation) {
    History history = situation.history();
    Memory memory = situation.memory();
    Set<String> gone =
        new LinkedHashSet<>(memory.concerns(history) ? memory.appliedHashes() : List.of());
    for (History.Absent absent : history.absent()) {
      switch (absent.fate()) {
        case WENT_AWAY -> gone.add(absent.hash());
        case ROLLED_BACK, ACCEPTED -> gone.remove(absent.hash());
      }
    }
    gone.removeAll(history.byHash().keySet());
    return List.copyOf(gone);
  }

  /** Rows that the ledger does not know yet, each with the file that the source has for it. */
  static List<Plan.Adoption> adoptions(Situation situation) {
    return situation.history().applied().stream()
        .filter(row -> row.recorded().isEmpty())
        .map(
            row ->
                new Plan.Adoption(
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

  private Optional<String> remark() {
    Map<String, Script> byHash =
        situation.source().scripts().stream()
            .collect(Collectors.toMap(Script::hash, Function.identity()));
    List<String> commented =
        position.applied().stream()
            .filter(e -> byHash.containsKey(e.hash()))
            .filter(e -> TextChange.of(e, byHash.get(e.hash())) == TextChange.COMMENTS)
            .map(e -> byHash.get(e.hash()).file())
            .toList();
    return commented.isEmpty()
        ? Optional.empty()
        : Optional.of(
            commented.getFirst()
                + (commented.size() > 1 ? " and " + (commented.size() - 1) + " more" : "")
                + " changed in comments or white space only");
  }

  private Optional<String> notice() {
    if (situation.ownership() == Ownership.GONE) {
      return history
          .owner()
          .map(o -> "took the database over from " + o.namespace() + "/" + o.name() + ", now gone");
    }
    boolean filled = history.fresh() && !situation.memory().appliedHashes().isEmpty();
    return filled
        ? Optional.of("the database is empty although files had been applied; filling it again")
        : Optional.empty();
  }
}
