package io.schemamigration.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetrics;
import io.javaoperatorsdk.operator.processing.GroupVersionKind;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.schemamigration.api.DatabaseSpec;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaMigrationSpec;
import io.schemamigration.api.SourceSpec;
import io.schemamigration.config.Settings;
import io.schemamigration.decision.Verdict;
import io.schemamigration.plan.Situations;
import io.schemamigration.postgres.Outcome;
import io.schemamigration.status.StatusMetrics;
import io.schemamigration.testing.KubeApi;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What alerts and dashboard ask for is what a running operator shows, under these labels. */
class ScrapedMetricsTest {
  private static final Path FILES = Path.of("helm", "schema-migration-operator", "files");
  private static final Pattern METRIC =
      Pattern.compile("\\b(?:schema_migration|operator_sdk)_[a-z_]+");

  private static String scrape;

  @BeforeAll
  static void scrapeAnOperator() {
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    try (KubeApi api = KubeApi.mock();
        KubernetesClient client = api.client()) {
      SchemaMigration migration = migration();
      try (OperatorRuntime operator =
          new OperatorRuntime(
              client, Settings.from(Map.of()), registry, Clock.systemUTC(), "test")) {
        operator.start();
        client.resource(migration).create();
        await().until(() -> registry.scrape().contains("SourceNotFound"));
        await().until(() -> registry.scrape().contains("operator_sdk_reconciliations_success"));
      }
      endRun(registry, migration);
      failToReconcile(registry, migration);
      scrape = registry.scrape();
    }
  }

  /** Its ConfigMap is not there, so no database is asked. */
  private static SchemaMigration migration() {
    SchemaMigration migration = new SchemaMigration();
    migration.setMetadata(new ObjectMetaBuilder().withNamespace("shop").withName("orders").build());
    SchemaMigrationSpec spec = new SchemaMigrationSpec();
    spec.database = new DatabaseSpec();
    spec.database.secretRef = new DatabaseSpec.SecretRef();
    spec.database.secretRef.name = "orders-db";
    spec.source = new SourceSpec();
    SourceSpec.ConfigMapRef files = new SourceSpec.ConfigMapRef();
    files.name = "orders-migrations";
    spec.source.configMapRefs = List.of(files);
    migration.setSpec(spec);
    return migration;
  }

  private static void endRun(PrometheusMeterRegistry registry, SchemaMigration migration) {
    Instant time = Instant.parse("2026-03-01T10:00:00Z");
    Outcome done = new Outcome.Done(Situations.start().files(1).applied(1).plan(), 1);
    StatusMetrics metrics = new StatusMetrics(registry);
    metrics.ran(migration, new Verdict.Ended(null, null, done, 0, time, time));
    metrics.rolledBack("shop", "Complete");
    metrics.backedUp("shop", Duration.ofMinutes(3));
    metrics.backupsFailed("shop", 1);
    metrics.follows(migration, time);
    new BackupGauges(registry, new FailedBackups(metrics))
        .show(List.of(BackupGaugesTest.complete("orders", "b", time, 7)), List.of(migration));
  }

  private static void failToReconcile(PrometheusMeterRegistry registry, SchemaMigration migration) {
    MicrometerMetrics.withoutPerResourceMetrics(registry)
        .failedReconciliation(
            migration,
            new IllegalStateException("a bug"),
            Map.of("josdk.resource.gvk", GroupVersionKind.gvkFor(SchemaMigration.class)));
  }

  @ParameterizedTest
  @ValueSource(strings = {"alerts.yaml", "dashboard.json"})
  void noMetricIsAskedForThatIsNotThere(String file) throws Exception {
    Set<String> asked =
        METRIC
            .matcher(Files.readString(FILES.resolve(file)))
            .results()
            .map(m -> m.group())
            .collect(Collectors.toCollection(TreeSet::new));
    Set<String> shown =
        scrape
            .lines()
            .filter(line -> !line.startsWith("#"))
            .map(line -> line.replaceFirst("[{ ].*", ""))
            .collect(Collectors.toCollection(TreeSet::new));
    assertThat(asked).hasSizeGreaterThan(2);
    assertThat(shown).containsAll(asked);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "schema_migration_status_condition|condition=\"Stalled\",name=\"orders\",namespace=\"shop\"",
        "schema_migration_status_condition|condition=\"Ready\",name=\"orders\",namespace=\"shop\"",
        "schema_migration_status_condition|condition=\"Reconciling\",name=\"orders\",namespace=\"shop\"",
        "schema_migration_status_condition|condition=\"DatabaseReachable\",name=\"orders\",namespace=\"shop\"",
        "schema_migration_status_reason|name=\"orders\",namespace=\"shop\",reason=\"SourceNotFound\"",
        "schema_migration_database|name=\"orders\",namespace=\"shop\",server_version=\"unknown\",tls=\"unknown\"",
        "schema_migration_held|name=\"orders\",namespace=\"shop\"",
        "schema_migration_last_success_timestamp_seconds|name=\"orders\",namespace=\"shop\"",
        "schema_migration_backup_last_success_timestamp_seconds|name=\"orders\",namespace=\"shop\"",
        "schema_migration_backup_size_bytes|name=\"orders\",namespace=\"shop\"",
        "schema_migration_backups_failed|name=\"orders\",namespace=\"shop\"",
        "schema_migration_backup_failures_total|namespace=\"shop\"",
        "schema_migration_backup_duration_seconds_count|namespace=\"shop\"",
        "schema_migration_rollbacks_total|namespace=\"shop\",result=\"Complete\"",
        "schema_migration_lock_wait_timeouts_total|namespace=\"shop\"",
        "schema_migration_run_duration_seconds_bucket|namespace=\"shop\",result=\"Done\",le=\"300.0\"",
        "schema_migration_pending|name=\"orders\",namespace=\"shop\"",
        "schema_migration_run_duration_seconds_count|namespace=\"shop\",result=\"Done\"",
        "operator_sdk_reconciliations_executions_schemamigration|group=\"schemamigration.io\",kind=\"SchemaMigration\",version=\"v1\""
      })
  void theLabelsAreThoseThatAreAskedFor(String metric, String labels) {
    assertThat(scrape).contains(metric + "{" + labels + "}");
  }

  @ParameterizedTest
  @ValueSource(strings = {"group=\"schemamigration.io\"", "kind=\"SchemaMigration\"", "exception="})
  void aFailureSaysOfWhatKind(String label) {
    assertThat(
            scrape
                .lines()
                .filter(line -> line.startsWith("operator_sdk_reconciliations_failed_total{")))
        .singleElement()
        .asString()
        .contains(label);
  }
}
