package io.schemamigration.build;

import com.fasterxml.jackson.databind.JsonNode;
import io.schemamigration.testing.Tiers;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;

/** The kubectl of this machine, for what it does without a cluster. */
final class Kubectl {
  private Kubectl() {}

  /**
   * What the kustomization in a folder builds; skips the calling test where there is no kubectl.
   */
  static List<JsonNode> kustomize(Path folder) throws IOException, InterruptedException {
    boolean there = AlertsTest.onPath("kubectl");
    Tiers.require(there, 1, "kustomize", "there is no kubectl in the PATH");
    Path said = Files.createTempFile("kubectl", ".err");
    try {
      Process process =
          new ProcessBuilder("kubectl", "kustomize", folder.toString())
              .redirectError(said.toFile())
              .start();
      List<JsonNode> objects =
          ChartValues.YAML
              .readerFor(JsonNode.class)
              .<JsonNode>readValues(process.getInputStream())
              .readAll();
      if (process.waitFor() != 0) {
        throw new AssertionError(Files.readString(said));
      }
      return objects;
    } finally {
      Files.delete(said);
    }
  }
}
