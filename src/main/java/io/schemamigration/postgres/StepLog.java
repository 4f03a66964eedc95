package io.schemamigration.postgres;

import io.schemamigration.plan.Digest;
import io.schemamigration.plan.Script;
import io.schemamigration.plan.Statement;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * The {@code progress} rows of one file that runs in steps. Each names a statement and the digest
 * of all statements up to it, so that a file whose beginning was changed is not resumed.
 */
final class StepLog {
  private final Connection connection;
  private final Tables tables;
  private final Author author;
  private final Script script;
  private final List<Statement> statements;

  StepLog(
      Connection connection,
      Tables tables,
      Author author,
      Script script,
      List<Statement> statements) {
    this.connection = connection;
    this.tables = tables;
    this.author = author;
    this.script = script;
    this.statements = statements;
  }

  /**
   * How far the file has come.
   *
   * @param done how many of its statements ran
   * @param prefix the digest of the statements that ran; empty where none did
   * @param attempt the statement that was sent alone after them, and is not known to have run
   */
  record Progress(int done, Optional<String> prefix, Optional<Attempt> attempt) {}

  /**
   * A statement that was sent, outside a transaction.
   *
   * @param statement which one of the file as it was, from 1
   * @param prefix the digest of the statements up to it
   * @param failed whether the server refused it; else nobody knows what became of it
   * @param oid what it was about to drop
   * @param once whether it commits on its way: it is not sent again before somebody asks for it
   * @param request the wish for which it was sent last
   */
  record Attempt(
      int statement,
      String prefix,
      boolean failed,
      Optional<Long> oid,
      boolean once,
      String request) {}

  /**
   * The newest row counts and the newest that says what ran, since the file was last applied,
   * rolled back or let go of; a file and what undoes it have the same hash, but each its own
   * progress.
   */
  Progress read() throws SQLException {
    String sql =
        """
        WITH steps AS (SELECT id, statement, up_sha256, detail->>'state' AS state,
            (detail->>'oid')::bigint AS oid, detail->>'once' AS once,
            COALESCE(detail->>'request', '') AS request FROM %1$s
          WHERE hash = ? AND event = 'progress' AND starts_with(file, ?) = ?
            AND detail->>'sets' IS NULL -- nothing ran, so it may still be changed
            AND id > COALESCE((SELECT max(id) FROM %1$s
              WHERE hash = ? AND (event IN ('applied', 'rolled_back', 'adopted', 'approved')
                OR event = 'progress' AND detail->>'state' = 'abandoned')), 0))
        SELECT statement, up_sha256, state, oid, once, request FROM steps
        WHERE state = 'done' OR id = (SELECT max(id) FROM steps)
        ORDER BY id DESC LIMIT 2
        """;
    try (PreparedStatement select = connection.prepareStatement(sql.formatted(tables.ledger()))) {
      select.setString(1, script.hash());
      select.setString(2, Script.UNDO_PREFIX);
      select.setBoolean(3, script.undoes());
      select.setString(4, script.hash());
      try (ResultSet rows = select.executeQuery()) {
        return progress(rows);
      }
    }
  }

  private static Progress progress(ResultSet rows) throws SQLException {
    Optional<Attempt> attempt = Optional.empty();
    while (rows.next()) {
      if (rows.getString("state").equals("done")) {
        return new Progress(
            rows.getInt("statement"), Optional.of(rows.getString("up_sha256")), attempt);
      }
      attempt = Optional.of(attempt(rows));
    }
    return new Progress(0, Optional.empty(), attempt);
  }

  private static Attempt attempt(ResultSet row) throws SQLException {
    long oid = row.getLong("oid");
    Optional<Long> target = row.wasNull() ? Optional.empty() : Optional.of(oid);
    return new Attempt(
        row.getInt("statement"),
        row.getString("up_sha256"),
        row.getString("state").equals("failed"),
        target,
        "true".equals(row.getString("once")),
        row.getString("request"));
  }

