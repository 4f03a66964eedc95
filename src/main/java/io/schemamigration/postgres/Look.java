package io.schemamigration.postgres;

import io.schemamigration.plan.History;
import io.schemamigration.plan.UndoBooks;

/**
 * What a look saw.
 *
 * @param history the history
 * @param books what the ledger stored for what may have to be undone
 * @param tls {@code Verified}, {@code Encrypted} or {@code None}, for the status
 */
public record Look(History history, UndoBooks books, String tls) {}
