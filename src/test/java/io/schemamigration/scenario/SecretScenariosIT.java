package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.SecretBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.schemamigration.api.SchemaMigrationStatus;
import java.util.List;
import java.util.Map;

/** Secrets that say two things, or too little. */
final class SecretScenariosIT extends Scenario {
  @Waiting
  void keysWinOverAUriThatSaysOtherwiseAndItIsSaidOnce() {
    String outdated = db.as(db.user(), "sentinel-old").uri();
    world.secret("db", Map.of("uri", outdated, "password", db.password()));
    world.files("files", A, TABLE_A);
    world.migration("m");
    World.Running first = world.startOperator();
    SchemaMigrationStatus status = world.awaitUpToDate("m", "a");
    assertThat(status.database.secretLayout).isEqualTo("password,uri (uri contradicts password)");
    assertThat(ambiguous())
        .singleElement()
        .satisfies(
            e -> {
              assertThat(e.getType()).isEqualTo("Warning");
              assertThat(e.getNote()).contains("Secret db").contains("uri contradicts password");
            });
    look("1");
    world.stop(first);
    world.startOperator();
    look("2");
    assertThat(ambiguous()).singleElement().returns(null, Event::getSeries);
    world.secret("db", Map.of("uri", db.uri(), "password", db.password()));
    look("3");
    assertThat(world.status("m").database.secretLayout).doesNotContain("contradicts");
    assertThat(ambiguous()).singleElement().returns(null, Event::getSeries);
    assertThat(Serialization.asJson(world.events()) + Serialization.asJson(world.get("m")))
        .doesNotContain("sentinel")
        .doesNotContain(db.user());
  }

  @Waiting
  void anOutdatedKeyThatWinsIsNamedAlthoughTheLoginFails() {
    world.secret("db", Map.of("uri", db.uri(), "password", "sentinel-old"));
    world.files("files", A, TABLE_A);
    world.migration("m");
    world.startOperator();
    SchemaMigrationStatus status = world.await_("m", "False", "AuthenticationFailed");
    assertThat(World.message(status)).contains("Secret db");
    assertThat(status.database.secretLayout).contains("uri contradicts password");
    await().atMost(World.PATIENCE).until(() -> ambiguous().size() == 1);
    world.secret("db", db);
    world.awaitUpToDate("m", "a");
  }

  @Waiting
  void keysThatSayTheSameAsTheUriAreNoNews() {
    world.secret("db", Map.of("uri", db.uri(), "username", db.user(), "port", "" + db.port()));
    world.files("files", A, TABLE_A);
    world.migration("m");
    world.startOperator();
    world.awaitUpToDate("m", "a");
    assertThat(ambiguous()).isEmpty();
  }

  @Waiting
  void whatASecretLacksIsNamedAndTakenFromTheSpec() {
    world.secret(
        "db",
        Map.of(
            "dbname", "*",
            "host", db.host(),
            "port", "" + db.port(),
            "username", db.user(),
            "password", db.password()));
    world.files("files", A, TABLE_A);
    world.migration("m");
    world.startOperator();
    assertThat(World.message(world.await_("m", "False", "SecretInvalid")))
        .contains("Secret db is for every database")
        .contains("spec.database.name");
    world.edit("m", s -> s.database.name = db.name());
    world.awaitUpToDate("m", "a");
  }

  @Waiting
  void theHostOfASecretWithoutOneComesFromZalandosLabels() {
    world.secret("db", Map.of("username", db.user(), "password", db.password()));
    world
        .user()
        .secrets()
        .inNamespace(world.namespace())
        .withName("db")
        .edit(
            secret ->
                new SecretBuilder(secret)
                    .editMetadata()
                    .addToLabels(Map.of("application", "spilo", "cluster-name", "no-such-cluster"))
                    .endMetadata()
                    .build());
    world.files("files", A, TABLE_A);
    world.migration("m", s -> s.database.name = db.name());
    world.startOperator();
    SchemaMigrationStatus status = world.await_("m", "False", "DatabaseUnreachable");
    assertThat(status.database.secretLayout).isEqualTo("label cluster-name,password,username");
    assertThat(World.message(status)).contains("Secret db").doesNotContain("no-such-cluster");
  }

  private void look(String request) {
    world.annotate("m", "reconcile.fluxcd.io/requestedAt", request);
    world.awaitStatus("m", "looked at", s -> request.equals(s.lastHandledReconcileAt));
  }

  private List<Event> ambiguous() {
    return world.events().stream().filter(e -> "SecretAmbiguous".equals(e.getReason())).toList();
  }
}
