package io.schemamigration.scenario;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import com.sun.net.httpserver.HttpServer;
import io.schemamigration.cli.Cli;
import io.schemamigration.testing.FreePort;
import java.io.IOException;
import java.io.PrintWriter;
import java.io.StringWriter;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Stream;
import org.junit.jupiter.api.io.TempDir;

/** {@code smig wait}, as an init container or a pipeline uses it. */
final class WaitScenariosIT extends Scenario {
  private static final int OK = 0;
  private static final int FAILED = 1;
  private static final int INVALID = 2;
  private static final int BLOCKED = 3;
  private static final int TIME_OVER = 4;
  private static final String FORBIDDEN =
      """
      {"kind":"Status","apiVersion":"v1","status":"Failure","reason":"Forbidden","code":403}\
      """;
  private static final String READY =
      """
      {"kind":"SchemaMigration","apiVersion":"schemamigration.io/v1",
       "metadata":{"name":"m","namespace":"shop","generation":1},
       "status":{"observedGeneration":1,"conditions":[
         {"type":"Ready","status":"True","reason":"UpToDate","message":"all applied"}]}}\
      """;

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

  private Path kubeconfig(int port) throws IOException {
    String elsewhere =
        """
        apiVersion: v1
        kind: Config
        current-context: c
        contexts: [{name: c, context: {cluster: c, user: u, namespace: shop}}]
        clusters: [{name: c, cluster: {server: "http://127.0.0.1:%d"}}]
        users: [{name: u, user: {}}]
        """
            .formatted(port);
    return Files.writeString(folder.resolve("elsewhere"), elsewhere);
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
    Run run = wait_(kubeconfig(FreePort.find()), new StringWriter(), "m", "--timeout", "1s");
    assertThat(run.code()).isEqualTo(TIME_OVER);
    assertThat(run.err()).contains("shop/m: the API server does not answer");
  }

  /** A pod may be there a moment before its Role. */
  @Waiting
  void aRightThatIsMissingIsWaitedForOnlyWhereThatIsAsked() throws IOException {
    AtomicInteger asked = new AtomicInteger();
    HttpServer refusing = HttpServer.create(new InetSocketAddress("127.0.0.1", 0), 0);
    refusing.createContext(
        "/",
        exchange -> {
          boolean granted = asked.incrementAndGet() > 2;
          byte[] answer = (granted ? READY : FORBIDDEN).getBytes(StandardCharsets.UTF_8);
          exchange.getResponseHeaders().add("Content-Type", "application/json");
          exchange.sendResponseHeaders(granted ? 200 : 403, answer.length);
          exchange.getResponseBody().write(answer);
          exchange.close();
        });
    refusing.start();
    try {
      Path file = kubeconfig(refusing.getAddress().getPort());
      Run prompt = wait_(file, new StringWriter(), "m");
      assertThat(prompt.code()).isEqualTo(BLOCKED);
      assertThat(prompt.err()).startsWith("smig: shop/m: not allowed (403)");
      Run patient = wait_(file, new StringWriter(), "m", "--keep-waiting", "--timeout", "60s");
      assertThat(patient.code()).isEqualTo(OK);
      assertThat(patient.err()).startsWith("shop/m: not allowed (403)");
    } finally {
      refusing.stop(0);
    }
  }

  @Waiting
  void theHelpTellsWhatIsWaitedForAsWell() {
    StringWriter out = new StringWriter();
    String[] help = {"wait", "--help"};
    Cli.run(help, Map.of(), "1.2.3", new PrintWriter(out), new PrintWriter(new StringWriter()));
    assertThat(out.toString().replaceAll("\\s+", " "))
        .contains("Stalled, suspended or PlanOnly, or there is no right to look");
  }

  @Waiting
  void whatIsNoKubeconfigIsToldAsThat() throws IOException {
    Path file = Files.writeString(folder.resolve("broken"), "{token: secret-token");
    Run run = wait_(file, new StringWriter(), "m");
    assertThat(run.code()).isEqualTo(INVALID);
    assertThat(run.err()).isEqualTo("smig: --kubeconfig %s is no kubeconfig%n".formatted(file));
  }
}
