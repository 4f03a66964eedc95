package io.schemamigration.build;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * A sync as Argo CD does one, on the cluster of kubectl, with the health scripts and actions of
 * {@code deploy/argocd}: objects are applied wave by wave by server-side apply, a wave is waited
 * for until all in it are Healthy, one that is Degraded ends the sync, and what is not in Git any
 * more is pruned last. Written after the documentation of sync waves and of resource health
 * (https://argo-cd.readthedocs.io), for {@code src/e2e/waves}.
 *
 * <p>Arguments: {@code sync NAMESPACE FOLDER SECONDS} or {@code action NAMESPACE MIGRATION ACTION}.
 * The last line that it prints is the {@link End}.
 */
final class ArgoSync {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final String GROUP = "schemamigration.io";
  private static final String WAVE = "argocd.argoproj.io/sync-wave";
  private static final String TRACKED =
      "app.kubernetes.io/instance=" + ArgoSync.class.getSimpleName();
  private static final String PRUNED = "configmaps,deployments,schemamigrations";
  private static final Duration PAUSE = Duration.ofMillis(300);

  private final String namespace;

  private ArgoSync(String namespace) {
    this.namespace = namespace;
  }

  /** What Argo CD calls the health of an object. */
  private record Health(String status, String message) {
    static Health healthy() {
      return new Health("Healthy", "");
    }

    boolean is(String name) {
      return status.equals(name);
    }
  }

  /** What became of a sync or of an action. */
  private enum End {
    DONE,
    /** An object is Degraded: what came after it was left alone. */
    DEGRADED,
    /** The time was up before all were Healthy. */
    WAITING,
    /** The object is in no state for that action. */
    NOT_OFFERED
  }

  public static void main(String[] args) throws IOException, InterruptedException {
    ArgoSync argo = new ArgoSync(args[1]);
    System.out.println(
        switch (args[0]) {
          case "sync" -> argo.sync(Path.of(args[2]), Duration.ofSeconds(Long.parseLong(args[3])));
          case "action" -> argo.action(args[2], args[3]);
          default -> throw new IllegalArgumentException("sync or action, not " + args[0]);
        });
  }

  private End sync(Path folder, Duration timeout) throws IOException, InterruptedException {
    long deadline = System.nanoTime() + timeout.toNanos();
    SortedMap<Integer, List<JsonNode>> waves = waves(Kubectl.kustomize(folder));
    for (var wave : waves.entrySet()) {
      for (JsonNode object : wave.getValue()) {
        kubectl(object, "apply", "--server-side", "--force-conflicts", "-f", "-");
      }
      End end = settled(wave.getKey(), wave.getValue(), deadline);
      if (end != End.DONE) {
        return end;
      }
    }
    prune(waves);
    return End.DONE;
  }

  private static SortedMap<Integer, List<JsonNode>> waves(List<JsonNode> objects) {
    SortedMap<Integer, List<JsonNode>> waves = new TreeMap<>();
    for (JsonNode object : objects) {
      ObjectNode metadata = (ObjectNode) object.path("metadata");
      String[] label = TRACKED.split("=");
      metadata.withObject("/labels").put(label[0], label[1]);
      int wave = metadata.path("annotations").path(WAVE).asInt(0);
      waves.computeIfAbsent(wave, w -> new ArrayList<>()).add(object);
    }
    return waves;
  }

  /** Waits for a wave; says what becomes of it. */
  private End settled(int wave, List<JsonNode> objects, long deadline)
      throws IOException, InterruptedException {
    List<String> waiting = List.of();
    while (System.nanoTime() < deadline) {
      waiting = new ArrayList<>();
      for (JsonNode object : objects) {
        Health health = health(live(object));
        String line =
            "   wave %d: %s is %s: %s".formatted(wave, name(object), health.status, health.message);
        if (health.is("Degraded")) {
          System.out.println(line);
          return End.DEGRADED;
        }
        if (!health.is("Healthy")) {
          waiting.add(line);
        }
      }
      if (waiting.isEmpty()) {
        System.out.printf("   wave %d is healthy: %s%n", wave, names(objects));
        return End.DONE;
      }
      Thread.sleep(PAUSE);
    }
    waiting.forEach(System.out::println);
    return End.WAITING;
  }

  private static Health health(JsonNode live) throws IOException {
    String kind = live.path("kind").asText();
    if (live.path("apiVersion").asText().startsWith(GROUP + "/")) {
      Path script = ArgoCd.KINDS.resolve(Path.of(kind, "health.lua"));
      JsonNode said = new LuaScript(Files.readString(script)).on(live);
      return new Health(said.path("status").asText(), said.path("message").asText());
    }
    return kind.equals("Deployment") ? rollout(live) : Health.healthy();
  }

  private static Health rollout(JsonNode live) {
    JsonNode status = live.path("status");
    for (JsonNode condition : status.path("conditions")) {
      if (condition.path("reason").asText().equals("ProgressDeadlineExceeded")) {
        return new Health("Degraded", condition.path("message").asText());
      }
    }
    long wanted = live.path("spec").path("replicas").asLong(1);
    boolean seen =
        status.path("observedGeneration").asLong()
            == live.path("metadata").path("generation").asLong();
    boolean all =
        seen
            && status.path("updatedReplicas").asLong() == wanted
            && status.path("replicas").asLong() == wanted
            && status.path("availableReplicas").asLong() == wanted;
    return all ? Health.healthy() : new Health("Progressing", "not every replica is new and there");
  }

  private void prune(SortedMap<Integer, List<JsonNode>> waves)
      throws IOException, InterruptedException {
    Set<String> wanted =
        waves.values().stream()
            .flatMap(List::stream)
            .map(ArgoSync::name)
            .collect(Collectors.toSet());
    JsonNode there = kubectl(null, "get", PRUNED, "-l", TRACKED, "-o", "json");
    for (JsonNode object : there.path("items")) {
      if (!wanted.contains(name(object))) {
        kubectl(null, "delete", name(object));
        System.out.println("   pruned " + name(object));
      }
    }
  }

  private End action(String migration, String action) throws IOException, InterruptedException {
    JsonNode live = kubectl(null, "get", "schemamigration/" + migration, "-o", "json");
    Path actions = ArgoCd.KINDS.resolve(Path.of("SchemaMigration", "actions"));
    JsonNode offered = script(actions.resolve("discovery.lua")).on(live).path(action);
    if (!offered.isObject() || offered.path("disabled").asBoolean()) {
      return End.NOT_OFFERED;
    }
    JsonNode made = script(actions.resolve(Path.of(action, "action.lua"))).on(live);
    ObjectNode patch = JSON.createObjectNode();
    patch.set("spec", difference(live.path("spec"), made.path("spec")));
    String text = JSON.writeValueAsString(patch);
    kubectl(null, "patch", name(live), "--type", "merge", "-p", text);
    return End.DONE;
  }

  /** The merge patch for the fields of a spec that a script removed or made another scalar. */
  private static ObjectNode difference(JsonNode before, JsonNode after) {
    ObjectNode patch = JSON.createObjectNode();
    before.fieldNames().forEachRemaining(field -> patchGone(patch, field, after));
    after
        .properties()
        .forEach(
            field -> {
              if (field.getValue().isValueNode()
                  && !field.getValue().equals(before.path(field.getKey()))) {
                patch.set(field.getKey(), field.getValue());
              }
            });
    return patch;
  }

  private static void patchGone(ObjectNode patch, String field, JsonNode after) {
    if (!after.has(field)) {
      patch.putNull(field);
    }
  }

  private static LuaScript script(Path file) throws IOException {
    return new LuaScript(Files.readString(file));
  }

  private JsonNode live(JsonNode object) throws IOException, InterruptedException {
    return kubectl(null, "get", name(object), "-o", "json");
  }

  private static String names(List<JsonNode> objects) {
    return objects.stream().map(ArgoSync::name).collect(Collectors.joining(", "));
  }

  private static String name(JsonNode object) {
    return object.path("kind").asText() + "/" + object.path("metadata").path("name").asText();
  }

  /** What kubectl prints as JSON, or nothing. */
  private JsonNode kubectl(JsonNode input, String... arguments)
      throws IOException, InterruptedException {
    List<String> command = new ArrayList<>(List.of("kubectl", "-n", namespace));
    command.addAll(List.of(arguments));
    Process process =
        new ProcessBuilder(command).redirectError(ProcessBuilder.Redirect.INHERIT).start();
    try (var stdin = process.getOutputStream()) {
      if (input != null) {
        stdin.write(JSON.writeValueAsBytes(input));
      }
    }
    byte[] said = process.getInputStream().readAllBytes();
    if (process.waitFor() != 0) {
      throw new IllegalStateException("kubectl " + String.join(" ", arguments) + " failed");
    }
    return said.length > 0 && said[0] == '{' ? JSON.readTree(said) : JSON.missingNode();
  }
}
