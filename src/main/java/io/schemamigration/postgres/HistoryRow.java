package io.schemamigration.postgres;

import io.schemamigration.plan.Dump;
import io.schemamigration.plan.History;
import io.schemamigration.plan.TextDigests;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.OptionalLong;

/** Reads the parts of a history out of the columns of {@code look.sql}. */
final class HistoryRow {
  private HistoryRow() {}

  static Optional<Dump> dump(ResultSet row) throws SQLException {
    String name = row.getString("dump");
    return name == null
        ? Optional.empty()
        : Optional.of(
            new Dump(
                name,
                row.getString("dump_location"),
                row.getString("dump_sha256"),
                Optional.ofNullable(row.getString("dump_bytes")).map(Long::valueOf),
                Optional.ofNullable(row.getString("dump_verified")),
                row.getBoolean("dump_used")));
  }

  /** Written as hash, space and row: an array of rows has no simple form in JDBC. */
  static List<History.Begun> begun(ResultSet row) throws SQLException {
    boolean locked = row.getBoolean("locked");
    return Arrays.stream((String[]) row.getArray("begun").getArray())
        .map(
            text -> {
              int space = text.lastIndexOf(' ');
              return new History.Begun(
                  text.substring(0, space), Long.parseLong(text.substring(space + 1)), locked);
            })
        .toList();
  }

  static History.Applied applied(ResultSet row) throws SQLException {
    String event = row.getString("event");
    boolean known = "applied".equals(event) || "adopted".equals(event);
    Optional<History.Recorded> recorded =
        known
            ? Optional.of(
                new History.Recorded(
                    number(row, "sequence"),
                    Optional.ofNullable(row.getString("up_sha256")),
                    Optional.ofNullable(row.getString("sql_sha256")),
                    number(row, "milliseconds"),
                    "adopted".equals(event)))
            : Optional.empty();
    return new History.Applied(
        row.getLong("id"),
        row.getString("hash"),
        Instant.ofEpochMilli(row.getLong("applied_at")),
        recorded,
        number(row, "undoing"));
  }

  static History.Absent absent(ResultSet row) throws SQLException {
    History.Fate fate =
        switch (row.getString("event")) {
          case "rolled_back" ->
              row.getBoolean("requested") ? History.Fate.ROLLED_BACK : History.Fate.LOWERED;
          case "approved" -> History.Fate.ACCEPTED;
          default -> History.Fate.WENT_AWAY;
        };
    List<TextDigests> texts = new ArrayList<>();
    text(row, "up_sha256", "sql_sha256").ifPresent(texts::add);
    text(row, "undone_sha256", "undone_sql_sha256").ifPresent(texts::add);
    return new History.Absent(
        row.getString("hash"),
        fate,
        Optional.ofNullable(row.getString("run_id")).orElse("-"),
        List.copyOf(texts));
  }

  private static Optional<TextDigests> text(ResultSet row, String content, String sql)
      throws SQLException {
    Optional<String> sqlSha256 = Optional.ofNullable(row.getString(sql));
    return Optional.ofNullable(row.getString(content))
        .map(sha256 -> new TextDigests(sha256, sqlSha256));
  }

  private static OptionalLong number(ResultSet row, String column) throws SQLException {
    long value = row.getLong(column);
    return row.wasNull() ? OptionalLong.empty() : OptionalLong.of(value);
  }
}
