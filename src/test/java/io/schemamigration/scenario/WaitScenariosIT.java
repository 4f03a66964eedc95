package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.schemamigration.cli.Cli;
import io.schemamigration.testing.FreePort;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** {@code smig wait}, as an init container or a pipeline uses it. */
final class WaitScenariosIT extends Scenario {
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int INVALID = 2;
  private static final int TIME_OVER = 4;

  @TempDir private Path folder;

  private record Run(int code, String out, String err) {}

  private static Run wait_(Path kubeconfig, StringWriter err, String... arguments) {
    StringWriter out = new StringWriter();
    String[] all =
        Stream.concat(
                Stream.of("wait", "--kubeconfig", kubeconfig.toString()), Stream.of(arguments))
            .toArray(String[]::new);
    int code = Cli.run(all, Map.of(), "1.2.3", new PrintWriter(out), new PrintWriter(err));
    return new Run(code, out.toString(), err.toString());
  }

  private Run wait_(String... arguments) {
    return wait_(kubeconfig(), new StringWriter(), arguments);
  }

  private Path kubeconfig() {
    try {
      return Files.writeString(folder.resolve("kubeconfig"), apiServer.api().kubeconfigYaml());
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  private String name() {
    return world.namespace() + "/m";
  }

  @Waiting
  void waitsForAResourceAndItsFilesThatComeLater() {
    world.startOperator();
    StringWriter told = new StringWriter();
    CompletableFuture<Run> waiting =
        CompletableFuture.supplyAsync(() -> wait_(kubeconfig(), told, name(), "--timeout", "60s"));
    await().until(told::toString, t -> t.contains("there is no such SchemaMigration"));
    world.migration("m");
    await().until(told::toString, t -> t.contains("SourceNotFound"));
    world.files("files", A, TABLE_A);
    Run run = waiting.join();
    assertThat(run.err()).doesNotContain(db.password());
    assertThat(run.code()).isEqualTo(OK);
    assertThat(run.out()).startsWith(name() + ": UpToDate: ");
  }

  @Waiting
  void endsWithWhatStopsIt() {
    world.files("files", A, "CREATE TABL a(id int);");
    world.migration("m");
    world.startOperator();
    Run run = wait_(name(), "--timeout", "60s");
    assertThat(run.code()).isEqualTo(FAILED);
    assertThat(run.err()).contains("smig: " + name() + ": MigrationFailed: pg_1_a.sql:1: ");
  }

  @Waiting
  void aHashIsWaitedForThoughOthersAreUpToDateAndThoughTheyFail() {
    world.files("files", A, TABLE_A);
    world.migration("m");
    world.startOperator();
    world.awaitUpToDate("m", "a");
    Run early = wait_(name(), "--hash", "b", "--timeout", "1s");
    assertThat(early.code()).isEqualTo(TIME_OVER);
    assertThat(early.err()).contains("gave up after 1 s").contains("up to date, but without b");
    world.files("files", A, TABLE_A, B, TABLE_B, C, "CREATE TABL c(id int);");
    world.await_("m", "False", "MigrationFailed");
    assertThat(wait_(name(), "--hash", "b", "--timeout", "60s").code()).isEqualTo(OK);
    Run patient = wait_(name(), "--hash", "c", "--timeout", "1s", "--keep-waiting");
    assertThat(patient.code()).isEqualTo(TIME_OVER);
    assertThat(patient.err()).contains("MigrationFailed");
  }

  @Waiting
  void anApiServerThatDoesNotAnswerIsWaitedForAndTold() throws IOException {
    String elsewhere =
        """
        apiVersion: v1
        kind: Config
        current-context: c
        contexts: [{name: c, context: {cluster: c, user: u, namespace: shop}}]
        clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
        users: [{name: u, user: {}}]
        """
            .formatted(FreePort.find());
    Path file = Files.writeString(folder.resolve("elsewhere"), elsewhere);
    Run run = wait_(file, new StringWriter(), "m", "--timeout", "1s");
    assertThat(run.code()).isEqualTo(TIME_OVER);
    assertThat(run.err()).contains("shop/m: the API server does not answer");
  }

  @Waiting
  void whatIsNoKubeconfigIsToldAsThat() throws IOException {
    Path file = Files.writeString(folder.resolve("broken"), "{token: secret-token");
    Run run = wait_(file, new StringWriter(), "m");
    assertThat(run.code()).isEqualTo(INVALID);
    assertThat(run.err()).isEqualTo("smig: --kubeconfig %s is no kubeconfig%n".formatted(file));
  }
}
