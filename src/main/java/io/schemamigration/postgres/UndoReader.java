package io.schemamigration.postgres;

import io.schemamigration.plan.History;
import io.schemamigration.plan.Script;
import io.schemamigration.plan.UndoBooks;
import io.schemamigration.plan.UndoQuestion;
import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;

/** Reads what the ledger has for what may have to be undone. */
final class UndoReader {
  private final Connection connection;
  private final Tables tables;

  UndoReader(Connection connection, Tables tables) {
    this.connection = connection;
    this.tables = tables;
  }

  /** Reads nothing where nothing may have to be undone, or where there is no ledger to read. */
  UndoBooks read(Optional<? extends UndoQuestion> question, History history) throws SQLException {
    List<String> hashes = question.map(q -> q.hashes(history)).orElse(List.of());
    if (hashes.isEmpty() || !history.ledger()) {
      return UndoBooks.NONE;
    }
    Optional<String> request = question.flatMap(UndoQuestion::request);
    return new UndoBooks(stored(hashes), request.isEmpty() ? Set.of() : undone(request.get()));
  }

  private Map<String, UndoBooks.Stored> stored(List<String> hashes) throws SQLException {
    String sql =
        """
        SELECT DISTINCT ON (hash) hash, sequence, file, undo_sha256, undo_text FROM %s
        WHERE event IN ('content', 'adopted') AND hash = ANY (?)
        ORDER BY hash, id DESC
        """;
    Map<String, UndoBooks.Stored> stored = new HashMap<>();
    try (PreparedStatement select = connection.prepareStatement(sql.formatted(tables.ledger()))) {
      select.setArray(1, connection.createArrayOf("text", hashes.toArray()));
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          if (row.getString("undo_text") == null || row.getString("file") == null) {
            continue;
          }
          long sequence = row.getLong("sequence");
          OptionalLong known = row.wasNull() ? OptionalLong.empty() : OptionalLong.of(sequence);
          Script.Undo undo =
              new Script.Undo(
                  "rollback_" + row.getString("file"),
                  row.getString("undo_text"),
                  row.getString("undo_sha256"));
          stored.put(row.getString("hash"), new UndoBooks.Stored(known, undo));
        }
      }
    }
    return stored;
  }

  private Set<String> undone(String request) throws SQLException {
    String sql = "SELECT hash FROM %s WHERE event = 'rolled_back' AND detail->>'request' = ?";
    Set<String> undone = new HashSet<>();
    try (PreparedStatement select = connection.prepareStatement(sql.formatted(tables.ledger()))) {
      select.setString(1, request);
      try (ResultSet row = select.executeQuery()) {
        while (row.next()) {
          undone.add(row.getString(1));
        }
      }
    }
    return undone;
  }
}
