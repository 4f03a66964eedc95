package io.schemamigration.plan;

/** What the caller found out about the owner that a ledger names. */
public enum Ownership {
  /** Nobody yet, or this very resource. */
  OURS,
  /** Another resource that exists, or whose absence is not certain yet. */
  HELD,
  /** A resource of this cluster that is certainly gone. */
  GONE,
  /** Out of sight: another cluster, or a namespace that may not be read. */
  FOREIGN
}
