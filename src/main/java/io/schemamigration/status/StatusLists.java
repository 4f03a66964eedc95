package io.schemamigration.status;

import io.schemamigration.api.LastBackup;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.input.Inputs;
import io.schemamigration.plan.Dump;
import io.schemamigration.plan.History;
import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Position;
import io.schemamigration.plan.Script;
import io.schemamigration.postgres.Look;
import io.schemamigration.postgres.SecretLayout;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Comparator;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/** The parts of a status that show a database and its files, each bounded. */
final class StatusLists {
  private static final int NEWEST = 20;
  private static final int MAX_HASH_BYTES = 16 << 10;

  private StatusLists() {}

  static void database(SchemaMigrationStatus status, Inputs inputs, Look look) {
    History history = look.history();
    SchemaMigrationStatus.Database database = new SchemaMigrationStatus.Database();
    database.name = history.database().name();
    database.serverVersion = history.database().serverVersion();
    database.tls = look.tls();
    database.id = history.fullId();
    status.database = database;
    secret(status, inputs.secret());
  }

  /** The Secret is known also while the database is not: what is wrong may be in it. */
  static void secret(SchemaMigrationStatus status, SecretLayout secret) {
    if (status.database == null) {
      status.database = new SchemaMigrationStatus.Database();
    }
    status.database.secretLayout = secret.text();
  }

  static void position(SchemaMigrationStatus status, Plan plan) {
    Position position = plan.position();
    List<Position.Entry> applied = position.applied();
    if (status.database != null) {
      status.database.id = position.history().fullId();
    }
    // A ledger that was lost tells of none; the dump may be there all the same.
    position.history().lastDump().ifPresent(dump -> status.lastBackup = backup(dump));
    status.current = position.current().map(StatusLists::current).orElse(null);
    status.appliedCount = applied.size();
    status.appliedHashes = hashes(applied);
    status.applied =
        applied.subList(Math.max(0, applied.size() - NEWEST), applied.size()).stream()
            .map(StatusLists::applied)
            .toList();
    status.pendingCount = position.pending().size();
    status.heldCount = position.held() > 0 ? position.held() : null;
    status.pending = position.pending().stream().limit(NEWEST).map(StatusLists::pending).toList();
    status.plan =
        switch (plan) {
          case Plan.UpToDate upToDate -> null;
          case Plan.Undo undo -> plan(undo.id(), "RollBack");
          case Plan.Change change -> plan(change.id(), "Apply");
          case Plan.Refuse refuse ->
              refuse.id().map(id -> plan(id, refuse.undoes() ? "RollBack" : "Apply")).orElse(null);
        };
  }

  /** Takes what was undone out of what is applied; what is pending or held then nobody knows. */
  static void without(SchemaMigrationStatus status, Set<String> undone) {
    status.appliedHashes = status.appliedHashes.stream().filter(h -> !undone.contains(h)).toList();
    status.appliedCount = status.appliedCount == null ? null : status.appliedCount - undone.size();
    status.heldCount = null;
    if (status.applied != null) {
      status.applied = status.applied.stream().filter(a -> !undone.contains(a.hash)).toList();
      status.current =
          status.applied.stream()
              .filter(a -> a.sequence != null)
              .max(Comparator.comparing(a -> a.sequence))
              .map(StatusLists::current)
              .orElse(null);
    }
  }

  private static SchemaMigrationStatus.Current current(SchemaMigrationStatus.Applied applied) {
    SchemaMigrationStatus.Current current = new SchemaMigrationStatus.Current();
    current.sequence = applied.sequence;
    current.hash = applied.hash;
    current.appliedTime = applied.appliedTime;
    return current;
  }

  private static SchemaMigrationStatus.Plan plan(String id, String operation) {
    SchemaMigrationStatus.Plan plan = new SchemaMigrationStatus.Plan();
    plan.id = id;
    plan.operation = operation;
    return plan;
  }

  private static LastBackup backup(Dump from) {
    LastBackup backup = new LastBackup();
    backup.name = from.name();
    backup.location = from.location();
    backup.sha256 = from.sha256();
    backup.sizeBytes = from.bytes().orElse(null);
    backup.completionTime = from.verified().orElse(null);
    return backup;
  }

  private static SchemaMigrationStatus.Current current(Position.Entry entry) {
    SchemaMigrationStatus.Current current = new SchemaMigrationStatus.Current();
    current.sequence = entry.sequence().getAsLong();
    current.hash = Conditions.cut(entry.hash());
    current.appliedTime = Conditions.time(entry.row().at());
    return current;
  }

  /** As many of the newest as fit, in the order in which they were applied. */
  private static List<String> hashes(List<Position.Entry> applied) {
    List<String> newestFirst = new ArrayList<>();
    int room = MAX_HASH_BYTES - 1; // two brackets, but one comma less than hashes
    for (Position.Entry entry : applied.reversed()) {
      room -= entry.hash().getBytes(StandardCharsets.UTF_8).length + 3; // quotes and comma
      if (room < 0) {
        break;
      }
      newestFirst.add(entry.hash());
    }
    Collections.reverse(newestFirst);
    return newestFirst;
  }

  private static SchemaMigrationStatus.Applied applied(Position.Entry entry) {
    SchemaMigrationStatus.Applied applied = new SchemaMigrationStatus.Applied();
    Optional<History.Recorded> recorded = entry.row().recorded();
    applied.sequence = entry.sequence().isPresent() ? entry.sequence().getAsLong() : null;
    applied.hash = Conditions.cut(entry.hash());
    applied.sha256 = recorded.flatMap(History.Recorded::upSha256).orElse(null);
    applied.appliedTime = Conditions.time(entry.row().at());
    applied.durationMilliseconds =
        recorded
            .filter(r -> r.milliseconds().isPresent())
            .map(r -> r.milliseconds().getAsLong())
            .orElse(null);
    return applied;
  }

  private static SchemaMigrationStatus.Pending pending(Script script) {
    SchemaMigrationStatus.Pending pending = new SchemaMigrationStatus.Pending();
    pending.sequence = script.sequence();
    pending.hash = Conditions.cut(script.hash());
    return pending;
  }
}
