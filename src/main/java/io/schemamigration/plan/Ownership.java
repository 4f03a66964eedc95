package io.schemamigration.plan;

/** What the caller found out about the owner that a ledger names. */
public enum Ownership {
  /** Nobody yet, or this very resource. */
  OURS,
  /** Another resource that exists. */
  HELD,
  /** A resource of this cluster that was not there, which is not certain yet. */
  LEAVING,
  /** A resource of this cluster that is certainly gone. */
  GONE,
  /** Nobody yet: the command line filled the database. */
  UNCLAIMED,
  /** A SchemaMigration, as the command line sees it. */
  MANAGED,
  /** Out of sight: another cluster, or a namespace that may not be read. */
  FOREIGN
}
