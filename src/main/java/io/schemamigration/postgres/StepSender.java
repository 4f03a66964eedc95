package io.schemamigration.postgres;

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
  private final StepFailures failures;

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
    this.failures = new StepFailures(script, split, frames);
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
      return failures.changed(progress.done());
    }
    if (progress.attempt().filter(this::mustBeAskedFor).isPresent()) {
      log.told(progress.attempt().get());
      return failures.sentBefore(Math.min(progress.attempt().get().statement(), size));
    }
    session.wire().send("SET TimeZone='UTC'");
    Optional<FileSender.Result> end = replaySettings(progress.done());
    for (int i = progress.done(); i < size && end.isEmpty(); i++) {
      if (control.stopping()) {
        return new FileSender.Interrupted();
      }
      end = step(i, progress.attempt());
    }
    return end.orElseGet(FileSender.Committed::new);
  }

  /** Until it was told, and then until somebody changes it or wants it sent as it is. */
  private boolean mustBeAskedFor(StepLog.Attempt attempt) {
    boolean asked = attempt.failed() && (!isStill(attempt) || author.asksBeside(attempt.request()));
    return !asked && (attempt.once() || isStill(attempt) && commits(attempt.statement()));
  }

  /** Asked of the file: rows of older versions do not say it. */
  private boolean commits(int statement) {
    return LoneStatement.commits(split.statements().get(statement - 1));
  }

  /** Whether what was sent is still what the file has there. */
  private boolean isStill(StepLog.Attempt attempt) {
    return attempt.statement() <= size()
        && attempt.prefix().equals(log.prefix(attempt.statement()));
  }

  /**
   * What the statements that ran had set was gone with their session; without it nothing may run.
   */
  private Optional<FileSender.Result> replaySettings(int done) {
    for (int i = 0; i < done; i++) {
      Statement statement = split.statements().get(i);
      if (statement.sets()) {
        Wire.Reply reply = session.wire().send(text(statement));
        if (reply.lost()) {
          return Optional.of(new FileSender.Unknown());
        } else if (reply.error().isPresent()) {
          return Optional.of(failures.notSetAgain(i, reply, done));
        }
      }
    }
    return Optional.empty();
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
          : Optional.of(failures.of(i, rolledBack.failure(), false));
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
    Optional<StepLog.Attempt> own =
        attempt.filter(a -> !a.failed() && a.statement() == i + 1 && isStill(a));
    Optional<LoneStatement.Refused> refused = lone.send(statement, i + 1, text, own);
    if (refused.isEmpty()) {
      return Optional.empty();
    }
    if (refused.get().reply().lost()) {
      return Optional.of(new FileSender.Unknown());
    }
    return Optional.of(failures.refused(i, refused.get()));
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
