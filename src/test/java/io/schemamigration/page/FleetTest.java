package io.schemamigration.page;

import static org.assertj.core.api.Assertions.assertThat;

import io.schemamigration.api.SchemaMigration;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class FleetTest {

  private static List<String> names(Fleet fleet) {
    return fleet.rows().stream().map(Row::name).toList();
  }

  @Test
  void theMostUrgentIsFirst() {
    assertThat(names(Fleet.of(ExampleFleet.snapshot(), Filter.ALL)))
        .startsWith("orders", "users", "events", "billing")
        .endsWith("reports")
        .hasSize(10);
  }

  @Test
  void theCountsAreOfTheNamespaceWhateverStateIsShown() {
    Fleet fleet = Fleet.of(ExampleFleet.snapshot(), Filter.of("namespace=shop&state=failed"));
    assertThat(names(fleet)).containsExactly("orders");
    assertThat(fleet.counts())
        .containsEntry(State.FAILED, 1)
        .containsEntry(State.UP_TO_DATE, 2)
        .containsEntry(State.SUSPENDED, 0);
    assertThat(fleet.namespaces())
        .containsExactly("analytics", "crm", "identity", "payments", "shop");
  }

  @Test
  void fiveThousandAreBrokenIntoPages() {
    List<SchemaMigration> many = new ArrayList<>();
    for (int i = 0; i < 5000; i++) {
      many.add(Examples.done("n" + i % 50, "m%04d".formatted(i), 1));
    }
    Snapshot snapshot = Examples.snapshot(many.toArray(SchemaMigration[]::new));
    Fleet last = Fleet.of(snapshot, Filter.of("page=50"));
    assertThat(last.rows()).hasSize(100);
    assertThat(last.pages()).isEqualTo(50);
    assertThat(last.found()).isEqualTo(5000);
    Set<String> seen = new HashSet<>();
    for (int page = 1; page <= last.pages(); page++) {
      seen.addAll(names(Fleet.of(snapshot, Filter.ALL.at(page))));
    }
    assertThat(seen).hasSize(5000);
    assertThat(Fleet.of(snapshot, Filter.of("page=99999")).filter().page()).isEqualTo(50);
  }

  @Test
  void anEmptyFleetHasOnePage() {
    Fleet fleet = Fleet.of(Examples.snapshot(), Filter.of("page=7"));
    assertThat(fleet.pages()).isEqualTo(1);
    assertThat(fleet.rows()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      nullValues = "-",
      value = {
        "-, 1, false, false",
        "page=2&namespace=shop&state=failed, 2, true, true",
        "page=0, 1, false, false",
        "page=-1, 1, false, false",
        "page=99999999999, 1, false, false",
        "state=worse&namespace=, 1, false, false",
        "namespace=%zz, 1, false, false",
        "=&&&=x&namespace, 1, false, false"
      })
  void aQueryIsReadAsFarAsItCanBe(String query, int page, boolean namespace, boolean state) {
    Filter filter = Filter.of(query);
    assertThat(filter.page()).isEqualTo(page);
    assertThat(filter.namespace().isPresent()).isEqualTo(namespace);
    assertThat(filter.state().isPresent()).isEqualTo(state);
  }

  @Test
  void theNewestVerifiedDumpCounts() {
    Instant old = Examples.ago(Duration.ofDays(4));
    Row users = Fleet.of(ExampleFleet.snapshot(), Filter.of("state=decision")).rows().getFirst();
    assertThat(users.lastBackup()).contains(Examples.ago(Duration.ofDays(9)));
    Row orders = Fleet.of(ExampleFleet.snapshot(), Filter.of("state=failed")).rows().getFirst();
    assertThat(orders.lastBackup().orElseThrow()).isAfter(old);
  }

  @Test
  void aDumpThatIsNotVerifiedIsNone() {
    var backup = Examples.backup("shop", "orders", "b", Duration.ofMinutes(1), 1);
    backup.getStatus().sha256 = null;
    Snapshot snapshot =
        new Snapshot(
            true,
            List.of(Examples.done("shop", "orders", 1)),
            List.of(),
            List.of(backup),
            List.of());
    assertThat(Fleet.of(snapshot, Filter.ALL).rows().getFirst().lastBackup()).isEmpty();
  }

  @Test
  void aDatabaseThatStoppedAnsweringIsToldBesideWhatHolds() {
    SchemaMigration migration = Examples.done("n", "m", 1);
    var reachable = migration.getStatus().conditions.getLast();
    reachable.setStatus("False");
    reachable.setMessage("no answer from the server");
    Row row = Row.of(migration, Optional.empty());
    assertThat(row.state()).isEqualTo(State.UP_TO_DATE);
    assertThat(row.message()).contains("none is pending", "no answer from the server");
  }
}
