package io.schemamigration.build;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The CRDs as templates of the chart. Helm never updates what lies in its own folder for CRDs, so
 * they are templates like all else, made from the files in {@code crds/}.
 */
final class ChartCrds {
  static final Path CRDS = Path.of("crds");
  private static final Path FOLDER = DeployGenerator.CHART.resolve(Path.of("templates", "crds"));

  private static final String HEAD =
      """
      {{- /* Generated from crds/. Do not edit; run: mvn -q -Pgenerate process-test-classes */ -}}
      {{- if .Values.crds.install }}
      """;
  private static final String METADATA =
      """
        labels:
          {{- include "operator.labels" . | nindent 4 }}
        {{- with include "operator.crdAnnotations" . }}
        annotations:
          {{- . | nindent 4 }}
        {{- end }}
      """;
  private static final Pattern COMMENT = Pattern.compile("(?m)\\A(#.*\n)+");
  private static final Pattern NAME = Pattern.compile("(?m)^metadata:\n  name: .*\n");

  private ChartCrds() {}

  static void write() throws IOException {
    Files.createDirectories(FOLDER);
    for (Path old : in(FOLDER)) {
      Files.delete(old); // of a kind that is gone
    }
    for (var file : templates().entrySet()) {
      Files.writeString(file.getKey(), file.getValue());
    }
  }

  /** What the chart's folder shall hold. */
  static Map<Path, String> templates() throws IOException {
    Map<Path, String> templates = new TreeMap<>();
    for (Path crd : in(CRDS)) {
      templates.put(FOLDER.resolve(crd.getFileName()), template(Files.readString(crd)));
    }
    return templates;
  }

  /** What the chart's folder holds. */
  static Map<Path, String> committed() throws IOException {
    Map<Path, String> committed = new TreeMap<>();
    for (Path file : in(FOLDER)) {
      committed.put(file, Files.readString(file));
    }
    return committed;
  }

  private static String template(String crd) {
    // Two braces in a description would be a template of their own.
    String text = COMMENT.matcher(crd).replaceFirst("").replace("{{", "{{ \"{{\" }}");
    String complete = NAME.matcher(text).replaceFirst(name -> name.group() + quoted(METADATA));
    if (complete.equals(text)) {
      throw new IllegalStateException("metadata is not where it was");
    }
    return HEAD + complete.stripTrailing() + "\n{{- end }}\n";
  }

  private static String quoted(String text) {
    return Matcher.quoteReplacement(text);
  }

  private static Iterable<Path> in(Path folder) {
    try (Stream<Path> files = Files.list(folder)) {
      return files.filter(f -> f.toString().endsWith(".yaml")).sorted().toList();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
