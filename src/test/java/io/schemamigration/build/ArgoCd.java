package io.schemamigration.build;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import com.fasterxml.jackson.dataformat.yaml.YAMLGenerator;
import com.fasterxml.jackson.dataformat.yaml.util.StringQuotingChecker;
import io.schemamigration.controller.StatusExamples;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What Argo CD is told of our kinds, in the layout of its own repository. The scripts are written
 * by hand; what they are tried on, and the ConfigMap that brings them into an installation, is made
 * here.
 */
final class ArgoCd {
  static final Path FOLDER = Path.of("deploy", "argocd");
  static final Path KINDS =
      FOLDER.resolve(Path.of("resource_customizations", "schemamigration.io"));
  static final Path CONFIG = FOLDER.resolve("argocd-cm.yaml");
  static final List<String> ACTIONS = List.of("retry", "reconcile", "suspend", "resume");

  /** Where an action writes the time of its click. */
  static final String SOME_TIME = "0001-01-01T00:00:00Z";

  private static final String MIGRATION = "SchemaMigration";
  private static final String HEAD =
      """
      # Generated from resource_customizations/. Do not edit; run: mvn -q -Pgenerate process-test-classes
      # kubectl -n argocd patch configmap argocd-cm --type merge --patch-file deploy/argocd/argocd-cm.yaml
      data:
      """;

  private static final ObjectMapper YAML =
      new ObjectMapper(
          YAMLFactory.builder()
              .disable(YAMLGenerator.Feature.WRITE_DOC_START_MARKER)
              .disable(YAMLGenerator.Feature.SPLIT_LINES)
              .enable(YAMLGenerator.Feature.MINIMIZE_QUOTES)
              .stringQuotingChecker(new Quoting())
              .build());

  private ArgoCd() {}

  /** A time without quotes is no string to every parser. */
  private static final class Quoting extends StringQuotingChecker.Default {
    private static final long serialVersionUID = 1;

    @Override
    public boolean needToQuoteValue(String value) {
      return value.matches("\\d[-.:\\dTZ]*") || super.needToQuoteValue(value);
    }
  }

  static void write() throws IOException {
    for (var file : generated().entrySet()) {
      Files.createDirectories(file.getKey().getParent());
      Files.writeString(file.getKey(), file.getValue());
    }
  }

  /** Every file that is made, and its text. */
  static Map<Path, String> generated() throws IOException {
    Map<Path, String> files = new TreeMap<>();
    for (String kind : StatusExamples.kinds()) {
      for (var example : examples(kind).entrySet()) {
        Path file = KINDS.resolve(Path.of(kind, "testdata", example.getKey() + ".yaml"));
        files.put(file, YAML.writeValueAsString(example.getValue()));
      }
    }
    for (var result : results().entrySet()) {
      Path file =
          KINDS.resolve(Path.of(MIGRATION, "actions", "testdata", result.getKey() + ".yaml"));
      files.put(file, YAML.writeValueAsString(result.getValue()));
    }
    files.put(CONFIG, config());
    return files;
  }

