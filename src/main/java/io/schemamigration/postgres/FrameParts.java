package io.schemamigration.postgres;

import io.schemamigration.plan.Chunks;
import io.schemamigration.plan.CopyRows;
import io.schemamigration.plan.Script;
import io.schemamigration.plan.Split;
import io.schemamigration.plan.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * Cuts a framed file into messages. Small files are one; of large ones the server would keep twelve
 * times their size, so they go in chunks, in the same transaction; and rows can only follow a COPY
 * that is a message of its own.
 */
final class FrameParts {
  static final int CHUNK = Chunks.MESSAGE;

  private FrameParts() {}

  static List<Frame.Part> of(Script script, Split split, List<String> begin, List<String> end) {
    String text = split.sendable(script.text());
    boolean rows = split.statements().stream().anyMatch(s -> s.rows().isPresent());
    if (text.length() > CHUNK || rows) {
      return several(text, split, begin, end);
    }
    String before = before(begin);
    return List.of(
        new Frame.Part(
            before + text + after(end),
            begin.size(),
            before.length(),
            text,
            0,
            0,
            Optional.empty()));
  }

  /** Begin and end with nothing of the file between them. */
  static Frame.Part without(Split split, List<String> begin, List<String> end) {
    String before = before(begin);
    int all = split.statements().size();
    return new Frame.Part(
        before + after(end), begin.size(), before.length(), "", 0, all, Optional.empty());
  }

  /** One statement of a file. */
  static List<Frame.Part> step(
      Script script, Split split, int index, List<String> begin, List<String> end) {
    Statement statement = split.statements().get(index);
    String before = before(begin);
    if (statement.rows().isPresent()) {
      Frame.Part copy = copy(script.text(), statement, index);
      return List.of(
          new Frame.Part(before, begin.size(), before.length(), "", 0, index, Optional.empty()),
          copy,
          new Frame.Part(after(end), 0, 0, "", 0, split.statements().size(), Optional.empty()));
    }
    String text = script.text().substring(statement.start(), statement.end());
    return List.of(
        new Frame.Part(
            before + text + after(end),
            begin.size(),
            before.length(),
            text,
            statement.start(),
            index,
            Optional.empty()));
  }

  private static Frame.Part copy(String text, Statement statement, int index) {
    CopyRows rows = statement.rows().orElseThrow();
    String sql = text.substring(statement.start(), rows.header());
    return new Frame.Part(sql, 0, 0, sql, statement.start(), index, Optional.of(rows));
  }

  private static String before(List<String> begin) {
    return String.join(";", begin) + ";\n";
  }

  private static String after(List<String> end) {
    return "\n;" + String.join(";", end);
  }

  private static List<Frame.Part> several(
      String text, Split split, List<String> begin, List<String> end) {
    List<Frame.Part> parts = new ArrayList<>();
    String before = before(begin);
    parts.add(new Frame.Part(before, begin.size(), before.length(), "", 0, 0, Optional.empty()));
    Map<Integer, Statement> copies =
        split.statements().stream()
            .filter(s -> s.rows().isPresent())
            .collect(Collectors.toMap(Statement::start, Function.identity()));
    int offset = 0;
    for (String chunk : Chunks.of(text, split, CHUNK)) {
      int index = statementsBefore(split, offset);
      parts.add(
          copies.containsKey(offset)
              ? copy(text, copies.get(offset), index)
              : new Frame.Part(chunk, 0, 0, chunk, offset, index, Optional.empty()));
      offset += chunk.length();
    }
    int all = split.statements().size();
    parts.add(new Frame.Part(after(end), 0, 0, "", text.length(), all, Optional.empty()));
    return parts;
  }

  private static int statementsBefore(Split split, int offset) {
    return (int) split.statements().stream().filter(s -> s.start() < offset).count();
  }
}
