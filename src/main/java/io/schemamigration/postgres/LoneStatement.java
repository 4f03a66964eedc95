package io.schemamigration.postgres;

import io.schemamigration.plan.ConcurrentIndex;
import io.schemamigration.plan.Statement;
import java.sql.SQLException;
import java.util.Optional;

/**
 * Sends a statement that cannot run in a transaction. The log says before and after it how far it
 * came; of an index built or dropped CONCURRENTLY the catalogue says the rest.
 */
final class LoneStatement {
  private final Session session;
  private final RunControl control;
  private final StepLog log;
  private final ConcurrentIndexes indexes;

  LoneStatement(Session session, RunControl control, StepLog log) {
    this.session = session;
    this.control = control;
    this.log = log;
    this.indexes = new ConcurrentIndexes(session.jdbc());
  }

  /**
   * Sends it, if it is still to be sent.
   *
   * @param number which statement of the file, from 1
   * @param attempted whether it was sent before and nobody knows what became of it
   * @return empty if it ran; else the server's error, or that the connection is lost
   */
  Optional<Wire.Reply> send(Statement statement, int number, String text, boolean attempted)
      throws SQLException {
    Optional<ConcurrentIndex> index = statement.index();
    if (index.isPresent() && settled(index.get(), attempted)) {
      log.done(number);
      return Optional.empty();
    }
    log.attempt(number);
    Wire.Reply reply = unhindered(statement, text);
    if (reply.lost()) {
      return Optional.of(reply);
    }
    if (reply.error().isEmpty()) {
      log.done(number);
      return Optional.empty();
    }
    log.failed(number);
    if (index.filter(x -> x.table().isPresent()).isPresent()) {
      dropInvalid(index.get());
    }
    return Optional.of(reply);
  }

  /** Whether an index is as the statement wants it, by an attempt whose end nobody saw. */
  private boolean settled(ConcurrentIndex index, boolean attempted) throws SQLException {
    ConcurrentIndexes.State state = indexes.state(index);
    if (index.table().isEmpty()) {
      return attempted && state == ConcurrentIndexes.State.ABSENT;
    }
    if (state == ConcurrentIndexes.State.INVALID) {
      dropInvalid(index);
      return false;
    }
    return attempted && state == ConcurrentIndexes.State.VALID;
  }

  private void dropInvalid(ConcurrentIndex index) throws SQLException {
    if (indexes.state(index) == ConcurrentIndexes.State.INVALID) {
      unbound(true);
      try {
        indexes.drop(index);
      } finally {
        bound();
      }
    }
  }

  /** Never cancelled in the middle of CONCURRENTLY: nobody would be left to repair its index. */
  private Wire.Reply unhindered(Statement statement, String text) throws SQLException {
    if (statement.concurrently()) {
      control.attach(null);
    }
    unbound(statement.concurrently());
    try {
      return session.wire().send(text);
    } finally {
      if (!session.closed()) {
        bound();
      }
      control.attach(session);
    }
  }

  private void unbound(boolean noLockTimeout) {
    session
        .wire()
        .send(
            "SET default_transaction_read_only=off" + (noLockTimeout ? ";SET lock_timeout=0" : ""));
  }

  private void bound() {
    session.wire().send("RESET default_transaction_read_only;RESET lock_timeout");
  }
}
