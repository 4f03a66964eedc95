package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fabric8.kubernetes.api.model.GenericKubernetesResource;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.schemamigration.api.SchemaRollbackStatus;
import io.schemamigration.api.Timeouts;
import io.schemamigration.testing.KStatus;
import java.sql.Connection;
import java.time.Instant;
import java.util.List;

/** Requests that are none, or that do not get on. */
final class RollbackBrokenScenariosIT extends RollbackScenario {
  @Waiting
  void aRequestThatIsNoneStopsNobody() {
    if (apiServer == ApiServer.REAL) {
      for (String spec : List.of("null", "{undo: [c]}", "{migrationRef: {name: m}}")) {
        assertThatThrownBy(() -> broken("broken", spec))
            .isInstanceOf(KubernetesClientException.class)
            .hasMessageContaining("is invalid");
      }
      return;
    }
    broken("nothing", "null");
    broken("nobody", "{undo: [c]}");
    broken("nameless", "{migrationRef: {}, undo: [c]}");
    broken("noundo", "{migrationRef: {name: m}}");
    start(THREE);
    world.awaitUpToDate("m", "a", "b", "c");
    for (String name : new String[] {"nothing", "nobody", "nameless", "noundo"}) {
      assertThat(awaitOver(name, "False", "InvalidSpec").completionTime).isNotNull();
      assertThat(kstatus(name)).isEqualTo(KStatus.FAILED);
    }
    // The same while the operator runs.
    broken("late", "{migrationRef: null, undo: [c]}");
    awaitOver("late", "False", "InvalidSpec");
    request("undo", "c");
    awaitOver("undo", "True", "Complete");
    world.await_("m", "False", "RolledBack");
    assertThat(tracked()).containsExactly("a", "b");
  }

  @Waiting
  void aTimeThatNoClockShowsEndsTheRequest() {
    start(THREE);
    world.awaitUpToDate("m", "a", "b", "c");
    request("undo", spec -> spec.notAfter = "2099-01-01T00:00:00+19:00", "c");
    awaitOver("undo", "False", "InvalidSpec");
    assertThat(message("undo")).startsWith("spec.notAfter 2099-01-01T00:00:00+19:00 is no time");
    assertThat(kstatus("undo")).isEqualTo(KStatus.FAILED);
    world.awaitUpToDate("m", "a", "b", "c");
    assertThat(tracked()).containsExactly("a", "b", "c");
  }

  @Waiting
  void aLockThatIsNeverHadEndsTheRequestAndItsMigrationGoesOn() throws Exception {
    world.files("files", A, TABLE_A, B, TABLE_B, UNDO_A, "DROP TABLE a;", UNDO_B, "DROP TABLE b;");
    world.migration(
        "m",
        s -> {
          s.timeouts = new Timeouts();
          s.timeouts.lock = "50ms";
          s.backoffLimit = 1;
          s.interval = "1m";
        });
    World.Running first = world.startOperator();
    world.awaitUpToDate("m", "a", "b");
    try (Connection application = db.connect()) {
      application.setAutoCommit(false);
      application.createStatement().execute("SELECT * FROM a");
      request("undo", "b", "a");
      SchemaRollbackStatus waiting = awaitOver("undo", "False", "LockTimeout");
      assertThat(message("undo")).contains("rollback_pg_1_a.sql:1").contains("55P03");
      assertThat(waiting.retries).isEqualTo(1);
      assertThat(Instant.parse(waiting.nextRetryTime)).isAfter(Instant.now().plusSeconds(5));
      assertThat(kstatus("undo")).isEqualTo(KStatus.IN_PROGRESS);
      // Another operator does not begin to count anew.
      world.stop(first);
      world.startOperator();
      SchemaRollbackStatus over = awaitOver("undo", "False", "RetriesExhausted");
      assertThat(Instant.now()).isAfterOrEqualTo(Instant.parse(waiting.nextRetryTime));
      assertThat(over.undone).containsExactly("b");
      assertThat(over.retries).isEqualTo(2);
      assertThat(over.nextRetryTime).isNull();
      assertThat(message("undo"))
          .startsWith("gave up after 2 tries; undone: b; ask anew for the rest: ");
      assertThat(kstatus("undo")).isEqualTo(KStatus.FAILED);
      world.await_("m", "False", "RolledBack");
      application.rollback();
    }
    // Deleted and created again it is the same request, and goes on.
    delete("undo");
    request("undo", "b", "a");
    assertThat(awaitOver("undo", "True", "Complete").retries).isNull();
    assertThat(tracked()).isEmpty();
  }

  private void broken(String name, String spec) {
    GenericKubernetesResource request =
        Serialization.unmarshal(
            """
            apiVersion: schemamigration.io/v1
            kind: SchemaRollback
            metadata: {name: %s, namespace: %s}
            spec: %s
            """
                .formatted(name, world.namespace(), spec),
            GenericKubernetesResource.class);
    world.user().resource(request).create();
  }
}
