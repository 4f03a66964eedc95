package io.schemamigration.postgres;

import io.schemamigration.plan.CopyRows;
import io.schemamigration.plan.Script;
import io.schemamigration.plan.Split;
import io.schemamigration.plan.SqlDigest;
import java.security.SecureRandom;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * What is sent for one file: begin part, the file untouched, end part.
 *
 * @param script the file
 * @param nonce random hex that no author can know; also the guard's name
 * @param split the file's statements
 * @param parts the messages, in order
 */
record Frame(Script script, String nonce, Split split, List<Part> parts) {
  private static final String OPEN = "BEGIN ISOLATION LEVEL READ COMMITTED READ WRITE";
  private static final String CHECK = "SET CONSTRAINTS ALL IMMEDIATE";

  /** Always the last statement of a message, so that its tag decides. */
  private static final String COMMIT = "COMMIT";

  private static final List<String> GUARD = Sql.lines("guard.sql");
  private static final List<String> RESTORE = Sql.lines("restore.sql");
  private static final List<String> CLEAN = Sql.lines("clean.sql");

  /** From the claim on the file's own search path holds. */
  private static final List<String> OWN_PATH = List.of("RESET search_path");

  /** What the books say of a file. */
  enum Book {
    APPLIED("claim.sql", "applied.sql"),
    UNDONE("undo.sql", "undone.sql");

    private final List<String> before;
    private final List<String> after;

    Book(String before, String after) {
      this.before = Sql.lines(before);
      this.after = Sql.lines(after);
    }

    private List<String> begin() {
      return joined(GUARD, before, OWN_PATH);
    }

    private List<String> end() {
      return joined(RESTORE, after, CLEAN);
    }
  }

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
   * @param rows which rows of the file are sent after it
   */
  record Part(
      String sql,
      int before,
      int textStart,
      String text,
      int offset,
      int statementsBefore,
      Optional<CopyRows> rows) {}

  /** How long the file took, said by the server within its transaction. */
  private static final String TOOK = took("pg_catalog.transaction_timestamp()");

  /** The same where the transaction began with another file. */
  private static final String TOOK_OF_SEVERAL =
      took(
          "(SELECT pg_catalog.max(at) FROM {ledger} WHERE hash OPERATOR(pg_catalog.=) {hash}"
              + " AND event OPERATOR(pg_catalog.=) {q}content{q})");

  private static String took(String since) {
    return "EXTRACT(epoch FROM pg_catalog.clock_timestamp() OPERATOR(pg_catalog.-) "
        + since
        + ") OPERATOR(pg_catalog.*) 1000";
  }

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

  /** A file in a transaction of its own. */
  static Frame alone(Script script, Split split, Book book, Map<String, String> values) {
    Map<String, String> all = new HashMap<>(values);
    all.putIfAbsent("milliseconds", TOOK);
    List<String> begin = filled(joined(List.of(OPEN), book.begin()), all);
    List<String> end = filled(joined(List.of(CHECK), book.end(), List.of(COMMIT)), all);
    return new Frame(script, all.get("nonce"), split, FrameParts.of(script, split, begin, end));
  }

  /** The frame alone, for a file whose statements ran before, or are not to run. */
  static Frame record(Script script, Split split, Book book, Map<String, String> values) {
    List<String> begin = filled(joined(List.of(OPEN), book.begin()), values);
    List<String> end = filled(joined(List.of(CHECK), book.end(), List.of(COMMIT)), values);
    return new Frame(
        script, values.get("nonce"), split, List.of(FrameParts.without(split, begin, end)));
  }

  /**
   * Several files in one transaction. Each is a savepoint that is released behind it, so that no
   * later one can go back into it; deferred constraints are asked once, at the end.
   */
  static List<Frame> together(
      List<Script> scripts, List<Split> splits, Tables tables, Author author) {
    List<Frame> frames = new ArrayList<>();
    for (int i = 0; i < scripts.size(); i++) {
      Script script = scripts.get(i);
      Map<String, String> values = values(script, tables, author, newNonce());
      values.put("milliseconds", Sql.fill(TOOK_OF_SEVERAL, values));
      List<String> open = i == 0 ? List.of(OPEN) : List.of();
      List<String> begin = joined(open, List.of("SAVEPOINT smig_{nonce}"), Book.APPLIED.begin());
      List<String> end = joined(Book.APPLIED.end(), List.of("RELEASE SAVEPOINT smig_{nonce}"));
      List<Part> parts =
          FrameParts.of(script, splits.get(i), filled(begin, values), filled(end, values));
      frames.add(new Frame(script, values.get("nonce"), splits.get(i), parts));
    }
    frames.add(finish(scripts.getLast()));
    return frames;
  }

  private static Frame finish(Script last) {
    Split nothing = new Split(List.of(), List.of(), false, List.of());
    Part part = new Part(CHECK + ";" + COMMIT, 0, 0, "", 0, 0, Optional.empty());
    return new Frame(last, newNonce(), nothing, List.of(part));
  }

  /** Whether this only ends the transaction of several files. */
  boolean finishes() {
    return parts.size() == 1 && parts.getFirst().before() == 0 && split.statements().isEmpty();
  }

  @SafeVarargs
  private static List<String> joined(List<String>... lists) {
    List<String> all = new ArrayList<>();
    for (List<String> list : lists) {
      all.addAll(list);
    }
    return all;
  }

  private static List<String> filled(List<String> lines, Map<String, String> values) {
    return lines.stream().map(line -> Sql.fill(line, values)).toList();
  }

  static Map<String, String> values(Script script, Tables tables, Author author, String nonce) {
    String quote = quote(nonce);
    Map<String, String> values = new HashMap<>();
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
}
