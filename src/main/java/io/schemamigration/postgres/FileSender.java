package io.schemamigration.postgres;

import io.schemamigration.plan.CopyRows;
import io.schemamigration.plan.Reason;
import io.schemamigration.plan.Script;
import io.schemamigration.plan.Split;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import org.postgresql.util.ServerErrorMessage;

/** Sends the frames of one transaction and says what became of it. */
final class FileSender {
  private final Session session;
  private final RunControl control;

  FileSender(Session session, RunControl control) {
    this.session = session;
    this.control = control;
  }

  /** What became of the files of a transaction. */
  sealed interface Result {}

  /** Applied and recorded. */
  record Committed() implements Result {}

  /**
   * Rolled back.
   *
   * @param script the file that failed
   */
  record RolledBack(Script script, Failure failure) implements Result {}

  /**
   * Somebody else recorded this hash first: read the history again.
   *
   * @param failure what to tell if the history does not have it
   */
  record Claimed(Script script, Failure failure) implements Result {}

  /** Nothing was kept: an earlier file let go of the lock, and another runner has it. */
  record LockLost() implements Result {}

  /** Stopped from outside between two files, or two statements of a file that runs in steps. */
  record Interrupted() implements Result {}

  /** The connection is gone; only the tracking table can tell. */
  record Unknown() implements Result {}

  /**
   * Sends one transaction.
   *
   * @param frames its files
   * @param announce told before each file is sent
   */
  Result send(List<Frame> frames, Consumer<Script> announce) {
    for (Frame frame : frames) {
      if (frame != frames.getFirst() && !frame.finishes() && control.stopping()) {
        rollback();
        return new Interrupted();
      }
      if (!frame.finishes()) {
        announce.accept(frame.script());
      }
      for (Frame.Part part : frame.parts()) {
        boolean last = frame == frames.getLast() && part == frame.parts().getLast();
        Optional<Result> end = send(frame, part, last);
        if (end.isPresent()) {
          return end.get();
        }
      }
    }
    throw new IllegalStateException("a transaction has at least one message");
  }

  /** Empty: go on with the next message. */
  private Optional<Result> send(Frame frame, Frame.Part part, boolean last) {
    if (!part.text().isEmpty() && !reads(frame.split(), part.statementsBefore())) {
      return Optional.of(misread(frame.script(), frame.split(), part.statementsBefore()));
    }
    Wire.Reply reply = reply(frame, part);
    if (last && reply.committed()) {
      return Optional.of(new Committed());
    }
    if (reply.lost()) {
      return Optional.of(new Unknown());
    }
    Optional<ServerErrorMessage> error = reply.error();
    if (error.isPresent()) {
      return Optional.of(afterFailure(new FailureReport(frame, part, reply, error.get())));
    }
    if (last) {
      // No error, no COMMIT: what the server did is open, so its table must tell.
      session.abort();
      return Optional.of(new Unknown());
    }
    if (!session.wire().inTransaction()) {
      return Optional.of(ended(frame, part));
    }
    return Optional.empty();
  }

  /** Never sent again by itself: whatever it did after its transaction may have been kept. */
  private Result ended(Frame frame, Frame.Part part) {
    rollback();
    return failed(
        frame.script(),
        frame.split(),
        part.statementsBefore(),
        "the file ended its transaction; nothing is recorded of it",
        "look by hand what it left, and take its ROLLBACK or COMMIT out");
  }

  /**
   * Whether the server reads plain strings as the splitter did from this statement on. What sets
   * that behind the splitter's back could make text of what looks like a string.
   */
  boolean reads(Split split, int statement) {
    return statement >= split.statements().size()
        || split.statements().get(statement).standardStrings() == session.standardStrings();
  }

  /** What is told then; nothing of the transaction is kept. */
  Result misread(Script script, Split split, int statement) {
    rollback();
    return failed(
        script,
        split,
        statement,
        "standard_conforming_strings is not what the SET statements before this line say",
        "set it by SET alone, or write strings with a backslash as E'..'");
  }

  private static Result failed(
      Script script, Split split, int statement, String message, String hint) {
    List<io.schemamigration.plan.Statement> all = split.statements();
    int line = statement < all.size() ? all.get(statement).line() : 0;
    return new RolledBack(
        script,
        new Failure(
            Reason.MIGRATION_FAILED,
            false,
            script.file(),
            line,
            Math.min(statement + 1, all.size()),
            "",
            message,
            hint));
  }

  private Wire.Reply reply(Frame frame, Frame.Part part) {
    if (part.rows().isEmpty()) {
      return session.wire().send(part.sql());
    }
    // While rows are sent nobody reads, so what triggers have to say must not be said.
    Wire.Reply quiet = session.wire().send("SET LOCAL client_min_messages=error");
    if (quiet.lost() || quiet.error().isPresent()) {
      return quiet;
    }
    CopyRows rows = part.rows().get();
    String text = frame.script().text().substring(rows.start(), rows.end());
    Wire.Reply reply = session.wire().copy(part.sql(), text.getBytes(StandardCharsets.UTF_8));
    if (reply.lost() || reply.error().isPresent()) {
      return reply;
    }
    Wire.Reply loud = session.wire().send("RESET client_min_messages");
    return loud.lost() ? loud : reply;
  }

  private Result afterFailure(FailureReport report) {
    rollback();
    if (report.lockLost()) {
      return new LockLost();
    }
    return report.claimLost()
        ? new Claimed(report.script(), report.failure())
        : new RolledBack(report.script(), report.failure());
  }

  private void rollback() {
    try (Statement statement = session.jdbc().createStatement()) {
      statement.execute("ROLLBACK");
      statement.execute("DEALLOCATE ALL");
    } catch (SQLException e) {
      session.abort(); // an error before COMMIT's tag: rolled back in any case
    }
  }
}
