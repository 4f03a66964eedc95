package io.schemamigration.plan;

import java.util.List;
import java.util.Optional;

/**
 * Says which applied files may have to be undone, so that what the ledger stored for them is read
 * together with the history.
 */
public sealed interface UndoQuestion permits UndoRequest, Pin {

  /** The hashes, given what is applied. */
  List<String> hashes(History history);

  /** The key of the request that asks; empty: nobody did, the target hash was lowered. */
  Optional<String> request();
}