  /** The digest of the first statements; what stands between them does not count. */
  String prefix(int count) {
    StringBuilder text = new StringBuilder();
    for (Statement statement : statements.subList(0, count)) {
      text.append(script.text(), statement.start(), statement.end()).append('\n');
    }
    return Digest.sha256(text.toString());
  }

  /** What a row of the log says, for a frame. */
  void fill(Map<String, String> values, int statement, String quote) {
    values.put("prefix", quote + prefix(statement) + quote);
    values.put("statement", Integer.toString(statement));
    boolean sets = statements.get(statement - 1).leavesNothing();
    values.put("detail", quote + detail("done", sets ? ",\"sets\":true" : "") + quote);
  }

  /**
   * Before a statement that is sent alone: afterwards nobody could tell whether it ran.
   *
   * @param once see {@link Attempt}
   */
  void attempt(int statement, Optional<Long> oid, boolean once) throws SQLException {
    String target = oid.map(o -> ",\"oid\":" + o).orElse("");
    insert(statement, prefix(statement), detail("attempt", target + once(once)));
  }

  void done(int statement) throws SQLException {
    insert(statement, prefix(statement), detail("done", ""));
  }

  /**
   * The server refused it.
   *
   * @param stays whether something of it may stay all the same
   * @param once see {@link Attempt}
   */
  void failed(int statement, boolean stays, boolean once) throws SQLException {
    failed(statement, prefix(statement), stays, once);
  }

  /** A person is told that it was sent and that nobody knows what became of it. */
  void told(Attempt attempt) throws SQLException {
    failed(attempt.statement(), attempt.prefix(), true, attempt.once());
  }

  private void failed(int statement, String prefix, boolean stays, boolean once)
      throws SQLException {
    insert(statement, prefix, detail("failed", (stays ? ",\"stays\":true" : "") + once(once)));
  }

  private String once(boolean once) {
    return once ? ",\"once\":true,\"request\":\"" + author.request() + "\"" : "";
  }

  /**
   * A person goes on without the rest of an undo: the next one begins at its beginning.
   *
   * @param connection in a transaction, under the lock
   */
  static void abandon(Connection connection, Tables tables, Author author, String hash)
      throws SQLException {
    String sql =
        "INSERT INTO %s(event, hash, file, statement, run_id, resource, version, detail)"
            + " VALUES ('progress', ?, ?, 0, ?, ?, ?, ?::pg_catalog.jsonb)";
    try (PreparedStatement insert = connection.prepareStatement(sql.formatted(tables.ledger()))) {
      insert.setString(1, hash);
      insert.setString(2, Script.UNDO_PREFIX + hash);
      insert.setObject(3, author.run());
      insert.setString(4, author.resource());
      insert.setString(5, author.version());
      insert.setString(6, detail("abandoned", ""));
      insert.executeUpdate();
    }
  }

  private static String detail(String state, String more) {
    return "{\"state\":\"" + state + "\"" + more + "}";
  }

  private void insert(int statement, String prefix, String detail) throws SQLException {
    // A file may have set anything in this session, so nothing is left to its settings.
    String sql =
        "BEGIN READ WRITE;SET LOCAL SESSION AUTHORIZATION DEFAULT;SET LOCAL role TO DEFAULT;"
            + "SET LOCAL search_path=pg_catalog,pg_temp;SET LOCAL standard_conforming_strings=on;"
            + "INSERT INTO %s(event,hash,sequence,file,up_sha256,statement,run_id,resource,version,"
            + "detail) VALUES('progress',%s,%d,%s,%s,%d,%s,%s,%s,%s);COMMIT";
    try (java.sql.Statement insert = connection.createStatement()) {
      insert.execute(
          sql.formatted(
              tables.ledger(),
              Sql.literal(script.hash()),
              script.sequence(),
              Sql.literal(script.file()),
              Sql.literal(prefix),
              statement,
              Sql.literal(author.run().toString()),
              Sql.literal(author.resource()),
              Sql.literal(author.version()),
              Sql.literal(detail)));
    }
  }
}
