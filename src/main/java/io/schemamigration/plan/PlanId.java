package io.schemamigration.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The name of a plan: the same files on the same state have the same id, whoever computes it. A
 * person approves an id, so it binds to every byte that will run; 128 bits, because 48 were made to
 * collide within seconds.
 */
final class PlanId {
  private PlanId() {}

  /**
   * The id of a plan to run files.
   *
   * @param scripts the files in the order they will run
   * @param releases what an approval of this id would release, one line each
   */
  static String apply(
      Policy policy, Optional<String> from, List<Script> scripts, List<String> releases) {
    List<String> files =
        scripts.stream().map(s -> s.hash() + " " + s.sha256() + " " + s.undoSha256()).toList();
    String start = from.orElse("-");
    String to = scripts.isEmpty() ? start : scripts.getLast().hash();
    return of("Apply", policy, start, files, to, releases);
  }

  /**
   * The id of a plan to undo files.
   *
   * @param undo the undo files in the order they will run
   * @param undone by hash the text that is undone
   * @param to the newest hash that stays applied; empty: none does
   */
  static String rollBack(
      Policy policy,
      Optional<String> from,
      List<Script> undo,
      Map<String, TextDigests> undone,
      Optional<String> to,
      List<String> releases) {
    List<String> files =
        undo.stream()
            .map(
                s ->
                    "%s %s %s"
                        .formatted(
                            s.hash(),
                            undone.containsKey(s.hash()) ? undone.get(s.hash()).sha256() : "-",
                            s.text().isEmpty() ? "-" : s.sha256()))
            .toList();
    return of("RollBack", policy, from.orElse("-"), files, to.orElse("-"), releases);
  }

  private static String of(
      String operation,
      Policy policy,
      String from,
      List<String> files,
      String to,
      List<String> releases) {
    List<String> lines = new ArrayList<>();
    lines.add("v1");
    lines.add(operation);
    lines.add(quoted(policy.schema()) + "." + quoted(policy.table()));
    lines.add(from);
    lines.addAll(files);
    lines.add(to);
    lines.addAll(releases);
    return "p-" + Digest.sha256(String.join("\n", lines) + "\n").substring(0, 32);
  }

  private static String quoted(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }
}
