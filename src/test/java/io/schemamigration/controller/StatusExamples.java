package io.schemamigration.controller;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.schemamigration.api.DatabaseBackupStatus;
import io.schemamigration.api.DatabaseRestoreStatus;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.api.SchemaRollbackStatus;
import io.schemamigration.api.TaskStatus;
import io.schemamigration.decision.TaskVerdict;
import io.schemamigration.decision.Verdict;
import io.schemamigration.plan.Reason;
import io.schemamigration.status.StatusReportTest;
import io.schemamigration.status.TaskReport;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;

/** Resources of each kind as the operator leaves them, for whoever reads their statuses. */
public final class StatusExamples {
  private static final ObjectMapper MAPPER = new ObjectMapper();

  private static final Map<String, String> SPECS =
      Map.of(
          "SchemaMigration",
          """
          {"database": {"secretRef": {"name": "orders-db"}},
           "source": {"configMapRefs": [{"name": "orders-migrations"}]}}
          """,
          "SchemaRollback",
          """
          {"migrationRef": {"name": "orders"}, "undo": ["c41b70"]}
          """,
          "DatabaseBackup",
          """
          {"migrationRef": {"name": "orders"}}
          """,
          "DatabaseRestore",
          """
          {"source": {"backupRef": {"name": "orders-7b1a8951beaf8ef3"}},
           "target": {"secretRef": {"name": "orders-db"}, "database": "orders_before"}}
          """);

  private StatusExamples() {}

  /** The kinds that there are examples of. */
  public static Set<String> kinds() {
    return SPECS.keySet();
  }

  /** One for every reason that a kind can give, by the reason. */
  public static Map<String, ObjectNode> byReason(String kind) {
    Map<String, ObjectNode> examples = new LinkedHashMap<>();
    statuses(kind).forEach((reason, status) -> examples.put(reason, resource(kind, status)));
    return examples;
  }

  private static Map<String, Object> statuses(String kind) {
    Map<String, Object> statuses = new LinkedHashMap<>();
    switch (kind) {
      case "SchemaMigration" -> {
        for (Reason reason : Reason.values()) {
          statuses.put(
              reason.label(),
              StatusReportTest.tell(StatusReportTest.empty(), StatusReportTest.verdict(reason)));
        }
      }
      case "SchemaRollback" -> {
        passing()
            .forEach(
                reason ->
                    statuses.put(
                        reason.label(),
                        task(new SchemaRollbackStatus(), RollbackVerdict.of(reason, "why"))));
        for (RollbackReason reason : RollbackReason.values()) {
          TaskVerdict<SchemaRollbackStatus> verdict = RollbackVerdict.of(reason, "why");
          statuses.put(reason.label(), task(new SchemaRollbackStatus(), verdict));
        }
      }
      case "DatabaseBackup" -> {
        for (BackupReason reason : BackupReason.values()) {
          TaskVerdict<DatabaseBackupStatus> verdict = BackupVerdict.of(reason, "why");
          statuses.put(reason.label(), task(new DatabaseBackupStatus(), verdict));
        }
      }
      case "DatabaseRestore" -> {
        for (RestoreReason reason : RestoreReason.values()) {
          TaskVerdict<DatabaseRestoreStatus> verdict = RestoreVerdict.of(reason, "why");
          statuses.put(reason.label(), task(new DatabaseRestoreStatus(), verdict));
        }
      }
      default -> throw new IllegalArgumentException(kind);
    }
    return statuses;
  }

  private static Stream<Reason> passing() {
    return Stream.of(Reason.values()).filter(reason -> reason.stage() == Reason.Stage.WAITING);
  }

  private static <S extends TaskStatus> S task(S old, TaskVerdict<S> verdict) {
    return TaskReport.of(old, StatusReportTest.GENERATION, verdict, StatusReportTest.T0);
  }

  /** As the API server shows it before an operator has seen it. */
  public static ObjectNode unseen(String kind) {
    return resource(kind, Map.of("observedGeneration", -1));
  }

  /** Its files are applied, and nobody has suspended it since. */
  public static ObjectNode upToDate() {
    return resource("SchemaMigration", StatusReportTest.upToDate());
  }

  /** A database that follows its files is out of reach. */
  public static ObjectNode outOfReach() {
    return told(StatusReportTest.down(StatusReportTest.done()));
  }

  /**
   * Suspended after its files were applied.
   *
   * @param changed whether something else is to be applied since
   */
  public static ObjectNode suspended(boolean changed) {
    Verdict verdict =
        new Verdict.Suspended(
            StatusReportTest.GENERATION, Optional.of(changed ? "other" : "d1"), Set.of(), false);
    ObjectNode suspended = told(verdict);
    ((ObjectNode) suspended.path("spec")).put("suspend", true);
    return suspended;
  }

  private static ObjectNode told(Verdict verdict) {
    SchemaMigrationStatus status = StatusReportTest.tell(StatusReportTest.upToDate(), verdict);
    return resource("SchemaMigration", status);
  }

  private static ObjectNode resource(String kind, Object status) {
    ObjectNode resource = MAPPER.createObjectNode();
    resource.put("apiVersion", "schemamigration.io/v1").put("kind", kind);
    resource
        .putObject("metadata")
        .put("name", "example")
        .put("namespace", "shop")
        .put("generation", StatusReportTest.GENERATION);
    try {
      resource.set("spec", MAPPER.readTree(SPECS.get(kind)));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw new IllegalStateException(e);
    }
    JsonNode told = MAPPER.valueToTree(status);
    resource.set("status", told);
    return resource;
  }
}
