package io.schemamigration.page;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.schemamigration.testing.AtExit;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.WebSocket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.awaitility.Awaitility;

/** One tab of a headless Chromium, spoken to in its own debugging protocol. */
final class Browser implements AutoCloseable {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final List<String> NAMES =
      List.of("chromium", "chromium-browser", "google-chrome");
  private static final Duration PATIENCE = Duration.ofSeconds(60);

  private final Process process;
  private final HttpClient http = HttpClient.newHttpClient();
  private final WebSocket socket;
  private final AtomicInteger calls = new AtomicInteger();
  private final Map<Integer, CompletableFuture<JsonNode>> answers = new ConcurrentHashMap<>();
  private volatile CompletableFuture<Void> loaded = new CompletableFuture<>();

  private Browser(Path program, Path folder) throws IOException, InterruptedException {
    process =
        new ProcessBuilder(
                program.toString(),
                "--headless=new",
                // The sandbox wants rights that a container seldom has; only our own page is
                // opened.
                "--no-sandbox",
                "--disable-gpu",
                "--disable-dev-shm-usage",
                "--hide-scrollbars",
                "--remote-debugging-port=0",
                "--user-data-dir=" + folder.resolve("profile"),
                "about:blank")
            .redirectErrorStream(true)
            .redirectOutput(folder.resolve("chromium.log").toFile())
            .start();
    AtExit.close(this);
    socket =
        http.newWebSocketBuilder()
            .buildAsync(URI.create(tab(folder.resolve("profile/DevToolsActivePort"))), new Ear())
            .join();
    send("Page.enable", Map.of());
  }

  /** The program, where the machine has one. */
  static Optional<Path> program() {
    return Arrays.stream(System.getenv("PATH").split(":"))
        .flatMap(folder -> NAMES.stream().map(name -> Path.of(folder, name)))
        .filter(Files::isExecutable)
        .findFirst();
  }

  /** Starts it; its profile goes into an empty folder. */
  static Browser start(Path program, Path folder) {
    try {
      return new Browser(program, folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw new IllegalStateException(e);
    }
  }

  private String tab(Path portFile) throws IOException, InterruptedException {
    Awaitility.await("Chromium to listen").atMost(PATIENCE).until(() -> lines(portFile) >= 1);
    String port = Files.readAllLines(portFile).getFirst();
    HttpRequest list =
        HttpRequest.newBuilder(URI.create("http://localhost:" + port + "/json/list")).build();
    JsonNode tabs = JSON.readTree(http.send(list, HttpResponse.BodyHandlers.ofString()).body());
    return tabs.get(0).path("webSocketDebuggerUrl").textValue();
  }

  private static long lines(Path file) throws IOException {
    return Files.exists(file) ? Files.readAllLines(file).size() : 0;
  }

  /** Shows a page in a window of this size. */
  void open(String url, int width, int height, boolean dark) {
    send(
        "Emulation.setDeviceMetricsOverride",
        Map.of("width", width, "height", height, "deviceScaleFactor", 1, "mobile", false));
    send(
        "Emulation.setEmulatedMedia",
        Map.of(
            "features",
            List.of(Map.of("name", "prefers-color-scheme", "value", dark ? "dark" : "light"))));
    loaded = new CompletableFuture<>();
    send("Page.navigate", Map.of("url", url));
    loaded.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
  }

  /** The value of an expression, awaited if it is a promise. */
  JsonNode evaluate(String expression) {
    JsonNode result =
        send(
            "Runtime.evaluate",
            Map.of("expression", expression, "returnByValue", true, "awaitPromise", true));
    if (result.has("exceptionDetails")) {
      throw new AssertionError(result.path("exceptionDetails").toString());
    }
    return result.at("/result/value");
  }

  /** Presses the key Tab. */
  void tabulate() {
    for (String type : List.of("keyDown", "keyUp")) {
      send(
          "Input.dispatchKeyEvent",
          Map.of("type", type, "key", "Tab", "code", "Tab", "windowsVirtualKeyCode", 9));
    }
  }

  /** What the window shows, as a PNG. */
  byte[] picture() {
    JsonNode shot = send("Page.captureScreenshot", Map.of("format", "png"));
    return Base64.getDecoder().decode(shot.path("data").textValue());
  }

  private JsonNode send(String method, Map<String, ?> parameters) {
    int id = calls.incrementAndGet();
    CompletableFuture<JsonNode> answer = new CompletableFuture<>();
    answers.put(id, answer);
    Map<String, Object> message = Map.of("id", id, "method", method, "params", parameters);
    try {
      socket.sendText(JSON.writeValueAsString(message), true).join();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    JsonNode whole = answer.orTimeout(PATIENCE.toSeconds(), TimeUnit.SECONDS).join();
    if (whole.has("error")) {
      throw new AssertionError(method + ": " + whole.path("error"));
    }
    return whole.path("result");
  }

  @Override
  public void close() {
    process.destroy();
    try {
      process.waitFor(10, TimeUnit.SECONDS);
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    process.destroyForcibly();
    http.close();
    AtExit.forget(this);
  }

  /** Takes what Chromium says, in pieces. */
  private final class Ear implements WebSocket.Listener {
    private final StringBuilder text = new StringBuilder();

    @Override
    public CompletionStage<?> onText(WebSocket from, CharSequence part, boolean last) {
      text.append(part);
      if (last) {
        hear(text.toString());
        text.setLength(0);
      }
      from.request(1);
      return null;
    }

    private void hear(String message) {
      try {
        JsonNode said = JSON.readTree(message);
        Optional.ofNullable(answers.remove(said.path("id").asInt()))
            .ifPresent(answer -> answer.complete(said));
        if (said.path("method").asText().equals("Page.loadEventFired")) {
          loaded.complete(null);
        }
      } catch (IOException e) {
        throw new UncheckedIOException(e);
      }
    }
  }
}
