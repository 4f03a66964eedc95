package io.schemamigration.postgres;

import java.util.HashSet;
import java.util.Set;

/** What a run did so far, over all of its connections. */
final class Tally {
  /** Hashes whose claim was lost to somebody else's row once. */
  final Set<String> lostClaims = new HashSet<>();

  /** Hashes that the ledger says were undone for the request, and those that this run undid. */
  final Set<String> undone = new HashSet<>();

  /** How many files were committed. */
  int committed;

  /** Whether a file was sent. */
  boolean sent;

  /** Whether the books were written for their own sake. */
  boolean booked;
}
