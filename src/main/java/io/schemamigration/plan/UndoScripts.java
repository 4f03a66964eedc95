package io.schemamigration.plan;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;

/**
 * Finds the scripts that undo applied files: each as it was stored when its file was applied. All
 * of them are looked at before the first runs.
 */
final class UndoScripts {
  /** Digits of a digest that tell it from another one; the message has to fit. */
  private static final int SHORT = 12;

  private final Situation situation;
  private final Position position;
  private final boolean trackingOnly;
  private final List<Script> scripts = new ArrayList<>();

  private UndoScripts(Situation situation, Position position, boolean trackingOnly) {
    this.situation = situation;
    this.position = position;
    this.trackingOnly = trackingOnly;
  }

  /** Scripts, or what speaks against them. */
  sealed interface Found {
    /**
     * All are there.
     *
     * @param scripts in the order of the hashes
     * @param undone by hash the text that is undone
     */
    record All(List<Script> scripts, Map<String, TextDigests> undone) implements Found {}

    /** Nothing may be undone. */
    record Obstacle(Finding finding) implements Found {}
  }

  /**
   * Finds them.
   *
   * @param hashes applied ones, the newest first
   * @param trackingOnly whether only rows are removed, for which no script is needed
   */
  static Found of(
      Situation situation, Position position, List<String> hashes, boolean trackingOnly) {
    UndoScripts undo = new UndoScripts(situation, position, trackingOnly);
    for (String hash : hashes) {
      Optional<Finding> obstacle = undo.add(hash);
      if (obstacle.isPresent()) {
        return new Found.Obstacle(obstacle.get());
      }
    }
    return new Found.All(List.copyOf(undo.scripts), undo.applied(hashes));
  }

  /** Adds the script that undoes a hash, or says why there is none. */
  private Optional<Finding> add(String hash) {
    Optional<Script> source =
        situation.source().scripts().stream().filter(s -> s.hash().equals(hash)).findFirst();
    long sequence = sequence(hash).orElse(0);
    if (trackingOnly) {
      String file = source.map(Script::file).orElse(hash);
      scripts.add(new Script(sequence, hash, file, "", Digest.sha256(""), Optional.empty()));
      return Optional.empty();
    }
    Optional<Script.Undo> written = source.flatMap(Script::undo);
    Optional<Problem> unfit = written.flatMap(this::problem);
    if (unfit.isPresent()) {
      return Optional.of(impossible(unfit.get().text()));
    }
    Optional<Script.Undo> kept =
        Optional.ofNullable(situation.books().stored().get(hash)).map(UndoBooks.Stored::undo);
    boolean differs =
        kept.isPresent()
            && written.isPresent()
            && !kept.get().sha256().equals(written.get().sha256());
    boolean accepted = differs && situation.policy().acknowledges(hash, written.get().sha256());
    if (differs && !accepted) {
      return Optional.of(changed(hash, kept.get(), written.get()));
    }
    Optional<Script.Undo> undo = accepted ? written : kept.or(() -> written);
    if (undo.isEmpty() && situation.source().absent().isPresent()) {
      return situation.source().absent(); // it may well be there
    }
    if (undo.isEmpty()) {
      return Optional.of(
          impossible(
              "nothing is known that undoes %s; write rollback_%s, or remove its row alone"
                      .formatted(hash, source.map(Script::file).orElse("pg_<n>_" + hash + ".sql"))
                  + " (TrackingOnly)"));
    }
    return add(sequence, hash, undo.get());
  }

  private Optional<Finding> add(long sequence, String hash, Script.Undo undo) {
    Script script =
        new Script(sequence, hash, undo.file(), undo.text(), undo.sha256(), Optional.empty());
    scripts.add(script);
    if (SqlSplitter.split(undo.text()).statements().isEmpty()) {
      return Optional.of(
          impossible(
              undo.file()
                  + " has no statement, so it undoes nothing; write what it takes, or remove the"
                  + " row alone (TrackingOnly)"));
    }
    return ScriptCheck.problems(script).stream()
        .findFirst()
        .map(problem -> impossible(problem.text()));
  }

  private Optional<Problem> problem(Script.Undo undo) {
    return situation.source().problems().stream()
        .filter(p -> p.file().equals(undo.file()))
        .findFirst();
  }

  /** What is undone must be known by the text that it is held back with. */
  private Map<String, TextDigests> applied(List<String> hashes) {
    Map<String, TextDigests> digests = new HashMap<>();
    position
        .applied()
        .forEach(
            entry ->
                entry
                    .row()
                    .recorded()
                    .flatMap(TextDigests::of)
                    .ifPresent(text -> digests.put(entry.hash(), text)));
    situation.source().scripts().stream()
        .filter(s -> hashes.contains(s.hash()))
        .forEach(s -> digests.put(s.hash(), TextDigests.of(s)));
    digests.keySet().retainAll(hashes);
    return digests;
  }

  private OptionalLong sequence(String hash) {
    return position.applied().stream()
        .filter(e -> e.hash().equals(hash))
        .map(Position.Entry::sequence)
        .findFirst()
        .orElse(OptionalLong.empty());
  }

  private static Finding changed(String hash, Script.Undo kept, Script.Undo written) {
    return new Finding(
        Reason.CONTENT_CHANGED,
        ("%s is not what was stored (sha256 %s…); restore it, or take the new text with"
                + " spec.acknowledge: [{hash: %s, sha256: %s}]")
            .formatted(written.file(), kept.sha256().substring(0, SHORT), hash, written.sha256()),
        false);
  }

  private static Finding impossible(String message) {
    return new Finding(Reason.ROLLBACK_IMPOSSIBLE, message, false);
  }
}
