package io.schemamigration.plan;

import java.util.List;
import java.util.Optional;

/**
 * The name of a plan: the same files on the same state have the same id, whoever computes it. A
 * person approves an id, so it binds to every byte that will run; 128 bits, because 48 were made to
 * collide within seconds.
 */
final class PlanId {
  private PlanId() {}

  /**
   * The id of an Apply plan.
   *
   * @param scripts the files in the order they will run
   * @param releases what an approval of this id would release, one line each
   */
  static String of(
      Policy policy, Optional<String> from, List<Script> scripts, List<String> releases) {
    StringBuilder lines = new StringBuilder("v1\nApply\n");
    lines.append(quoted(policy.schema())).append('.').append(quoted(policy.table())).append('\n');
    String start = from.orElse("-");
    lines.append(start).append('\n');
    for (Script s : scripts) {
      lines.append(s.hash()).append(' ').append(s.sha256()).append(' ');
      lines.append(s.undoSha256()).append('\n');
    }
    lines.append(scripts.isEmpty() ? start : scripts.getLast().hash()).append('\n');
    releases.forEach(line -> lines.append(line).append('\n'));
    return "p-" + Digest.sha256(lines.toString()).substring(0, 32);
  }

  private static String quoted(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }
}
