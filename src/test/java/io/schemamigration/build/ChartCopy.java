package io.schemamigration.build;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.ObjectNode;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.function.UnaryOperator;
import java.util.stream.Stream;

/** The chart in another folder, for what Helm's library has no option for. */
record ChartCopy(Path folder) {

  /** Copies it into a folder that is empty. */
  static ChartCopy in(Path folder) {
    try (Stream<Path> files = Files.walk(DeployGenerator.CHART)) {
      for (Path file : files.filter(Files::isRegularFile).toList()) {
        Path copy = folder.resolve(DeployGenerator.CHART.relativize(file));
        Files.createDirectories(copy.getParent());
        Files.copy(file, copy);
      }
      return new ChartCopy(folder);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** With other defaults; a value that is null takes the default away, as Helm does it. */
  ChartCopy withValues(JsonNode values) {
    return edit(
        "values.yaml",
        text -> {
          try {
            ObjectNode all = (ObjectNode) ChartValues.defaults();
            merge(all, values);
            return all.toString();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        });
  }

  ChartCopy edit(String file, UnaryOperator<String> change) {
    Path path = folder.resolve(file);
    try {
      Files.writeString(path, change.apply(Files.readString(path)));
      return this;
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void merge(ObjectNode into, JsonNode values) {
    values
        .properties()
        .forEach(
            value -> {
              if (value.getValue().isNull()) {
                into.remove(value.getKey());
              } else if (into.get(value.getKey()) instanceof ObjectNode both
                  && value.getValue().isObject()) {
                merge(both, value.getValue());
              } else {
                into.set(value.getKey(), value.getValue());
              }
            });
  }
}
