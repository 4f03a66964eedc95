package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.schemamigration.api.SchemaMigrationSpec;
import io.schemamigration.page.StatusPageServer;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.Duration;
import java.util.function.Consumer;
import org.junit.jupiter.api.Test;

/** The status page of an operator at work. */
final class StatusPageScenariosIT extends Scenario {
  private int seen = -1;

  private static Consumer<SchemaMigrationSpec> of(
      String files, Consumer<SchemaMigrationSpec> more) {
    return spec -> {
      spec.source.configMapRefs.getFirst().name = files;
      spec.history = new SchemaMigrationSpec.History();
      spec.history.schema = "public";
      spec.history.table = files + "_history";
      more.accept(spec);
    };
  }

  private static HttpResponse<String> get(HttpClient client, StatusPageServer page, String path)
      throws Exception {
    URI uri = URI.create("http://localhost:" + page.port() + path);
    return client.send(HttpRequest.newBuilder(uri).build(), HttpResponse.BodyHandlers.ofString());
  }

  @Test
  void itShowsWhatTheStatusesSayAndAsksNobody() throws Exception {
    world.files("good", A, TABLE_A, B, TABLE_B);
    world.files(
        "bad", A, "CREATE TABLE bad(id int);\nCREATE TABL secret_of_the_file();\n", C, TABLE_C);
    world.migration("good", of("good", spec -> {}));
    world.migration("bad", of("bad", spec -> {}));
    world.migration("asleep", of("asleep", spec -> spec.suspend = true));
    World.Running operator = world.startOperator();
    world.awaitUpToDate("good", "a", "b");
    world.await_("bad", "False", "MigrationFailed");
    world.await_("asleep", "False", "Suspended");
    try (HttpClient client = HttpClient.newHttpClient();
        StatusPageServer page =
            new StatusPageServer(
                0, operator.runtime()::snapshot, Clock.systemUTC(), "pod-0", "test")) {
      String here = "?namespace=" + world.namespace();
      await()
          .atMost(World.PATIENCE)
          .untilAsserted(
              () ->
                  assertThat(get(client, page, "/" + here).body())
                      .contains(
                          "3 migrations", ">Failed<", ">Suspended<", ">Up to date<", ">good<"));
      String bad = "/migrations/" + world.namespace() + "/bad";
      String shown = get(client, page, bad).body();
      assertThat(shown)
          .contains("pg_1_a.sql:2", "42601", "On the command line")
          .doesNotContain("secret_of_the_file", "CREATE TABL", db.uri(), "may be old");
      assertThat(get(client, page, bad + "x").statusCode()).isEqualTo(404);

      // What a reconcile still has to write, such as an Event, is written by then.
      await().during(Duration.ofSeconds(1)).until(() -> quiet(operator));
      int mark = operator.requests().mark();
      for (int i = 0; i < 20; i++) {
        get(client, page, "/");
        get(client, page, bad);
        get(client, page, "/api/migrations" + here);
      }
      assertThat(operator.requests().since(mark)).isEmpty();

      world.delete("bad");
      await().atMost(World.PATIENCE).until(() -> get(client, page, bad).statusCode() == 404);
    }
  }

  private boolean quiet(World.Running operator) {
    int now = operator.requests().mark();
    boolean still = now == seen;
    seen = now;
    return still;
  }
}
