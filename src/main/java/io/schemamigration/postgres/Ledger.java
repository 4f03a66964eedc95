package io.schemamigration.postgres;

import io.schemamigration.plan.Books;
import io.schemamigration.plan.Dump;
import io.schemamigration.plan.History;
import io.schemamigration.plan.Script;
import io.schemamigration.plan.SqlDigest;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.sql.Types;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.UUID;

/**
 * Our own books beside the user's tracking table; append-only. Called under the lock. What belongs
 * to a file is written by its {@link Frame}, in the file's own transaction.
 */
final class Ledger {
  private final Connection connection;
  private final Tables tables;
  private final Author author;

  Ledger(Connection connection, Tables tables, Author author) {
    this.connection = connection;
    this.tables = tables;
    this.author = author;
  }

  /** Creates what is missing, takes ownership and adopts foreign rows: all of it or nothing. */
  void prepare(History history, Books books) throws SQLException {
    try (Statement statement = connection.createStatement()) {
      statement.execute("BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE");
      try {
        statement.execute("SET LOCAL TimeZone='UTC';SET LOCAL search_path=pg_catalog,pg_temp");
        new NewTables(connection, tables).make(history);
        if (books.takesOwnership()) {
          writeOwner(history);
        }
        for (Books.Adoption adoption : books.adopt()) {
          adopt(adoption);
        }
        for (Script script : books.baseline()) {
          adopt(new Books.Adoption(claim(script), Optional.of(script)));
        }
        if (books.approved().isPresent()) {
          approve(books.approved().get(), books.accepted());
          for (String hash : books.abandoned()) {
            StepLog.abandon(connection, tables, author, hash);
          }
        }
        statement.execute("COMMIT");
      } catch (SQLException e) {
        rollback(statement, e);
        throw e;
      }
    }
  }

  private static void rollback(Statement statement, SQLException first) {
    try {
      statement.execute("ROLLBACK");
    } catch (SQLException e) {
      first.addSuppressed(e);
    }
  }

  private void writeOwner(History history) throws SQLException {
    UUID id = history.owner().map(o -> o.ledger()).orElseGet(UUID::randomUUID);
    String sql =
        "INSERT INTO %s(event, run_id, resource, version, detail) VALUES ('owner', ?, ?, ?,"
            + " pg_catalog.jsonb_build_object('cluster', ?::text, 'namespace', ?::text,"
            + " 'name', ?::text, 'ledger', ?::text))";
    try (PreparedStatement insert = connection.prepareStatement(sql.formatted(tables.ledger()))) {
      insert.setObject(1, author.run());
      insert.setString(2, author.resource());
      insert.setString(3, author.version());
      insert.setString(4, author.cluster());
      insert.setString(5, author.namespace());
      insert.setString(6, author.name());
      insert.setString(7, id.toString());
      insert.executeUpdate();
    }
  }

  private History.Applied claim(Script script) throws SQLException {
    String sql = "INSERT INTO %s(hash) VALUES (?) RETURNING id";
    try (PreparedStatement insert = connection.prepareStatement(sql.formatted(tables.tracking()))) {
      insert.setString(1, script.hash());
      try (ResultSet row = insert.executeQuery()) {
        row.next();
        return new History.Applied(
            row.getLong(1), script.hash(), Instant.now(), Optional.empty(), OptionalLong.empty());
      }
    }
  }

  private void adopt(Books.Adoption adoption) throws SQLException {
    String sql =
        "INSERT INTO %s(event, hash, tracking_id, sequence, file, up_sha256, undo_sha256, up_text,"
            + " undo_text, run_id, resource, version, detail)"
            + " VALUES ('adopted', ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?,"
            + " pg_catalog.jsonb_build_object('sql', ?::text))";
    Optional<Script> script = adoption.script();
    try (PreparedStatement insert = connection.prepareStatement(sql.formatted(tables.ledger()))) {
      insert.setString(1, adoption.row().hash());
      insert.setLong(2, adoption.row().id());
      insert.setObject(3, script.map(Script::sequence).orElse(null), Types.BIGINT);
      insert.setString(4, script.map(Script::file).orElse(null));
      insert.setString(5, script.map(Script::sha256).orElse(null));
      insert.setString(6, script.flatMap(Script::undo).map(Script.Undo::sha256).orElse(null));
      insert.setString(7, script.map(s -> withoutNul(s.text())).orElse(null));
      insert.setString(8, script.flatMap(Script::undo).map(u -> withoutNul(u.text())).orElse(null));
      insert.setObject(9, author.run());
      insert.setString(10, author.resource());
      insert.setString(11, author.version());
      insert.setString(12, script.map(s -> SqlDigest.of(s.text())).orElse(null));
      insert.executeUpdate();
    }
  }

  /** A legacy file is adopted as it is; PostgreSQL just has no NUL in a text. */
  private static String withoutNul(String text) {
    return text.replace("\0", "");
  }

  /** Notes a failed file; the file's own transaction is rolled back by then. */
  void failed(Failure failure, Script script) throws SQLException {
    String sql =
        "BEGIN READ WRITE;INSERT INTO %s(event, hash, sequence, file, up_sha256, statement, run_id,"
            + " resource, version, detail) VALUES ('failed', %s, %d, %s, %s, %d, %s, %s, %s, %s);"
            + "COMMIT";
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          sql.formatted(
              tables.ledger(),
              Sql.literal(script.hash()),
              script.sequence(),
              Sql.literal(script.file()),
              Sql.literal(script.sha256()),
              failure.statement(),
              Sql.literal(author.run().toString()),
              Sql.literal(author.resource()),
              Sql.literal(author.version()),
              Sql.literal("{\"sqlState\": \"" + failure.sqlState() + "\"}")));
    }
  }

  /** Notes the dump that was made before what follows. */
  void backedUp(Safeguard.Backup backup) throws SQLException {
    Dump dump = backup.dump();
    String sql =
        "BEGIN READ WRITE;INSERT INTO %s(event, run_id, resource, version, detail) VALUES"
            + " ('backed_up', %s, %s, %s, pg_catalog.jsonb_build_object('plan', %s::text,"
            + " 'name', %s::text, 'location', %s::text, 'sha256', %s::text, 'bytes', %s::bigint,"
            + " 'verified', %s::text));COMMIT";
    try (Statement statement = connection.createStatement()) {
      statement.execute(
          sql.formatted(
              tables.ledger(),
              Sql.literal(author.run().toString()),
              Sql.literal(author.resource()),
              Sql.literal(author.version()),
              Sql.literal(backup.plan()),
              Sql.literal(dump.name()),
              Sql.literal(dump.location()),
              Sql.literal(dump.sha256()),
              dump.bytes().map(String::valueOf).orElse("NULL"),
              dump.verified().map(Sql::literal).orElse("NULL")));
    }
  }

  /** Who reads the history later sees what was released, and hashes that are let go of. */
  private void approve(String plan, List<String> accepted) throws SQLException {
    String sql =
        "INSERT INTO %s(event, hash, run_id, resource, version, detail) VALUES ('approved', ?, ?,"
            + " ?, ?, pg_catalog.jsonb_build_object('plan', ?::text))";
    List<String> hashes = new ArrayList<>(accepted);
    hashes.add(null);
    try (PreparedStatement insert = connection.prepareStatement(sql.formatted(tables.ledger()))) {
      for (String hash : hashes) {
        insert.setString(1, hash);
        insert.setObject(2, author.run());
        insert.setString(3, author.resource());
        insert.setString(4, author.version());
        insert.setString(5, plan);
        insert.executeUpdate();
      }
    }
  }
}
