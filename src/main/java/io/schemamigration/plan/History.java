package io.schemamigration.plan;

import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.function.Function;
import java.util.stream.Collectors;

/**
 * What one look at a database saw.
 *
 * @param database the server and database it was
 * @param tracking whether the tracking table exists
 * @param ledger whether the ledger exists
 * @param userTables whether the schemas of the search path hold any table
 * @param owner the newest {@code owner} row of the ledger
 * @param applied the rows of the tracking table, in the order of their ids
 * @param absent hashes that the ledger knows and the tracking table does not hold
 * @param begun files that were begun in steps, did not come to their end and are not applied
 * @param lastDump the dump before the last run that needed one
 */
public record History(
    DatabaseInfo database,
    boolean tracking,
    boolean ledger,
    boolean userTables,
    Optional<Owner> owner,
    List<Applied> applied,
    List<Absent> absent,
    List<Begun> begun,
    Optional<Dump> lastDump) {
  /** How the id of a database without a ledger ends. */
  private static final String UNKNOWN = "/-";

  /**
   * Where a history was read.
   *
   * @param name the database's name as the server says it
   * @param serverVersion for people, such as {@code 15.19}
   * @param id system identifier and database oid joined by {@code /}; {@code -} for what the login
   *     may not read
   */
  public record DatabaseInfo(String name, String serverVersion, String id) {}

  /**
   * Who migrates this database.
   *
   * @param cluster uid of the cluster's kube-system namespace
   * @param namespace the resource's namespace
   * @param name the resource's name
   * @param ledger the identity of the ledger itself, kept when the owner changes
   * @param row the ledger's row that says so, another one each time that the owner changes
   */
  public record Owner(String cluster, String namespace, String name, UUID ledger, long row) {

    /** Stands for a cluster's id where the command line filled a database that nobody owned. */
    public static final String COMMAND_LINE = "command-line";

    /** Whether no resource owns the database yet. */
    public boolean unclaimed() {
      return cluster.equals(COMMAND_LINE);
    }

    /** Whether both mean the same resource. */
    public boolean sameResource(String cluster, String namespace, String name) {
      return this.cluster.equals(cluster)
          && this.namespace.equals(namespace)
          && this.name.equals(name);
    }
  }

  /**
   * One row of the tracking table.
   *
   * @param id its id
   * @param hash its hash
   * @param at its created_at, taken as UTC
   * @param recorded what the ledger says of it; empty where the row was not put there by us
   * @param undoing the newest ledger row of an undo that ran in steps and stopped on the way: the
   *     file is neither applied nor undone; empty: it is applied
   */
  public record Applied(
      long id, String hash, Instant at, Optional<Recorded> recorded, OptionalLong undoing) {}

  /**
   * What the ledger kept of an applied file.
   *
   * @param sequence empty for a row that was adopted without a file
   * @param upSha256 digest of the text that ran, or that stood in the source when it was adopted
   * @param sqlSha256 {@link SqlDigest} of that text; empty in rows of older versions
   * @param milliseconds how long it ran
   * @param adopted whether another tool, or a person, recorded it: what it did is not ours to know
   */
  public record Recorded(
      OptionalLong sequence,
      Optional<String> upSha256,
      Optional<String> sqlSha256,
      OptionalLong milliseconds,
      boolean adopted) {}

  /**
   * A hash with a past but without a row in the tracking table.
   *
   * @param hash the hash
   * @param fate how it lost its row
   * @param run the run that wrote the newest event; {@code -} where unknown
   * @param texts what had been applied, and what the source had when that was undone; none: nobody
   *     knows
   */
  public record Absent(String hash, Fate fate, String run, List<TextDigests> texts) {}

  /**
   * A file of which a part ran and stays.
   *
   * @param hash the hash
   * @param row the newest ledger row of that part
   * @param underWay whether somebody has the lock, and so may be going on with it
   */
  public record Begun(String hash, long row, boolean underWay) {}

  /** How a hash lost its row. */
  public enum Fate {
    /** It was rolled back on request. */
    ROLLED_BACK,
    /** It was rolled back because the target hash was lowered: raised again, it may come again. */
    LOWERED,
    /** Nobody knows: a restored database, or a row deleted by hand. */
    WENT_AWAY,
    /** It went away, and a person approved going on without it. */
    ACCEPTED
  }

  /** Neither table and nothing else either: a database to be filled, whatever a status claims. */
  public boolean fresh() {
    return !tracking && !ledger && !userTables;
  }

  /** The applied rows by hash. */
  public Map<String, Applied> byHash() {
    return applied.stream().collect(Collectors.toMap(Applied::hash, Function.identity()));
  }

  /** Whether a run that relied on this dump changed something, so that it is behind by now. */
  public boolean used(String dump) {
    return lastDump.filter(last -> last.name().equals(dump) && last.used()).isPresent();
  }

  /** Server, database and ledger joined: tells a restored database from the one it was. */
  public String fullId() {
    return database.id() + "/" + owner.map(o -> o.ledger().toString()).orElse("-");
  }

  /**
   * Whether two {@link #fullId} are of one database. A ledger may have been made in between; two
   * that are known must be the same.
   *
   * @param one may be null: nobody knows
   */
  public static boolean sameDatabase(String one, String other) {
    if (one == null
        || !sameServer(one.substring(0, slash(one)), other.substring(0, slash(other)))) {
      return false;
    }
    String ledger = one.substring(slash(one));
    return ledger.equals(UNKNOWN)
        || other.endsWith(UNKNOWN)
        || ledger.equals(other.substring(slash(other)));
  }

  /**
   * Whether two {@link DatabaseInfo#id} are of one database, as far as both are known: a dump may
   * have been made by a login that may read less.
   */
  public static boolean sameServer(String one, String other) {
    String server = one.substring(0, slash(one));
    String another = other.substring(0, slash(other));
    boolean known = !Set.of("", "-").contains(server) && !Set.of("", "-").contains(another);
    return oid(one).equals(oid(other)) && (!known || server.equals(another));
  }

  private static String oid(String id) {
    return id.substring(id.lastIndexOf('/') + 1);
  }

  private static int slash(String id) {
    return Math.max(0, id.lastIndexOf('/'));
  }
}
