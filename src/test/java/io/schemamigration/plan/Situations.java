package io.schemamigration.plan;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalLong;
import java.util.Set;
import java.util.UUID;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/** Builds situations for tests, from one that is in order. */
public final class Situations {
  public static final UUID LEDGER = UUID.fromString("00000000-0000-0000-0000-00000000000a");
  public static final Instant AT = Instant.parse("2026-01-02T03:04:05Z");

  private final List<SourceFile> files = new ArrayList<>();
  private final List<History.Applied> applied = new ArrayList<>();
  private final List<History.Absent> absent = new ArrayList<>();
  private final List<History.Begun> begun = new ArrayList<>();
  private boolean tracking = true;
  private boolean ledger = true;
  private boolean userTables = true;
  private Dump dump;
  private Optional<History.Owner> owner = Optional.of(owner("orders"));
  private Memory memory = Memory.NONE;
  private Optional<String> time = Optional.empty();
  private Ownership ownership = Ownership.OURS;
  private String table = "drizzle_migrations";
  private Optional<String> target = Optional.empty();
  private boolean outOfOrder;
  private boolean ignoreMissing;
  private boolean rollback;
  private boolean planOnly;
  private Map<String, UndoBooks.Stored> stored = new HashMap<>();
  private Set<String> approved = Set.of();
  private boolean allFiles;
  private Set<Policy.Acknowledged> acknowledged = Set.of();

  public static Situations start() {
    return new Situations();
  }

  static History.Owner owner(String name) {
    return new History.Owner("cluster", "shop", name, LEDGER, 1);
  }

  static String sql(String hash) {
    return "CREATE TABLE " + hash + " (id int);\n";
  }

  /** Files 1 to n with the hashes h1 to hn. */
  public Situations files(int... sequences) {
    Arrays.stream(sequences).forEach(n -> file(n, sql("h" + n)));
    return this;
  }

  Situations file(long sequence, String text) {
    return raw("pg_" + sequence + "_h" + sequence + ".sql", text);
  }

  Situations raw(String name, String text) {
    files.add(new SourceFile("maps", name, text.getBytes(StandardCharsets.UTF_8)));
    return this;
  }

  /** Rows that ran from files of {@link #files}. */
  public Situations applied(int... sequences) {
    Arrays.stream(sequences).forEach(n -> appliedText(n, sql("h" + n)));
    return this;
  }

  Situations appliedText(long sequence, String text) {
    return row(
        "h" + sequence,
        Optional.of(
            new History.Recorded(
                OptionalLong.of(sequence),
                Optional.of(Digest.sha256(text)),
                Optional.of(SqlDigest.of(text)),
                OptionalLong.of(12),
                false)));
  }

  /** A row that somebody else wrote. */
  Situations byHand(String hash) {
    return row(hash, Optional.empty());
  }

  public Situations row(String hash, Optional<History.Recorded> recorded) {
    applied.add(new History.Applied(applied.size() + 1, hash, AT, recorded, OptionalLong.empty()));
    return this;
  }

  /** The undo of the newest row stopped on the way. */
  public Situations undoing(long step) {
    History.Applied row = applied.removeLast();
    applied.add(
        new History.Applied(row.id(), row.hash(), row.at(), row.recorded(), OptionalLong.of(step)));
    return this;
  }

  /** A row that the ledger adopted from another tool, with the file it had then. */
  Situations adopted(int sequence) {
    String text = sql("h" + sequence);
    return row(
        "h" + sequence,
        Optional.of(
            new History.Recorded(
                OptionalLong.of(sequence),
                Optional.of(Digest.sha256(text)),
                Optional.of(SqlDigest.of(text)),
                OptionalLong.empty(),
                true)));
  }

  Situations rolledBack(long sequence, String text, String run) {
    return absent("h" + sequence, History.Fate.ROLLED_BACK, run, Digest.sha256(text));
  }

  /** With what had been applied, and what the source had then. */
  Situations rolledBack(long sequence, String applied, String undone, String run) {
    List<TextDigests> texts =
        Stream.of(applied, undone)
            .map(text -> new TextDigests(Digest.sha256(text), Optional.empty()))
            .toList();
    absent.add(new History.Absent("h" + sequence, History.Fate.ROLLED_BACK, run, texts));
    return this;
  }

