package io.schemamigration.cli;

import com.fasterxml.jackson.annotation.JsonPropertyOrder;
import io.schemamigration.plan.Plan;
import io.schemamigration.plan.Position;
import io.schemamigration.plan.Script;
import io.schemamigration.plan.ScriptSet;
import io.schemamigration.plan.TextChange;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;

/**
 * Where a database stands, as {@code status} and {@code plan} print it; the names are part of the
 * interface.
 *
 * @param database the database's name
 * @param serverVersion of the server
 * @param state {@code UpToDate}, {@code Pending}, {@code RollingBack} or why it is blocked, by the
 *     resource's words
 * @param message what to do, where it is blocked
 * @param plan the id of what would run, or of what an approval would release
 * @param migrations all of them, applied ones first, in the order they ran or will run
 */
@JsonPropertyOrder({"database", "serverVersion", "state", "message", "plan", "migrations"})
record Report(
    String database,
    String serverVersion,
    String state,
    String message,
    String plan,
    List<Migration> migrations) {

  /**
   * One migration.
   *
   * @param sequence its number; absent where neither a file nor the ledger knows it
   * @param state {@code applied}, {@code pending}, {@code held}, {@code changed} or {@code missing}
   *     (applied, but its file is)
   * @param appliedAt in UTC
   */
  record Migration(
      Long sequence, String hash, String state, String appliedAt, Long durationMilliseconds) {}

  static Report of(ScriptSet source, Plan plan) {
    Position position = plan.position();
    Map<String, Script> byHash = new HashMap<>();
    source.scripts().forEach(s -> byHash.put(s.hash(), s));
    List<Migration> migrations = new ArrayList<>();
    for (Position.Entry entry : position.applied()) {
      migrations.add(applied(entry, byHash.get(entry.hash())));
    }
    int free = position.free().size();
    for (int i = 0; i < position.pending().size(); i++) {
      Script script = position.pending().get(i);
      String state = i < free ? "pending" : "held";
      migrations.add(new Migration(script.sequence(), script.hash(), state, null, null));
    }
    String name = position.history().database().name();
    String server = position.history().database().serverVersion();
    return switch (plan) {
      case Plan.UpToDate upToDate ->
          new Report(name, server, "UpToDate", upToDate.remark().orElse(null), null, migrations);
      case Plan.Record books ->
          new Report(
              name,
              server,
              position.pending().isEmpty() ? "UpToDate" : "Pending",
              null,
              position.pending().isEmpty() ? null : books.id(),
              migrations);
      case Plan.Apply apply -> new Report(name, server, "Pending", null, apply.id(), migrations);
      case Plan.Undo undo -> new Report(name, server, "RollingBack", null, undo.id(), migrations);
      case Plan.Refuse refuse ->
          new Report(
              name,
              server,
              refuse.reason().label(),
              refuse.message(),
              refuse.id().orElse(null),
              migrations);
    };
  }

  private static Migration applied(Position.Entry entry, Script script) {
    boolean changed = script != null && TextChange.of(entry, script) == TextChange.SQL;
    return new Migration(
        entry.sequence().isPresent() ? entry.sequence().getAsLong() : null,
        entry.hash(),
        script == null ? "missing" : changed ? "changed" : "applied",
        entry.row().at().toString(),
        entry
            .row()
            .recorded()
            .filter(r -> r.milliseconds().isPresent())
            .map(r -> r.milliseconds().getAsLong())
            .orElse(null));
  }

  /** For people. */
  String text() {
    Table table = new Table("SEQUENCE", "HASH", "STATE", "APPLIED AT", "DURATION");
    for (Migration m : migrations) {
      table.row(
          m.sequence() == null ? "-" : m.sequence().toString(),
          m.hash(),
          m.state(),
          m.appliedAt() == null ? "-" : m.appliedAt(),
          m.durationMilliseconds() == null ? "-" : m.durationMilliseconds() + " ms");
    }
    return table + summary();
  }

  /** One or two lines. */
  String summary() {
    long applied = migrations.stream().filter(m -> m.appliedAt() != null).count();
    String counts =
        "%s on PostgreSQL %s: %s, %d applied, %d pending%s%n"
            .formatted(
                database,
                serverVersion,
                state,
                applied,
                migrations.size() - applied,
                plan == null ? "" : ", plan " + plan);
    return message == null ? counts : counts + message + "\n";
  }
}
