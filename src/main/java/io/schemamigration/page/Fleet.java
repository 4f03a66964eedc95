package io.schemamigration.page;

import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.schemamigration.api.DatabaseBackup;
import java.time.Instant;
import java.util.Collections;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/**
 * All migrations, or those that are asked for.
 *
 * @param filter what is shown; its page is one that exists
 * @param counts how many there are in each state, of the namespace that is asked for
 * @param namespaces all that have a migration
 * @param rows those of this page, the most urgent first
 * @param found how many there are on all pages together
 * @param pages at least 1
 */
record Fleet(
    Filter filter,
    Map<State, Integer> counts,
    List<String> namespaces,
    List<Row> rows,
    int found,
    int pages) {
  /** So many that nobody misses one by scrolling, and so few that a page stays light. */
  static final int PAGE_SIZE = 100;

  static Fleet of(Snapshot snapshot, Filter filter) {
    Map<String, Instant> dumps = dumps(snapshot.backups());
    List<Row> all =
        snapshot.migrations().stream()
            .map(m -> Row.of(m, Optional.ofNullable(dumps.get(key(m.getMetadata())))))
            .sorted(Row.URGENT_FIRST)
            .toList();
    List<Row> here =
        all.stream()
            .filter(r -> filter.namespace().map(r.namespace()::equals).orElse(true))
            .toList();
    List<Row> found =
        here.stream().filter(r -> filter.state().map(r.state()::equals).orElse(true)).toList();
    int pages = Math.max(1, (found.size() + PAGE_SIZE - 1) / PAGE_SIZE);
    int page = Math.min(filter.page(), pages);
    return new Fleet(
        filter.at(page),
        counts(here),
        all.stream().map(Row::namespace).distinct().sorted().toList(),
        found.subList((page - 1) * PAGE_SIZE, Math.min(page * PAGE_SIZE, found.size())),
        found.size(),
        pages);
  }

  private static Map<State, Integer> counts(List<Row> rows) {
    Map<State, Integer> counts = new EnumMap<>(State.class);
    for (State state : State.values()) {
      counts.put(state, 0);
    }
    rows.forEach(row -> counts.merge(row.state(), 1, Integer::sum));
    return Collections.unmodifiableMap(counts);
  }

  /** The newest verified dump of each migration. */
  private static Map<String, Instant> dumps(List<DatabaseBackup> backups) {
    Map<String, Instant> newest = new HashMap<>();
    for (DatabaseBackup backup : backups) {
      if (backup.getSpec() != null && backup.getSpec().migrationRef != null) {
        String of = key(backup.getMetadata().getNamespace(), backup.getSpec().migrationRef.name);
        Facts.verified(backup)
            .ifPresent(time -> newest.merge(of, time, (a, b) -> a.isAfter(b) ? a : b));
      }
    }
    return newest;
  }

  private static String key(ObjectMeta meta) {
    return key(meta.getNamespace(), meta.getName());
  }

  private static String key(String namespace, String name) {
    return namespace + "/" + name;
  }
}
