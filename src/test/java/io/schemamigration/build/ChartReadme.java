package io.schemamigration.build;

import com.fasterxml.jackson.databind.JsonNode;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** Keeps the tables of values in the chart's README as values.yaml tells them. */
final class ChartReadme {
  static final Path FILE = DeployGenerator.CHART.resolve("README.md");
  private static final String BEGIN =
      "<!-- Generated from values.yaml; run: mvn -q -Pgenerate process-test-classes -->\n";
  private static final String END = "<!-- End of what is generated -->\n";

  private ChartReadme() {}

  static void write() throws IOException {
    Files.writeString(FILE, text());
  }

  /** The README as it shall be; what is not between the two marks is written by hand. */
  static String text() throws IOException {
    String old = Files.readString(FILE);
    int begin = old.indexOf(BEGIN);
    int end = old.indexOf(END);
    if (begin < 0 || end < begin) {
      throw new IllegalStateException(FILE + " has lost the marks around its tables");
    }
    return old.substring(0, begin) + BEGIN + tables(ChartValues.read()) + old.substring(end);
  }

  private static String tables(ChartValues values) {
    StringBuilder text = new StringBuilder();
    for (ChartValues.Section section : values.sections()) {
      text.append("\n### ").append(section.title()).append("\n\n");
      text.append("| value | meaning | default |\n|---|---|---|\n");
      for (ChartValues.Value value : section.values()) {
        text.append(
            "| `%s` | %s | `%s` |\n"
                .formatted(value.path(), cell(value.meaning()), cell(json(value.byDefault()))));
      }
    }
    return text.append("\n").toString();
  }

  private static String json(JsonNode node) {
    return node.toString();
  }

  private static String cell(String text) {
    return text.replace("|", "\\|");
  }
}
