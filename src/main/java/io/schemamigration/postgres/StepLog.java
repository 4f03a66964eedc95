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
   * @param attempt the next one was sent before, outside a transaction, and nobody knows what
   *     became of it
   * @param prefix the digest of the statements that ran; empty where none did
   */
  record Progress(int done, Optional<Attempt> attempt, Optional<String> prefix) {}

  /**
   * A statement that was sent.
   *
   * @param oid what it was about to drop
   */
  record Attempt(Optional<Long> oid) {}

  /**
   * The newest row counts and the newest that says what ran, since the file was last applied,
   * rolled back or let go of; a file and what undoes it have the same hash, but each its own
   * progress.
   */
  Progress read() throws SQLException {
    String sql =
        """
        WITH steps AS (SELECT id, statement, up_sha256, detail->>'state' AS state,
            (detail->>'oid')::bigint AS oid FROM %1$s
          WHERE hash = ? AND event = 'progress' AND starts_with(file, ?) = ?
            AND detail->>'sets' IS NULL -- nothing ran, so it may still be changed
            AND id > COALESCE((SELECT max(id) FROM %1$s
              WHERE hash = ? AND (event IN ('applied', 'rolled_back', 'adopted', 'approved')
                OR event = 'progress' AND detail->>'state' = 'abandoned')), 0))
        SELECT statement, up_sha256, state, oid FROM steps
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
      switch (rows.getString(3)) {
        case "done" -> {
          return new Progress(rows.getInt(1), attempt, Optional.of(rows.getString(2)));
        }
        case "attempt" -> {
          long oid = rows.getLong(4);
          attempt = Optional.of(new Attempt(rows.wasNull() ? Optional.empty() : Optional.of(oid)));
        }
        default -> attempt = Optional.empty(); // it is known to have failed
      }
    }
    return new Progress(0, attempt, Optional.empty());
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
    boolean sets = statements.get(statement - 1).sets();
    String detail = sets ? "{\"state\":\"done\",\"sets\":true}" : state("done");
    values.put("detail", quote + detail + quote);
  }

  /** Before a statement that is sent alone: afterwards nobody could tell whether it ran. */
  void attempt(int statement, Optional<Long> oid) throws SQLException {
    insert(
        statement,
        oid.map(o -> "{\"state\":\"attempt\",\"oid\":%d}".formatted(o)).orElse(state("attempt")));
  }

  void done(int statement) throws SQLException {
    insert(statement, state("done"));
  }

  /**
   * The server refused it.
   *
   * @param stays whether something of it may stay all the same
   */
  void failed(int statement, boolean stays) throws SQLException {
    insert(statement, stays ? "{\"state\":\"failed\",\"stays\":true}" : state("failed"));
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
      insert.setString(6, state("abandoned"));
      insert.executeUpdate();
    }
  }

  private static String state(String word) {
    return "{\"state\":\"" + word + "\"}";
  }

  private void insert(int statement, String detail) throws SQLException {
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
              Sql.literal(prefix(statement)),
              statement,
              Sql.literal(author.run().toString()),
              Sql.literal(author.resource()),
              Sql.literal(author.version()),
              Sql.literal(detail)));
    }
  }
}
