package io.schemamigration.plan;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** What speaks against sending a script, found by looking at its text. */
final class ScriptCheck {
  private ScriptCheck() {}

  static List<Problem> problems(Script script) {
    List<Problem> problems = new ArrayList<>();
    Split split = SqlSplitter.split(script.text());
    for (Split.Problem p : split.problems()) {
      problems.add(problem(script, script.file(), p.line(), p.message()));
    }
    script
        .undo()
        .filter(undo -> undo.text().indexOf('\0') >= 0)
        .ifPresent(
            undo ->
                problems.add(problem(script, undo.file(), 0, "has a NUL character; remove it")));
    return problems;
  }

  /** Why it cannot share a transaction, if it cannot. */
  static Optional<Problem> inSteps(Script script) {
    Split split = SqlSplitter.split(script.text());
    if (!split.inSteps()) {
      return Optional.empty();
    }
    Optional<Statement> cause =
        split.statements().stream().filter(s -> !s.transactional()).findFirst();
    return Optional.of(
        problem(
            script,
            script.file(),
            cause.map(Statement::line).orElse(1),
            "%s cannot run in the one transaction of transaction: AllFiles; write PerFile"
                .formatted(cause.map(Statement::command).orElse("a file in steps"))));
  }

  private static Problem problem(Script script, String file, int line, String message) {
    return new Problem(Optional.of(script.hash()), file, line, message);
  }
}
