package io.schemamigration.page;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.time.Clock;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.function.Supplier;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class StatusPageServerTest {
  private final HttpClient client = HttpClient.newHttpClient();
  private StatusPageServer server;

  private void start(Supplier<Optional<Snapshot>> caches) throws IOException {
    Clock clock = Clock.fixed(Examples.NOW, ZoneOffset.UTC);
    server = new StatusPageServer(0, caches, clock, "pod-0", "1.0");
  }

  @AfterEach
  void stop() {
    server.close();
    client.close();
  }

  private HttpRequest request(String method, String path) {
    return HttpRequest.newBuilder(URI.create("http://localhost:" + server.port() + path))
        .method(method, HttpRequest.BodyPublishers.noBody())
        .build();
  }

  private HttpResponse<String> ask(String method, String path) throws Exception {
    return client.send(request(method, path), HttpResponse.BodyHandlers.ofString());
  }

  @ParameterizedTest
  @ValueSource(strings = {"/", "/migrations/shop/orders", "/api/migrations", "/style.css", "/no"})
  void nothingMayRunAndNothingIsKept(String path) throws Exception {
    start(() -> Optional.of(ExampleFleet.snapshot()));
    HttpResponse<String> answer = ask("GET", path);
    assertThat(answer.headers().firstValue("Content-Security-Policy").orElseThrow())
        .startsWith("default-src 'none'; style-src 'self';")
        .doesNotContain("unsafe", "script-src");
    assertThat(answer.headers().firstValue("X-Content-Type-Options")).contains("nosniff");
    assertThat(answer.headers().firstValue("Cache-Control")).contains("no-store");
    assertThat(answer.body()).isNotEmpty();
    HttpResponse<String> head = ask("HEAD", path);
    assertThat(head.statusCode()).isEqualTo(answer.statusCode());
    assertThat(head.body()).isEmpty();
    assertThat(head.headers().firstValue("Content-Length"))
        .isEqualTo(answer.headers().firstValue("Content-Length"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"POST", "PUT", "DELETE", "PATCH", "OPTIONS"})
  void itOnlyReads(String method) throws Exception {
    start(() -> Optional.of(ExampleFleet.snapshot()));
    HttpResponse<String> answer = ask(method, "/");
    assertThat(answer.statusCode()).isEqualTo(405);
    assertThat(answer.headers().firstValue("Allow")).contains("GET, HEAD");
  }

  @Test
  void aPageThatCannotBeMadeSaysNothingOfWhy() throws Exception {
    start(
        () -> {
          throw new IllegalStateException("a secret");
        });
    HttpResponse<String> answer = ask("GET", "/");
    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).doesNotContain("secret");
  }

  @Test
  void moreAtATimeThanItCanMakeAreRefusedAndItRecovers() throws Exception {
    CountDownLatch go = new CountDownLatch(1);
    start(
        () -> {
          try {
            go.await();
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
          return Optional.of(ExampleFleet.snapshot());
        });
    List<CompletableFuture<HttpResponse<String>>> asked = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      asked.add(client.sendAsync(request("GET", "/"), HttpResponse.BodyHandlers.ofString()));
    }
    // Those that are refused answer at once; the others hold all turns until they may go on.
    CompletableFuture.anyOf(asked.toArray(CompletableFuture[]::new)).get();
    go.countDown();
    List<Integer> codes = asked.stream().map(a -> a.join().statusCode()).toList();
    assertThat(codes).contains(503).contains(200);
    assertThat(codes.stream().filter(c -> c == 200).count()).isGreaterThanOrEqualTo(8);
    assertThat(ask("GET", "/").statusCode()).isEqualTo(200);
  }
}
