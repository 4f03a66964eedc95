package io.schemamigration.plan;

import java.util.Optional;

/**
 * Knows the statements that must not stand in a file, because they end or change the transaction
 * the file runs in or speak to a client that is not there. Only statements of the top level are
 * asked about: inside a function or a DO block PostgreSQL itself refuses them.
 */
final class Refusals {
  private static final String TWO_PHASE =
      " takes part in two-phase commit, which would take changes out of the transaction that the"
          + " operator records. Delete the statement.";
  private static final String OWN_TRANSACTION =
      " ends the transaction that the operator runs and records this file in. Delete the"
          + " statement";

  private Refusals() {}

  /** What happened and what to write instead; empty if the statement may run. */
  static Optional<String> of(Tokens tokens) {
    return Optional.ofNullable(
        switch (tokens.at(0)) {
          case "ROLLBACK" -> rollback(tokens);
          case "ABORT" -> undone("ABORT");
          case "COMMIT" ->
              tokens.at(1, "PREPARED") ? "COMMIT PREPARED" + TWO_PHASE : kept("COMMIT");
          case "END" -> kept("END");
          case "BEGIN" -> begun("BEGIN");
          case "START" -> tokens.at(1, "TRANSACTION") ? begun("START TRANSACTION") : null;
          case "PREPARE" -> prepare(tokens);
          case "CLOSE" -> closeAll(tokens);
          case "DISCARD" -> discardAll(tokens);
          case "COPY" -> copy(tokens);
          case "SET" -> set(tokens);
          default -> null;
        });
  }

  /** Whether this is COPY that reads its rows from the client. */
  static boolean readsFromClient(Tokens tokens) {
    return tokens.at(0, "COPY") && copyDirection(tokens).equals("FROM");
  }

  private static String rollback(Tokens tokens) {
    int next = tokens.at(1, "WORK", "TRANSACTION") ? 2 : 1;
    if (tokens.at(next, "TO")) {
      return null;
    }
    return tokens.at(1, "PREPARED") ? "ROLLBACK PREPARED" + TWO_PHASE : undone("ROLLBACK");
  }

  private static String undone(String command) {
    return command
        + OWN_TRANSACTION
        + "; to undo a part of the file use SAVEPOINT and ROLLBACK TO SAVEPOINT.";
  }

  private static String kept(String command) {
    return command + OWN_TRANSACTION + "; to commit in steps write one file for each step.";
  }

  private static String begun(String command) {
    return command
        + " would start a transaction, but the operator already runs the file in one. Delete the"
        + " statement and the COMMIT that belongs to it.";
  }

  private static String prepare(Tokens tokens) {
    // A prepared statement may be called "transaction"; then its types or AS follow.
    return tokens.at(1, "TRANSACTION") && !tokens.at(2, "AS", "(")
        ? "PREPARE TRANSACTION" + TWO_PHASE
        : null;
  }

  private static String closeAll(Tokens tokens) {
    return tokens.at(1, "ALL")
        ? "CLOSE ALL also closes the cursor by which the operator notices that its transaction was"
            + " ended. Close your own cursors by name."
        : null;
  }

  private static String discardAll(Tokens tokens) {
    return tokens.at(1, "ALL")
        ? "DISCARD ALL cannot run in a transaction and would release the operator's lock. Delete"
            + " it, or write DISCARD TEMP or DISCARD PLANS; the session is reset after every file."
        : null;
  }

  private static String copy(Tokens tokens) {
    return copyDirection(tokens).equals("TO")
        ? "COPY TO STDOUT sends rows to a client, and nobody would receive them. Delete the"
            + " statement, or keep the rows with CREATE TABLE AS."
        : null;
  }

  /** FROM or TO if the client is the other side, else empty. */
  private static String copyDirection(Tokens tokens) {
    int direction = tokens.find(1, "FROM", "TO");
    // The grammar takes either word in either direction.
    return direction > 0 && tokens.at(direction + 1, "STDIN", "STDOUT") ? tokens.at(direction) : "";
  }

  private static String set(Tokens tokens) {
    int name = Settings.name(tokens);
    if (tokens.at(name, "SESSION") && tokens.at(name + 1, "CHARACTERISTICS")) {
      return "SET SESSION CHARACTERISTICS changes transactions that are the operator's own. Delete"
          + " the statement.";
    }
    boolean mode =
        tokens.at(name, "TRANSACTION")
            && tokens.at(name + 1, "ISOLATION", "READ", "NOT", "DEFERRABLE", "SNAPSHOT");
    return mode || Settings.isTransactionMode(tokens.at(name))
        ? "The transaction's mode cannot be changed, because the operator has already begun it:"
            + " READ COMMITTED, READ WRITE. Delete the SET statement."
        : null;
  }
}
