package io.schemamigration.scenario;

import io.schemamigration.Main;
import io.schemamigration.testing.OperatorProcess;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;

/** Starts operators as processes of their own that watch the namespace of one world. */
final class OperatorProcesses {
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
    environment.put("WATCH_NAMESPACES", world.namespace());
    environment.put("POD_NAMESPACE", world.namespace());
    environment.put("PORT", "0");
    environment.putAll(settings);
    return OperatorProcess.start(Main.class, environment, folder);
  }

  static OperatorProcess awaitStarted(OperatorProcess process) {
    process.awaitLine("started", Duration.ofMinutes(1));
    return process;
  }
}
