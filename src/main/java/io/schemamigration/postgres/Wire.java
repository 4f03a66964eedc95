package io.schemamigration.postgres;

import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.sql.SQLWarning;
import java.util.List;
import java.util.Optional;
import org.postgresql.copy.CopyIn;
import org.postgresql.core.BaseConnection;
import org.postgresql.core.Field;
import org.postgresql.core.Query;
import org.postgresql.core.QueryExecutor;
import org.postgresql.core.ResultCursor;
import org.postgresql.core.ResultHandlerBase;
import org.postgresql.core.TransactionState;
import org.postgresql.core.Tuple;
import org.postgresql.util.PSQLException;
import org.postgresql.util.ServerErrorMessage;

/**
 * Sends text to the server as one simple-protocol message, exactly as it is, and counts what comes
 * back in constant memory. This is the one place that uses the driver's inside: {@code
 * Statement.execute} collects every row and notice, and after running out of memory on them it
 * reads the old reply as the answer to the next query.
 */
final class Wire {
  private static final int FLAGS =
      QueryExecutor.QUERY_EXECUTE_AS_SIMPLE
          | QueryExecutor.QUERY_NO_RESULTS
          | QueryExecutor.QUERY_SUPPRESS_BEGIN;

  private static final int SLICE = 64 << 10;

  private final BaseConnection connection;

  Wire(BaseConnection connection) {
    this.connection = connection;
  }

  /**
   * What the server answered.
   *
   * @param done how many statements completed
   * @param committed whether the last completed one was COMMIT: then it is committed, whatever
   *     follows
   * @param error the server's error
   * @param position where in the text the error is, in characters from 1; 0 where it does not say
   * @param lost whether the connection is gone: without {@code committed} the outcome is unknown
   * @param notices how many notices came; their text is never kept
   */
  record Reply(
      int done,
      boolean committed,
      Optional<ServerErrorMessage> error,
      int position,
      boolean lost,
      int notices) {}

  Reply send(String sql) {
    return exchange(
        sql,
        counter -> {
          Query query = connection.createQuery(sql, false, false).query;
          connection.getQueryExecutor().execute(query, null, counter, 0, 0, FLAGS);
        });
  }

  /**
   * Sends a COPY .. FROM STDIN and its rows.
   *
   * @param rows the rows, without an end mark
   */
  Reply copy(String sql, byte[] rows) {
    return exchange(
        sql,
        counter -> {
          CopyIn copy = (CopyIn) connection.getQueryExecutor().startCopy(sql, true);
          for (int at = 0; at < rows.length; at += SLICE) {
            copy.writeToCopy(rows, at, Math.min(SLICE, rows.length - at));
          }
          copy.endCopy();
          counter.completed("COPY");
        });
  }

  /** Something that is sent, with all of its answer read. */
  @FunctionalInterface
  private interface Exchange {
    void run(Counter counter) throws SQLException;
  }

  private Reply exchange(String sql, Exchange exchange) {
    Counter counter = new Counter();
    boolean broken = false;
    try {
      exchange.run(counter);
    } catch (SQLException e) {
      broken = serverError(e).isEmpty();
      counter.note(e);
    } catch (RuntimeException | Error e) {
      // Whatever it was, the stream may stand anywhere: never read on from it.
      broken = true;
    }
    boolean lost = broken || connection.getQueryExecutor().isClosed();
    if (lost) {
      connection.getQueryExecutor().abort();
    }
    return new Reply(
        counter.done,
        "COMMIT".equals(counter.lastTag),
        counter.error,
        counter.error.map(e -> characters(sql, e.getPosition())).orElse(0),
        lost,
        counter.notices);
  }

  /** In a database without an encoding the server counts bytes. */
  private int characters(String sql, int position) {
    if (!"SQL_ASCII".equals(connection.getParameterStatus("server_encoding"))) {
      return position;
    }
    byte[] bytes = sql.getBytes(StandardCharsets.UTF_8);
    int before = Math.min(position - 1, bytes.length);
    String start = new String(bytes, 0, Math.max(before, 0), StandardCharsets.UTF_8);
    return position == 0 ? 0 : start.codePointCount(0, start.length()) + 1;
  }

  /** Whether a transaction is open and sound: false after any end of it. */
  boolean inTransaction() {
    return connection.getTransactionState() == TransactionState.OPEN;
  }

  private static Optional<ServerErrorMessage> serverError(SQLException e) {
    return e instanceof PSQLException p
        ? Optional.ofNullable(p.getServerErrorMessage())
        : Optional.empty();
  }

  private static final class Counter extends ResultHandlerBase {
    private int done;
    private int notices;
    private String lastTag = "";
    private Optional<ServerErrorMessage> error = Optional.empty();

    @Override
    public void handleResultRows(
        Query fromQuery, Field[] fields, List<Tuple> tuples, ResultCursor cursor) {
      completed("SELECT");
    }

    @Override
    public void handleCommandStatus(String status, long updateCount, long insertOid) {
      completed(status);
    }

    private void completed(String tag) {
      done++;
      lastTag = tag;
    }

    @Override
    public void handleWarning(SQLWarning warning) {
      notices++;
    }

    @Override
    public void handleError(SQLException e) {
      note(e);
      super.handleError(e);
    }

    private void note(SQLException e) {
      if (error.isEmpty()) {
        error = serverError(e);
      }
    }
  }
}
