package io.schemamigration.postgres;

import io.schemamigration.plan.Reason;
import io.schemamigration.plan.Script;
import io.schemamigration.plan.Split;
import io.schemamigration.plan.Statement;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * Sends a file that cannot run in one transaction, statement after statement: each that can in a
 * transaction of its own together with its progress row, the rest alone. The hash is recorded last.
 * What was interrupted goes on where it stopped.
 */
final class StepSender {
  private static final List<String> BEGIN = Sql.lines("step-begin.sql");
  private static final List<String> END = Sql.lines("step-end.sql");
  private static final List<String> CLEAN = Sql.lines("session-clean.sql");

  private final Session session;
  private final Target target;
  private final Author author;
  private final RunControl control;
  private final Frames frames;
  private final Script script;
  private final Split split;
  private final StepLog log;
  private final FileSender sender;
  private final LoneStatement lone;

  StepSender(
      Session session,
      Target target,
      Author author,
      RunControl control,
      Frames frames,
      Script script,
      Split split) {
    this.session = session;
    this.target = target;
    this.author = author;
    this.control = control;
    this.frames = frames;
    this.script = script;
    this.split = split;
    this.log = new StepLog(session.jdbc(), target.tables(), author, script, split.statements());
    this.sender = new FileSender(session, control);
    this.lone = new LoneStatement(session, control, log);
  }

  /** Sends what is left of the file. */
  FileSender.Result send() {
    long start = System.nanoTime();
    try {
      FileSender.Result result = steps();
      clean();
      return result instanceof FileSender.Committed ? record(start) : result;
    } catch (SQLException e) {
      session.abort(); // whatever was in flight: the progress rows tell
      return new FileSender.Unknown();
    }
  }

  private FileSender.Result steps() throws SQLException {
    StepLog.Progress progress = log.read();
    int size = split.statements().size();
    boolean same =
        progress.done() <= size
            && progress.prefix().filter(p -> !p.equals(log.prefix(progress.done()))).isEmpty();
    if (!same) {
      return changed(progress.done());
    }
    session.wire().send("SET TimeZone='UTC'");
    replaySettings(progress.done());
    Optional<StepLog.Attempt> attempt = progress.attempt();
    for (int i = progress.done(); i < size; i++) {
      if (control.stopping()) {
        return new FileSender.Interrupted();
      }
      Optional<FileSender.Result> end = step(i, attempt);
      if (end.isPresent()) {
        return end.get();
      }
      attempt = Optional.empty();
    }
    return new FileSender.Committed();
  }

  private FileSender.Result changed(int done) {
    return new FileSender.RolledBack(
        script,
        new Failure(
            Reason.MIGRATION_FAILED,
            false,
            script.file(),
            0,
            0,
            "",
            "its first %d statements ran already, with another text".formatted(done),
            "restore them and change only what follows, or " + frames.otherWay()));
  }

  /** What the statements that ran had set was gone with their session. */
  private void replaySettings(int done) {
    for (Statement statement : split.statements().subList(0, done)) {
      if (statement.sets()) {
        session.wire().send(text(statement));
      }
    }
  }

  private String text(Statement statement) {
    return script.text().substring(statement.start(), statement.end());
  }

  /** Empty: it ran, go on. */
  private Optional<FileSender.Result> step(int i, Optional<StepLog.Attempt> attempt)
      throws SQLException {
    Statement statement = split.statements().get(i);
    if (!statement.transactional()) {
      return alone(i, attempt);
    }
    FileSender.Result result = sender.send(List.of(frame(i)), announced -> {});
    if (result instanceof FileSender.Committed) {
      return Optional.empty();
    }
    if (result instanceof FileSender.RolledBack rolledBack) {
      String state = rolledBack.failure().sqlState();
      boolean needsNone = state.equals("25001") || state.equals("2D000");
      boolean rows = split.statements().get(i).rows().isPresent();
      return needsNone && split.marked() && !rows
          ? alone(i, attempt) // only the server could know; nothing of it was kept
          : Optional.of(failed(i, rolledBack.failure(), false));
    }
    return Optional.of(result);
  }

  private Frame frame(int i) {
    String nonce = Frame.newNonce();
    Map<String, String> values =
        new HashMap<>(Frame.values(script, target.tables(), author, nonce));
    log.fill(values, i + 1, Frame.quote(nonce));
    List<String> begin = BEGIN.stream().map(line -> Sql.fill(line, values)).toList();
    List<String> end = END.stream().map(line -> Sql.fill(line, values)).toList();
    return new Frame(script, nonce, split, FrameParts.step(script, split, i, begin, end));
  }

  private Optional<FileSender.Result> alone(int i, Optional<StepLog.Attempt> attempt)
      throws SQLException {
    Statement statement = split.statements().get(i);
    String text = text(statement);
    if (!sender.reads(split, i)) {
      return Optional.of(sender.misread(script, split, i));
    }
    Optional<LoneStatement.Refused> refused = lone.send(statement, i + 1, text, attempt);
    if (refused.isEmpty()) {
      return Optional.empty();
    }
    Wire.Reply reply = refused.get().reply();
    if (reply.lost()) {
      return Optional.of(new FileSender.Unknown());
    }
    Frame.Part part = new Frame.Part(text, 0, 0, text, statement.start(), i, Optional.empty());
    Frame frame = new Frame(script, Frame.newNonce(), split, List.of(part));
    FailureReport report = new FailureReport(frame, part, reply, reply.error().orElseThrow());
    return Optional.of(failed(i, report.failure(), refused.get().stays()));
  }

  private FileSender.Result failed(int i, Failure failure, boolean stays) {
    int ran = (int) split.statements().subList(0, i).stream().filter(s -> !s.sets()).count();
    String hint =
        ran == 0
            ? failure.hint()
            : "%d of %d statements ran and stay; %s".formatted(i, size(), frames.resumption());
    if (stays) {
      hint =
          (ran == 0 ? "" : "%d of %d statements ran and stay; ".formatted(i, size()))
              + "what this one had done by then may stay; "
              + frames.resumption();
    }
    return new FileSender.RolledBack(
        script,
        new Failure(
            failure.reason(),
            failure.transientFault(),
            failure.file(),
            failure.line(),
            i + 1,
            failure.sqlState(),
            failure.message(),
            hint,
            stays ? ran + 1 : ran));
  }

  private int size() {
    return split.statements().size();
  }

  private void clean() throws SQLException {
    if (session.closed()) {
      return;
    }
    try (java.sql.Statement statement = session.jdbc().createStatement()) {
      for (String line : CLEAN) {
        statement.execute(line);
      }
    }
  }

  /** All of it ran: the hash is recorded as that of any file, in a frame without a text. */
  private FileSender.Result record(long start) {
    long milliseconds = (System.nanoTime() - start) / 1_000_000;
    Frame frame = frames.record(script, split, milliseconds);
    return sender.send(List.of(frame), announced -> {});
  }
}
