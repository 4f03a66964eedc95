package io.schemamigration.plan;

/**
 * Everything a plan depends on.
 *
 * @param source the files
 * @param history the database
 * @param books what the ledger stored for what may have to be undone
 * @param policy what the user decided beforehand
 * @param memory what was seen before
 * @param ownership what is known of the owner that the ledger names
 */
public record Situation(
    ScriptSet source,
    History history,
    UndoBooks books,
    Policy policy,
    Memory memory,
    Ownership ownership) {

  /** Whether there was a ledger, and there is none now. */
  boolean ledgerLost() {
    return !history.ledger() && memory.hadLedger() && !history.fresh();
  }
}
