package io.schemamigration.page;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/**
 * The same as the first page, for programs: the same filters, the same pages. What is not known is
 * not there; times are RFC 3339.
 */
final class Api {
  private static final ObjectMapper MAPPER = JsonMapper.builder().build();

  private Api() {}

  /**
   * What is written.
   *
   * @param found how many there are on all pages together
   */
  private record Body(
      int page, int pages, int found, Map<String, Integer> counts, List<Entry> migrations) {}

  /** One migration. */
  @JsonInclude(JsonInclude.Include.NON_NULL)
  private record Entry(
      String namespace,
      String name,
      String state,
      String reason,
      String message,
      String current,
      Integer pending,
      int held,
      String lastBackup,
      String lastChange) {}

  static String write(Fleet fleet) {
    Map<String, Integer> counts = new TreeMap<>();
    fleet.counts().forEach((state, number) -> counts.put(state.key(), number));
    Body body =
        new Body(
            fleet.filter().page(),
            fleet.pages(),
            fleet.found(),
            counts,
            fleet.rows().stream().map(Api::entry).toList());
    try {
      return MAPPER.writeValueAsString(body) + "\n";
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record that cannot be written", e);
    }
  }

  private static Entry entry(Row row) {
    return new Entry(
        row.namespace(),
        row.name(),
        row.state().key(),
        row.reason(),
        row.message(),
        row.current().orElse(null),
        row.pending().orElse(null),
        row.held(),
        time(row.lastBackup()),
        time(row.lastChange()));
  }

  private static String time(Optional<Instant> time) {
    return time.map(Instant::toString).orElse(null);
  }
}
