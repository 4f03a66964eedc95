package io.schemamigration.postgres;

import io.schemamigration.plan.Script;
import io.schemamigration.plan.Split;
import io.schemamigration.plan.SqlDigest;
import io.schemamigration.plan.SqlSplitter;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;

/**
 * What is sent for one file: begin part, the file untouched, end part. Small files are one message;
 * of large ones the server would keep twelve times their size, so they go in chunks, in the same
 * transaction.
 *
 * @param nonce random hex that no author can know; also the guard's name
 * @param split the file's statements
 * @param beginStatements how many statements stand before the file
 * @param parts the messages, in order
 */
record Frame(String nonce, Split split, int beginStatements, List<Part> parts) {
  static final int CHUNK = 256 << 10;

  private static final List<String> BEGIN = Sql.lines("frame-begin.sql");
  private static final List<String> END = Sql.lines("frame-end.sql");
  private static final SecureRandom RANDOM = new SecureRandom();

  /**
   * One message.
   *
   * @param sql its text
   * @param before how many of our statements stand before the file's in it
   * @param textStart where the file's text begins in it
   * @param text the piece of the file in it
   * @param offset where that piece begins in the file
   * @param statementsBefore how many statements of the file were in earlier messages
   */
  record Part(
      String sql, int before, int textStart, String text, int offset, int statementsBefore) {}

  /** How long the file took, said by the server within its transaction. */
  private static final String TOOK =
      "EXTRACT(epoch FROM pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-)"
          + " pg_catalog.transaction_timestamp()) OPERATOR(pg_catalog.*) 1000";

  /** Hex that no author can know. */
  static String newNonce() {
    byte[] random = new byte[16];
    RANDOM.nextBytes(random);
    return HexFormat.of().formatHex(random);
  }

  /** A dollar quote that no text can hold. */
  static String quote(String nonce) {
    return "$smig_" + nonce + "$";
  }

  /** The frame alone, for a file whose statements ran before. */
  static Frame record(Script script, Split split, Tables tables, Author author, long milliseconds) {
    String nonce = newNonce();
    Map<String, String> values = values(script, tables, author, nonce);
    values.put("milliseconds", Long.toString(milliseconds));
    String begin = Sql.fill(String.join(";", BEGIN), values) + ";\n";
    String end = "\n;" + Sql.fill(String.join(";", END), values);
    Part part =
        new Part(begin + end, BEGIN.size(), begin.length(), "", 0, split.statements().size());
    return new Frame(nonce, split, BEGIN.size(), List.of(part));
  }

  static Frame of(Script script, Split split, Tables tables, Author author) {
    String nonce = newNonce();
    Map<String, String> values = values(script, tables, author, nonce);
    String begin = Sql.fill(String.join(";", BEGIN), values) + ";\n";
    String end = "\n;" + Sql.fill(String.join(";", END), values);
    List<Part> parts =
        script.text().length() <= CHUNK
            ? List.of(
                new Part(
                    begin + script.text() + end, BEGIN.size(), begin.length(), script.text(), 0, 0))
            : chunks(script.text(), split, begin, end);
    return new Frame(nonce, split, BEGIN.size(), parts);
  }

  private static List<Part> chunks(String text, Split split, String begin, String end) {
    List<Part> parts = new ArrayList<>();
    parts.add(new Part(begin, BEGIN.size(), begin.length(), "", 0, 0));
    int offset = 0;
    for (String chunk : SqlSplitter.chunks(text, split, CHUNK)) {
      parts.add(new Part(chunk, 0, 0, chunk, offset, statementsBefore(split, offset)));
      offset += chunk.length();
    }
    parts.add(new Part(end, 0, 0, "", text.length(), split.statements().size()));
    return parts;
  }

  private static int statementsBefore(Split split, int offset) {
    return (int) split.statements().stream().filter(s -> s.start() < offset).count();
  }

  static Map<String, String> values(Script script, Tables tables, Author author, String nonce) {
    String quote = quote(nonce);
    Map<String, String> values = new HashMap<>();
    values.put("milliseconds", TOOK);
    values.put("nonce", nonce);
    values.put("q", quote);
    values.put("lock", Sql.literal(tables.lockKey()));
    values.put("tracking", tables.tracking());
    values.put("ledger", tables.ledger());
    values.put("hash", quote + script.hash() + quote);
    values.put("sequence", Long.toString(script.sequence()));
    values.put("file", quote + script.file() + quote);
    values.put("up_sha256", quote + script.sha256() + quote);
    String detail = "{\"sql\":\"" + SqlDigest.of(script.text()) + "\"}";
    values.put("content_detail", quote + detail + quote);
    values.put("up_text", quote + script.text() + quote);
    values.put("undo_sha256", script.undo().map(u -> quote + u.sha256() + quote).orElse("NULL"));
    values.put("undo_text", script.undo().map(u -> quote + u.text() + quote).orElse("NULL"));
    values.put("run_id", quote + author.run() + quote);
    values.put("resource", quote + author.resource() + quote);
    values.put("version", quote + author.version() + quote);
    return values;
  }

  /** How many statements stand in a message before its end part. */
  int fileStatements() {
    return split.statements().size();
  }
}
