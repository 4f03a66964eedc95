package io.schemamigration.scenario;

import io.schemamigration.Main;
import io.schemamigration.testing.OperatorProcess;
import java.io.IOException;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** Starts operators as processes of their own that watch the namespace of one world. */
final class OperatorProcesses {
  private static final Duration START = Duration.ofMinutes(1);
  private static final Pattern PORT = Pattern.compile("on port (\\d+)");

  private final World world;
  private final Path folder;
  private final Path kubeconfig;

  /**
   * Starts nothing yet.
   *
   * @param access the kubeconfig that they get
   */
  OperatorProcesses(String access, World world, Path folder) throws IOException {
    this.world = world;
    this.folder = folder;
    // Written once: one process may read it while the next is launched.
    this.kubeconfig = Files.writeString(Files.createTempFile(folder, "kubeconfig", ""), access);
  }

  /** Returns when it watches. */
  OperatorProcess start(Map<String, String> settings) {
    return awaitStarted(launch(settings));
  }

  /** Returns at once. */
  OperatorProcess launch(Map<String, String> settings) {
    Map<String, String> environment = new HashMap<>();
    environment.put("KUBECONFIG", kubeconfig.toString());
    environment.putAll(settings);
    return launch(world, folder, environment);
  }

  /** Starts one that finds the API server by these settings alone; returns when it watches. */
  static OperatorProcess start(World world, Path folder, Map<String, String> settings) {
    return awaitStarted(launch(world, folder, settings));
  }

  private static OperatorProcess launch(World world, Path folder, Map<String, String> settings) {
    Map<String, String> environment = new HashMap<>();
    environment.put("WATCH_NAMESPACES", world.namespace());
    environment.put("POD_NAMESPACE", world.namespace());
    environment.put("PORT", "0");
    environment.putAll(settings);
    return OperatorProcess.start(Main.class, environment, folder);
  }

  /** What a kubelet gets from the readiness probe: an HTTP status. */
  static int readiness(OperatorProcess operator) throws IOException {
    Matcher port = PORT.matcher(operator.awaitLine("on port ", START));
    if (!port.find()) {
      throw new AssertionError("no port");
    }
    URI probe = URI.create("http://127.0.0.1:%s/readyz".formatted(port.group(1)));
    return ((HttpURLConnection) probe.toURL().openConnection()).getResponseCode();
  }

  static OperatorProcess awaitStarted(OperatorProcess process) {
    process.awaitLine("started", START);
    return process;
  }
}
