package io.schemamigration.plan;

import java.util.List;

/**
 * What a look at the text of an SQL file found.
 *
 * @param statements the statements in the order of the text; a lone semicolon is none, as for the
 *     server
 * @param problems why the file must not be sent, in the order of their lines; empty if it may
 * @param marked whether its first line asks for statement after statement
 * @param skipped lines for psql alone, which do no harm but must not be sent
 */
public record Split(
    List<Statement> statements, List<Problem> problems, boolean marked, List<Range> skipped) {
  /** Copies the lists. */
  public Split {
    statements = List.copyOf(statements);
    problems = List.copyOf(problems);
    skipped = List.copyOf(skipped);
  }

  /** The text as the server may have it: of the same length, so that every offset still holds. */
  public String sendable(String sql) {
    StringBuilder text = new StringBuilder(sql);
    skipped.forEach(
        line -> text.replace(line.start(), line.end(), " ".repeat(line.end() - line.start())));
    return text.toString();
  }

  /**
   * Whether the file runs statement after statement, each recorded, because a part of it cannot run
   * in a transaction.
   */
  public boolean inSteps() {
    return marked || statements.stream().anyMatch(s -> !s.transactional());
  }

  /** A piece of the text, from one offset to before another. */
  public record Range(int start, int end) {}

  /**
   * One reason to refuse the file.
   *
   * @param line line where the cause starts, counted from 1
   * @param message what happened and what to write instead; never quotes values from the file
   */
  public record Problem(int line, String message) {}
}
