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

  private static Problem problem(Script script, String file, int line, String message) {
    return new Problem(Optional.of(script.hash()), file, line, message);
  }
}
