package io.schemamigration.plan;

import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** What speaks against running a file behind one that it comes before. */
final class OrderCheck {

  /**
   * A file that is there already.
   *
   * @param words what is there of it, for people
   */
  private record Ahead(String hash, long sequence, String words) {}

  private OrderCheck() {}

  /**
   * What is found.
   *
   * @param scripts what is to run
   * @param leaving hashes that are about to be undone
   */
  static Optional<Finding> of(
      Policy policy, Position position, List<Script> scripts, List<String> leaving) {
    Optional<Ahead> highest =
        Stream.concat(applied(position, leaving), begun(position))
            .max(Comparator.comparingLong(Ahead::sequence));
    if (policy.outOfOrder() || highest.isEmpty()) {
      return Optional.empty();
    }
    Ahead ahead = highest.get();
    List<Script> late = scripts.stream().filter(s -> s.sequence() < ahead.sequence()).toList();
    if (late.isEmpty()) {
      return Optional.empty();
    }
    String more = late.size() > 1 ? " (and " + (late.size() - 1) + " more)" : "";
    return Optional.of(
        new Finding(
            Reason.OUT_OF_ORDER,
            "%s comes before %s, %s%s; renumber it, or allow it with policy.outOfOrder: Apply"
                .formatted(late.getFirst().file(), ahead.hash(), ahead.words(), more),
            false));
  }

  private static Stream<Ahead> applied(Position position, List<String> leaving) {
    return position.applied().stream()
        .filter(e -> e.sequence().isPresent() && !leaving.contains(e.hash()))
        .map(e -> new Ahead(e.hash(), e.sequence().getAsLong(), "which is applied already"));
  }

  /** The part that ran of a file in steps stays, as a file that is applied does. */
  private static Stream<Ahead> begun(Position position) {
    Set<String> begun =
        position.history().begun().stream().map(History.Begun::hash).collect(Collectors.toSet());
    return position.pending().stream()
        .filter(s -> begun.contains(s.hash()))
        .map(s -> new Ahead(s.hash(), s.sequence(), "of which a part ran already"));
  }
}
