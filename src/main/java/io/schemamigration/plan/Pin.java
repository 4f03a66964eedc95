package io.schemamigration.plan;

import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * A target hash that may roll back. Holds no file, so that a look which waits for its turn does not
 * hold megabytes.
 *
 * @param targetHash the last hash that shall be applied
 * @param sequences the files' numbers, by hash
 */
public record Pin(String targetHash, Map<String, Long> sequences) implements UndoQuestion {

  /** The pin that a policy asks for; empty: none, or one that never rolls back. */
  public static Optional<Pin> of(ScriptSet source, Policy policy) {
    if (!policy.rollback()) {
      return Optional.empty();
    }
    Map<String, Long> sequences = new HashMap<>();
    source.scripts().forEach(s -> sequences.put(s.hash(), s.sequence()));
    return policy.targetHash().map(target -> new Pin(target, Map.copyOf(sequences)));
  }

  /** Applied files above the target, the newest first. */
  @Override
  public List<String> hashes(History history) {
    OptionalLong last =
        history.applied().stream()
            .filter(row -> row.hash().equals(targetHash))
            .map(this::sequence)
            .findFirst()
            .orElseGet(() -> known(targetHash));
    if (last.isEmpty()) {
      return List.of();
    }
    return history.applied().reversed().stream()
        .filter(row -> sequence(row).orElse(Long.MIN_VALUE) > last.getAsLong())
        .map(History.Applied::hash)
        .toList();
  }

  @Override
  public Optional<String> request() {
    return Optional.empty();
  }

  private OptionalLong sequence(History.Applied row) {
    OptionalLong known = known(row.hash());
    return known.isPresent()
        ? known
        : row.recorded().map(History.Recorded::sequence).orElse(OptionalLong.empty());
  }

  private OptionalLong known(String hash) {
    Long sequence = sequences.get(hash);
    return sequence == null ? OptionalLong.empty() : OptionalLong.of(sequence);
  }
}
