package io.schemamigration.build;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * The chart's values as values.yaml tells of them: {@code ## Title} begins a section, and a key
 * with a comment right above it is a value; keys below it are its default.
 *
 * @param sections in the order of the file
 * @param silent keys that are neither a value nor within one
 */
record ChartValues(List<Section> sections, List<String> silent) {
  static final Path FILE = DeployGenerator.CHART.resolve("values.yaml");
  static final ObjectMapper YAML = new ObjectMapper(new YAMLFactory());

  private static final Pattern KEY = Pattern.compile("^( *)([A-Za-z]\\w*):(?: .*)?$");
  private static final Pattern COMMENT = Pattern.compile("^ *# (.*)$");

  record Section(String title, List<Value> values) {}

  record Value(String path, String meaning, JsonNode byDefault) {}

  List<Value> values() {
    return sections.stream().flatMap(s -> s.values().stream()).toList();
  }

  static JsonNode defaults() throws IOException {
    return YAML.readTree(FILE.toFile());
  }

  static ChartValues read() throws IOException {
    Reader reader = new Reader(defaults());
    Files.readAllLines(FILE).forEach(reader::line);
    return new ChartValues(reader.sections, reader.silent());
  }

  static JsonNode at(JsonNode root, String path) {
    return root.at("/" + path.replace('.', '/'));
  }

  private record Open(String path, int indent, boolean told) {}

  private static final class Reader {
    private final JsonNode defaults;
    private final List<Section> sections = new ArrayList<>();
    private final List<String> untold = new ArrayList<>();
    private final List<String> comment = new ArrayList<>();
    private final Deque<Open> open = new ArrayDeque<>();

    Reader(JsonNode defaults) {
      this.defaults = defaults;
    }

    void line(String line) {
      Matcher text = COMMENT.matcher(line);
      Matcher key = KEY.matcher(line);
      if (line.startsWith("## ")) {
        sections.add(new Section(line.substring(3), new ArrayList<>()));
      } else if (text.matches()) {
        comment.add(text.group(1));
        return;
      } else if (key.matches()) {
        key(key.group(1).length(), key.group(2));
      }
      comment.clear();
    }

    private void key(int indent, String name) {
      while (!open.isEmpty() && open.peek().indent() >= indent) {
        open.pop();
      }
      String path = open.isEmpty() ? name : open.peek().path() + "." + name;
      boolean within = !open.isEmpty() && open.peek().told();
      boolean told = !comment.isEmpty();
      if (told && !within) {
        String meaning = String.join(" ", comment);
        sections.getLast().values().add(new Value(path, meaning, at(defaults, path)));
      } else if (!within) {
        untold.add(path);
      }
      open.push(new Open(path, indent, told || within));
    }

    /** A key without a comment is fine as long as there are values below it. */
    List<String> silent() {
      List<String> silent = new ArrayList<>(untold);
      for (Iterator<String> i = silent.iterator(); i.hasNext(); ) {
        String prefix = i.next() + ".";
        if (sections.stream()
            .flatMap(s -> s.values().stream())
            .anyMatch(v -> v.path().startsWith(prefix))) {
          i.remove();
        }
      }
      return silent;
    }
  }
}