  public Situations absent(String hash, History.Fate fate, String run, String sha256) {
    absent.add(
        new History.Absent(hash, fate, run, List.of(new TextDigests(sha256, Optional.empty()))));
    return this;
  }

  /** A part of it ran and stays, as that row of the ledger says. */
  Situations begun(String hash, long row) {
    begun.add(new History.Begun(hash, row, false));
    return this;
  }

  /** The owner since that row of the ledger. */
  Situations ownedSince(long row) {
    owner =
        owner.map(o -> new History.Owner(o.cluster(), o.namespace(), o.name(), o.ledger(), row));
    return this;
  }

  public Situations noLedger() {
    ledger = false;
    owner = Optional.empty();
    return this;
  }

  public Situations fresh() {
    tracking = false;
    userTables = false;
    return noLedger();
  }

  public Situations owner(String name, Ownership ownership) {
    this.owner = Optional.of(owner(name));
    this.ownership = ownership;
    return this;
  }

  public Situations memory(Memory memory) {
    this.memory = memory;
    return this;
  }

  /** The database was seen with these applied, and with a ledger. */
  Situations seen(String... hashes) {
    Optional<String> current =
        hashes.length == 0 ? Optional.empty() : Optional.of(hashes[hashes.length - 1]);
    return memory(
        new Memory(List.of(hashes), current, time, Optional.of("1/2/" + LEDGER), Optional.empty()));
  }

  /** The same, when the newest had been applied then. */
  Situations seenAt(String appliedTime, String... hashes) {
    time = Optional.of(appliedTime);
    return seen(hashes);
  }

  /** Somebody has the lock, and may go on with what was begun. */
  Situations underWay() {
    begun.replaceAll(b -> new History.Begun(b.hash(), b.row(), true));
    return this;
  }

  Situations table(String table) {
    this.table = table;
    return this;
  }

  public Situations target(String hash) {
    this.target = Optional.of(hash);
    return this;
  }

  public Situations rollbackAllowed() {
    rollback = true;
    return this;
  }

  /** The ledger stored what undoes this. */
  public Situations stored(long sequence, String text) {
    Script.Undo undo =
        new Script.Undo(
            "rollback_pg_" + sequence + "_h" + sequence + ".sql", text, Digest.sha256(text));
    stored.put("h" + sequence, new UndoBooks.Stored(OptionalLong.of(sequence), undo));
    return this;
  }

  Situations outOfOrderApplies() {
    outOfOrder = true;
    return this;
  }

  Situations missingIgnored() {
    ignoreMissing = true;
    return this;
  }

  public Situations planOnly() {
    planOnly = true;
    return this;
  }

  Situations acknowledge(String hash, String... sha256) {
    acknowledged =
        Arrays.stream(sha256)
            .map(s -> new Policy.Acknowledged(hash, s))
            .collect(Collectors.toSet());
    return this;
  }

  Situations allFiles() {
    allFiles = true;
    return this;
  }

  public Situations approve(String... ids) {
    approved = Set.of(ids);
    return this;
  }

  public ScriptSet source() {
    return ScriptSet.of(List.copyOf(files));
  }

  public Policy policy() {
    return new Policy(
        "public",
        table,
        target,
        outOfOrder,
        ignoreMissing,
        rollback,
        allFiles,
        planOnly,
        approved,
        acknowledged);
  }

  /** What the ledger says was dumped before the last run. */
  public Situations dumped(String name) {
    return dumped(name, false);
  }

  /** And whether something was applied or undone since. */
  public Situations dumped(String name, boolean used) {
    dump =
        new Dump(
            name, "pvc:dumps/" + name, "5f".repeat(32), Optional.empty(), Optional.empty(), used);
    return this;
  }

  public History history() {
    return new History(
        new History.DatabaseInfo("orders", "15.19", "1/2"),
        tracking,
        ledger,
        userTables,
        owner,
        List.copyOf(applied),
        List.copyOf(absent),
        List.copyOf(begun),
        Optional.ofNullable(dump));
  }

  public Plan plan() {
    UndoBooks books = new UndoBooks(stored, Set.of());
    return Planner.plan(new Situation(source(), history(), books, policy(), memory, ownership));
  }
}
