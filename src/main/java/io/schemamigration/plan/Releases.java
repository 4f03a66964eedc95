package io.schemamigration.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What an approval of a plan would release, as lines of its id: each says what happened, and when
 * the same happens again it is another line. An older approval never fits a newer event.
 *
 * @param gone hashes that were applied and went away
 * @param begun files of which a part ran, and which are not to be run on
 */
record Releases(
    Situation situation, Position position, List<String> gone, List<History.Begun> begun) {

  /** Of all that is pending, what is held as well. */
  List<String> all() {
    List<String> lines = new ArrayList<>();
    Set<String> pending = position.pending().stream().map(Script::hash).collect(Collectors.toSet());
    if (position.held() > 0) {
      situation.history().absent().stream()
          .filter(a -> a.fate() == History.Fate.ROLLED_BACK && pending.contains(a.hash()))
          .forEach(a -> lines.add("held " + a.run()));
    }
    lines.addAll(events());
    return lines;
  }

  /** What has happened to the database. */
  List<String> events() {
    List<String> lines = new ArrayList<>();
    if (!gone.isEmpty()) {
      wentBack(lines);
    }
    begun.forEach(b -> lines.add("begun " + b.row() + " " + b.hash()));
    if (situation.ownership() == Ownership.FOREIGN) {
      situation.history().owner().ifPresent(o -> lines.add("owner " + o.ledger() + " " + o.row()));
    }
    if (situation.ledgerLost() && !position.pending().isEmpty()) {
      lines.add("ledgermissing " + situation.memory().databaseId().orElse("-"));
    }
    return lines;
  }

  /** Approved and run, the same may go away again; by then it had been applied at another time. */
  private void wentBack(List<String> lines) {
    History history = situation.history();
    Memory memory = situation.memory();
    String ledger = history.owner().map(o -> o.ledger().toString()).orElse("-");
    lines.add("wentback " + ledger + " " + memory.currentHash().orElse("-"));
    lines.add("since " + memory.currentTime().orElse("-"));
    history.absent().stream()
        .filter(a -> a.fate() == History.Fate.WENT_AWAY)
        .forEach(a -> lines.add("wentaway " + a.run()));
  }
}