  private static Map<String, JsonNode> examples(String kind) {
    Map<String, JsonNode> examples = new TreeMap<>();
    Map<String, ObjectNode> byReason = StatusExamples.byReason(kind);
    examples.put("unseen", StatusExamples.unseen(kind));
    switch (kind) {
      case MIGRATION -> {
        examples.put("up_to_date", StatusExamples.upToDate());
        examples.put("out_of_reach", StatusExamples.outOfReach());
        examples.put("suspended", StatusExamples.suspended(false));
        examples.put("suspended_behind", StatusExamples.suspended(true));
        examples.put("changed", changed(StatusExamples.upToDate()));
        examples.put("deleted", deleted(StatusExamples.upToDate()));
        examples.put("accepted", byReason.get("Progressing"));
        examples.put("migrating", byReason.get("Migrating"));
        examples.put("dependency_not_ready", byReason.get("DependencyNotReady"));
        examples.put("failed", byReason.get("MigrationFailed"));
        examples.put("history_went_back", byReason.get("HistoryWentBack"));
        examples.put("plan_only", byReason.get("PlanOnly"));
      }
      case "SchemaRollback" -> {
        examples.put("running", byReason.get("RollingBack"));
        examples.put("waiting", byReason.get("EarlierRequest"));
        examples.put("complete", byReason.get("Complete"));
        examples.put("precondition_failed", byReason.get("PreconditionFailed"));
      }
      case "DatabaseBackup" -> {
        examples.put("running", byReason.get("BackupRunning"));
        examples.put("failed", byReason.get("BackupFailed"));
        examples.put("complete", byReason.get("Complete"));
        examples.put("removal_failed", deleted(byReason.get("RemovalFailed")));
      }
      case "DatabaseRestore" -> {
        examples.put("running", byReason.get("RestoreRunning"));
        examples.put("waiting", byReason.get("BackupNotReady"));
        examples.put("database_exists", byReason.get("DatabaseExists"));
        examples.put("complete", byReason.get("Complete"));
      }
      default -> throw new IllegalStateException("no examples of " + kind);
    }
    return examples;
  }

  /** What the actions shall make of the examples. */
  private static Map<String, JsonNode> results() {
    return Map.of(
        "retried",
        annotated(
            StatusExamples.byReason(MIGRATION).get("MigrationFailed"),
            "schemamigration.io/retry-requested-at"),
        "reconciled",
        annotated(StatusExamples.upToDate(), "reconcile.fluxcd.io/requestedAt"),
        "suspended",
        suspended(StatusExamples.upToDate()),
        "resumed",
        resumed(StatusExamples.suspended(false)));
  }

  private static ObjectNode changed(ObjectNode example) {
    metadata(example).put("generation", metadata(example).path("generation").asLong() + 1);
    return example;
  }

  private static ObjectNode deleted(ObjectNode example) {
    metadata(example).put("deletionTimestamp", "2026-03-01T11:00:00Z");
    return example;
  }

  private static ObjectNode annotated(ObjectNode example, String annotation) {
    metadata(example).putObject("annotations").put(annotation, SOME_TIME);
    return example;
  }

  private static ObjectNode suspended(ObjectNode example) {
    ((ObjectNode) example.path("spec")).put("suspend", true);
    return example;
  }

  private static ObjectNode resumed(ObjectNode example) {
    ((ObjectNode) example.path("spec")).remove("suspend");
    return example;
  }

  private static ObjectNode metadata(ObjectNode example) {
    return (ObjectNode) example.path("metadata");
  }

  private static String config() throws IOException {
    StringBuilder text = new StringBuilder(HEAD);
    for (String kind : StatusExamples.kinds().stream().sorted().toList()) {
      text.append("  resource.customizations.health.schemamigration.io_%s: |\n".formatted(kind))
          .append(indented(4, KINDS.resolve(Path.of(kind, "health.lua"))));
    }
    Path actions = KINDS.resolve(Path.of(MIGRATION, "actions"));
    text.append("  resource.customizations.actions.schemamigration.io_%s: |\n".formatted(MIGRATION))
        .append("    discovery.lua: |\n")
        .append(indented(6, actions.resolve("discovery.lua")))
        .append("    definitions:\n");
    for (String action : ACTIONS) {
      text.append("      - name: %s\n        action.lua: |\n".formatted(action))
          .append(indented(10, actions.resolve(Path.of(action, "action.lua"))));
    }
    return text.toString();
  }

  private static String indented(int by, Path script) throws IOException {
    StringBuilder text = new StringBuilder();
    for (String line : Files.readAllLines(script)) {
      text.append((" ".repeat(by) + line).stripTrailing()).append('\n');
    }
    return text.toString();
  }
}
