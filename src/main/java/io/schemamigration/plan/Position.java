package io.schemamigration.plan;

import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Where a database stands against a source.
 *
 * @param history what was seen
 * @param applied the tracking rows with their sequences, in the order of their ids
 * @param current the applied file of the highest sequence
 * @param pending files up to the target that are not applied, in order
 * @param held how many of them wait because a rollback was requested
 * @param last the sequence of the target; {@code Long.MAX_VALUE} without one, {@code
 *     Long.MIN_VALUE} for one that nobody knows
 */
public record Position(
    History history,
    List<Entry> applied,
    Optional<Entry> current,
    List<Script> pending,
    int held,
    long last) {

  /**
   * An applied file.
   *
   * @param row its tracking row
   * @param sequence its number, from the source or else from the ledger; empty where neither knows
   */
  public record Entry(History.Applied row, OptionalLong sequence) {
    public String hash() {
      return row.hash();
    }
  }

  static Position of(ScriptSet source, History history, Optional<String> targetHash) {
    Map<String, Script> scripts = new HashMap<>();
    source.scripts().forEach(s -> scripts.put(s.hash(), s));
    List<Entry> applied =
        history.applied().stream()
            .map(row -> new Entry(row, sequence(row, scripts.get(row.hash()))))
            .toList();
    Optional<Entry> current =
        applied.stream()
            .filter(e -> e.sequence().isPresent())
            .max(Comparator.comparingLong(e -> e.sequence().getAsLong()));
    long last = targetSequence(targetHash, scripts, applied);
    Map<String, History.Applied> byHash = history.byHash();
    List<Script> pending =
        source.scripts().stream()
            .filter(s -> s.sequence() <= last && !byHash.containsKey(s.hash()))
            .toList();
    Map<String, History.Absent> absent = new HashMap<>();
    history.absent().forEach(a -> absent.put(a.hash(), a));
    long hold = firstHeld(pending, absent);
    int held = (int) pending.stream().filter(s -> s.sequence() >= hold).count();
    return new Position(history, applied, current, pending, held, last);
  }

  private static OptionalLong sequence(History.Applied row, Script script) {
    if (script != null) {
      return OptionalLong.of(script.sequence());
    }
    return row.recorded().map(History.Recorded::sequence).orElse(OptionalLong.empty());
  }

  private static long targetSequence(
      Optional<String> target, Map<String, Script> scripts, List<Entry> applied) {
    if (target.isEmpty()) {
      return Long.MAX_VALUE;
    }
    Script script = scripts.get(target.get());
    if (script != null) {
      return script.sequence();
    }
    // The newest applied hash may be the target though its file is gone.
    return applied.stream()
        .filter(e -> e.hash().equals(target.get()) && e.sequence().isPresent())
        .mapToLong(e -> e.sequence().getAsLong())
        .findFirst()
        .orElse(Long.MIN_VALUE);
  }

  private static long firstHeld(List<Script> pending, Map<String, History.Absent> absent) {
    return pending.stream()
        .filter(s -> isHeld(s, absent.get(s.hash())))
        .mapToLong(Script::sequence)
        .min()
        .orElse(Long.MAX_VALUE);
  }

  private static boolean isHeld(Script script, History.Absent past) {
    return past != null
        && past.fate() == History.Fate.ROLLED_BACK
        && (past.texts().isEmpty() || past.texts().stream().anyMatch(t -> t.sameSql(script)));
  }

  /** The hashes applied last, the newest first; fewer where fewer are applied. */
  List<String> newest(int count) {
    return applied.reversed().stream().map(Entry::hash).limit(count).toList();
  }

  /** The hash applied last before the newest ones; empty: there is none. */
  Optional<String> beneath(int newest) {
    return applied.reversed().stream().skip(newest).map(Entry::hash).findFirst();
  }

  /** The hash of the highest applied sequence. */
  Optional<String> currentHash() {
    return current.map(Entry::hash);
  }

  /** Files that may run without anybody's release: those below the first hold. */
  public List<Script> free() {
    return pending.subList(0, pending.size() - held);
  }
}
