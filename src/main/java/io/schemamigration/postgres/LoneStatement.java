package io.schemamigration.postgres;

import io.schemamigration.plan.Concurrent;
import io.schemamigration.plan.Statement;
import java.sql.SQLException;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Sends a statement that cannot run in a transaction. The log says before and after it how far it
 * came; of what works CONCURRENTLY the catalogue says the rest.
 */
final class LoneStatement {
  /** Classes of SQLSTATE: rollback, resources, intervention, system and internal errors. */
  private static final List<String> INTERRUPTIONS = List.of("40", "53", "57", "58", "XX");

  /**
   * That it did not run.
   *
   * @param reply the server's error, or that the connection is lost
   * @param stays whether something of it may stay all the same
   * @param once whether it must not be sent again by itself: what it committed on its way would be
   *     done twice
   */
  record Refused(Wire.Reply reply, boolean stays, boolean once) {}

  private final Session session;
  private final RunControl control;
  private final StepLog log;
  private final Leftovers leftovers;

  LoneStatement(Session session, RunControl control, StepLog log) {
    this.session = session;
    this.control = control;
    this.log = log;
    this.leftovers = new Leftovers(session.jdbc(), control);
  }

  /**
   * Sends it, if it is still to be sent.
   *
   * @param number which statement of the file, from 1
   * @param attempt this very statement was sent before and nobody knows what became of it
   * @return empty if it ran; else the server's error, or that the connection is lost
   */
  Optional<Refused> send(
      Statement statement, int number, String text, Optional<StepLog.Attempt> attempt)
      throws SQLException {
    Optional<Concurrent> concurrent = statement.concurrent();
    try {
      if (concurrent.isPresent() && settled(concurrent.get(), attempt)) {
        log.done(number);
        return Optional.empty();
      }
    } catch (PSQLException e) {
      // As if the statement had met it itself.
      return Optional.of(new Refused(failed(e), stays(concurrent.get(), true), false));
    }
    log.attempt(number, target(concurrent), commits(statement));
    Wire.Reply reply = unhindered(statement, text);
    if (reply.lost()) {
      return Optional.of(new Refused(reply, true, commits(statement)));
    }
    if (reply.error().isEmpty()) {
      log.done(number);
      return Optional.empty();
    }
    boolean stays =
        concurrent
            .map(c -> stays(c, attempt.isPresent() || interrupts(reply.error().get())))
            .orElseGet(() -> commits(statement) || attempt.isPresent());
    log.failed(number, stays, commits(statement));
    if (concurrent.isPresent()) {
      clear(concurrent.get());
    }
    return Optional.of(new Refused(reply, stays, commits(statement)));
  }

  /** What it had committed before it failed is not undone. */
  static boolean commits(Statement statement) {
    return statement.command().equals("CALL") || statement.command().equals("DO");
  }

  private static boolean interrupts(ServerErrorMessage error) {
    return INTERRUPTIONS.stream().anyMatch(Objects.toString(error.getSQLState(), "")::startsWith);
  }

  /**
   * Interrupted, DROP leaves an invalid index and DETACH half a partition; what the other two leave
   * is cleared.
   */
  private static boolean stays(Concurrent statement, boolean interrupted) {
    return switch (statement) {
      case Concurrent.DropIndex drop -> interrupted;
      case Concurrent.Detach detach -> interrupted;
      case Concurrent.CreateIndex create -> false;
      case Concurrent.Reindex reindex -> false;
    };
  }

  private Optional<Long> target(Optional<Concurrent> statement) throws SQLException {
    return statement.isPresent() ? leftovers.target(statement.get()) : Optional.empty();
  }

  private boolean settled(Concurrent statement, Optional<StepLog.Attempt> attempt)
      throws SQLException {
    unbound(true);
    try {
      return leftovers.settled(statement, attempt);
    } finally {
      bound();
    }
  }

  private void clear(Concurrent statement) throws SQLException {
    unbound(true);
    try {
      leftovers.clear(statement);
    } catch (PSQLException e) {
      failed(e); // the next try meets it before anything else, and tells it
    } finally {
      bound();
    }
  }

  /**
   * The answer that such an error would have been.
   *
   * @throws PSQLException if it is no server's: the connection is lost
   */
  private static Wire.Reply failed(PSQLException e) throws PSQLException {
    if (e.getServerErrorMessage() == null) {
      throw e;
    }
    return new Wire.Reply(0, false, Optional.of(e.getServerErrorMessage()), 0, false, 0);
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
            "SET default_transaction_read_only=off"
                + (noLockTimeout ? ";SET lock_timeout=0" : "")
                + (session.limitsTransactions() ? ";SET transaction_timeout=0" : ""));
  }

  private void bound() {
    session
        .wire()
        .send(
            "RESET default_transaction_read_only;RESET lock_timeout"
                + (session.limitsTransactions() ? ";RESET transaction_timeout" : ""));
  }
}
