package io.schemamigration.plan;

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
  private final List<History.Begun> begun;
  private final Releases releases;
  private final HalfUndone halfUndone;
  private final Optional<Lowering> lowering;

  /** Of all that is pending; approved, it releases what is held as well. */
  private final String fullId;

  /** Of what is pending below the first hold; approved, it releases everything but holds. */
  private final String freeId;

  private Planner(Situation situation) {
    this.situation = situation;
    this.history = situation.history();
    this.policy = situation.policy();
    this.position = Position.of(situation.source(), history, policy.targetHash());
    this.gone = history.fresh() ? List.of() : gone(situation);
    this.begun = begun(history, position);
    this.releases = new Releases(situation, position, gone, begun);
    this.lowering = Lowering.of(situation, position);
    List<String> leaving = lowering.map(Lowering::above).orElse(List.of());
    this.halfUndone = HalfUndone.of(policy, position, leaving);
    Optional<String> current = position.currentHash();
    this.fullId =
        lowering
            .map(this::id)
            .orElseGet(() -> PlanId.apply(policy, current, position.pending(), releases.all()));
    this.freeId =
        lowering.isPresent() || position.held() == 0
            ? fullId
            : PlanId.apply(policy, current, position.free(), releases.events());
  }

  private String id(Lowering l) {
    return PlanId.rollBack(
        policy, position.currentHash(), l.scripts(), l.undone(), l.to(), releases.all());
  }

  /** The plan for a situation. Pure: the same situation gives the same plan. */
  public static Plan plan(Situation situation) {
    return new Planner(situation).plan();
  }

  private Plan plan() {
    boolean all = policy.approvedPlans().contains(fullId);
    boolean approved = all || policy.approvedPlans().contains(freeId);
    List<Script> next = all ? position.pending() : position.free();
    List<Script> scripts = halfUndone.isEmpty() ? next : List.of();
    List<Finding> findings =
        new Findings(situation, position, gone, begun, scripts, lowering).all();
    List<Finding> open =
        findings.stream()
            .filter(f -> halfUndone.isEmpty() || HalfUndone.waitsFor(f))
            .filter(f -> !f.releasable() || !(isHold(f) ? all : approved))
            .toList();
    if (!open.isEmpty()) {
      return refuse(open);
    }
    String id = all ? fullId : freeId;
    boolean takesOwnership = history.owner().isEmpty() || situation.ownership() != Ownership.OURS;
    List<Books.Adoption> adopt = Adoptions.of(situation);
    Optional<String> released = approved ? Optional.of(id) : Optional.empty();
    // Beside an undo that stopped, nobody is shown what else is there in part.
    List<History.Begun> shown = halfUndone.isEmpty() ? begun : List.of();
    List<String> accepted =
        Stream.concat(
                gone.stream().filter(h -> !goesOn(h)), shown.stream().map(History.Begun::hash))
            .distinct()
            .toList();
    Books books = new Books(adopt, List.of(), accepted, List.of(), released, takesOwnership);
    boolean missing =
        !history.tracking() || !history.ledger() || takesOwnership || !adopt.isEmpty();
    if (!halfUndone.isEmpty()) {
      return halfUndone.plan(books, takesOwnership || !accepted.isEmpty(), lost(), notice());
    }
    return lowering
        .map(l -> lower(l, books, missing || !accepted.isEmpty()))
        .orElseGet(() -> raise(scripts, id, books, missing));
  }

  private Plan raise(List<Script> scripts, String id, Books books, boolean missing) {
    boolean quiet = policy.planOnly() || !missing;
    if (scripts.isEmpty() && quiet && books.accepted().isEmpty()) {
      return new Plan.UpToDate(position, remark());
    }
    return scripts.isEmpty()
        ? new Plan.Record(position, id, books, notice())
        : new Plan.Apply(position, id, scripts, policy.allFiles(), books, notice());
  }

  /** What is undone must be in the ledger first; what is pending below the target comes after. */
  private Plan lower(Lowering l, Books books, boolean missing) {
    return missing && !policy.planOnly()
        ? new Plan.Record(position, fullId, books, notice())
        : new Plan.Undo(position, fullId, Optional.empty(), l.scripts(), false, l.undone());
  }

  private Plan refuse(List<Finding> open) {
    Finding first = open.getFirst();
    boolean releasable = open.stream().allMatch(Finding::releasable);
    // Whoever takes a database over has not said that what is held in it may run.
    String released = open.stream().allMatch(Planner::isHold) ? fullId : freeId;
    StringBuilder message = new StringBuilder(first.message());
    if (releasable) {
      String undoes =
          lowering.map(l -> ", which undoes " + String.join(", ", l.above()) + ",").orElse("");
      message.append("; to go on all the same").append(undoes).append(" add ").append(released);
      message.append(" to spec.approvedPlans");
    }
    if (open.size() > 1) {
      message.append(others(open, first.releasable() && !releasable));
    }
    Optional<String> id = releasable ? Optional.of(released) : Optional.empty();
    return new Plan.Refuse(
        position, first.reason(), message.toString(), id, lost(), lowering.isPresent());
  }

  /** Also where that is approved and something else is told: nothing of it is written down yet. */
  private boolean lost() {
    return !gone.isEmpty() || situation.ledgerLost();
  }

  private static boolean isHold(Finding finding) {
    return finding.reason() == Reason.ROLLED_BACK;
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

  /** Of a database that was restored: a part of it is there, and that is not run again. */
  private boolean goesOn(String hash) {
    return position.pending().stream().anyMatch(s -> s.hash().equals(hash))
        && history.begun().stream().anyMatch(b -> b.hash().equals(hash));
  }

  /** Files of which a part ran, and which are not to be run on. */
  private static List<History.Begun> begun(History history, Position position) {
    Set<String> pending = position.pending().stream().map(Script::hash).collect(Collectors.toSet());
    return position.last() == Long.MIN_VALUE
        ? List.of() // nobody knows what is pending
        : history.begun().stream().filter(b -> !pending.contains(b.hash())).toList();
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
        case ROLLED_BACK, LOWERED, ACCEPTED -> gone.remove(absent.hash());
      }
    }
    gone.removeAll(history.byHash().keySet());
    return List.copyOf(gone);
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
