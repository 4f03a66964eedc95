package io.schemamigration.postgres;

import io.schemamigration.plan.Script;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.Optional;
import org.postgresql.util.ServerErrorMessage;

/** Sends one file in its frame and says what became of it. */
final class FileSender {
  private final Session session;
  private final Tables tables;
  private final Author author;

  FileSender(Session session, Tables tables, Author author) {
    this.session = session;
    this.tables = tables;
    this.author = author;
  }

  /** What became of a file. */
  sealed interface Result {}

  /** Applied and recorded. */
  record Committed() implements Result {}

  /** Rolled back. */
  record RolledBack(Failure failure) implements Result {}

  /**
   * Somebody else recorded this hash first: read the history again.
   *
   * @param failure what to tell if the history does not have it
   */
  record Claimed(Failure failure) implements Result {}

  /** Nothing was sent of it: an earlier file let go of the lock, and another runner has it. */
  record LockLost() implements Result {}

  /** Stopped from outside between two statements of a file that runs in steps. */
  record Interrupted() implements Result {}

  /** The connection is gone; only the tracking table can tell. */
  record Unknown() implements Result {}

  Result send(Script script, Frame frame) {
    Wire wire = session.wire();
    for (Frame.Part part : frame.parts()) {
      Wire.Reply reply = wire.send(part.sql());
      boolean last = part == frame.parts().getLast();
      if (last && reply.committed()) {
        return new Committed();
      }
      if (reply.lost()) {
        return new Unknown();
      }
      Optional<ServerErrorMessage> error = reply.error();
      if (error.isPresent()) {
        FailureReport report = new FailureReport(script, frame, part, reply, error.get());
        return afterFailure(report);
      }
      if (last || !wire.inTransaction()) {
        // No error, no COMMIT: what the server did is open, so its table must tell.
        session.abort();
        return new Unknown();
      }
    }
    throw new IllegalStateException("a frame has at least one part");
  }

  private Result afterFailure(FailureReport report) {
    try (Statement statement = session.jdbc().createStatement()) {
      statement.execute("ROLLBACK");
      statement.execute("DEALLOCATE ALL");
    } catch (SQLException e) {
      session.abort(); // an error before COMMIT's tag: rolled back in any case
    }
    if (report.lockLost()) {
      return new LockLost();
    }
    return report.claimLost() ? new Claimed(report.failure()) : new RolledBack(report.failure());
  }
}
