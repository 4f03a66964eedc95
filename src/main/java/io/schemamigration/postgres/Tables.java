package io.schemamigration.postgres;

import java.nio.charset.StandardCharsets;

/**
 * The names of the tracking table and its ledger.
 *
 * @param schema the schema of both
 * @param table the tracking table; at most 56 bytes, so that the ledger's name fits in 63
 */
public record Tables(String schema, String table) {
  static final int MAX_TABLE_BYTES = 56;

  /** Refuses names that PostgreSQL would cut or that are empty. */
  public Tables {
    if (schema.isEmpty() || bytes(schema) > 63) {
      throw new IllegalArgumentException("history.schema must be 1 to 63 bytes long");
    }
    if (table.isEmpty() || bytes(table) > MAX_TABLE_BYTES) {
      throw new IllegalArgumentException("history.table must be 1 to 56 bytes long");
    }
  }

  private static int bytes(String text) {
    return text.getBytes(StandardCharsets.UTF_8).length;
  }

  String tracking() {
    return quote(schema) + "." + quote(table);
  }

  String ledger() {
    return quote(schema) + "." + quote(ledgerName());
  }

  String ledgerName() {
    return table + "_ledger";
  }

  String lockKey() {
    return "schemamigration:" + schema + "." + table;
  }

  static String quote(String identifier) {
    return '"' + identifier.replace("\"", "\"\"") + '"';
  }
}
