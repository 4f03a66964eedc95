package io.schemamigration.controller;

import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetrics;
import io.micrometer.core.instrument.MeterRegistry;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaRollback;
import io.schemamigration.api.SchemaRollbackStatus;
import io.schemamigration.config.Settings;
import io.schemamigration.input.InputReader;
import io.schemamigration.input.LoginReader;
import io.schemamigration.input.Settling;
import io.schemamigration.input.SourceReader;
import io.schemamigration.page.Snapshot;
import io.schemamigration.status.Events;
import io.schemamigration.status.StatusMetrics;
import io.schemamigration.status.StatusWriter;
import io.schemamigration.status.TaskReport;
import io.schemamigration.status.TaskWriter;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator as one thing to start and stop. */
public final class OperatorRuntime implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorRuntime.class);
  private static final int RECONCILE_THREADS = 8;
  private static final Duration CACHE_SYNC = Duration.ofSeconds(15);

  private final Operator operator;
  private final Settings settings;
  private final Runs runs;
  private final Runs undos;
  private final Existence<SchemaMigration> migrations = new Existence<>();
  private final Existence<SchemaRollback> rollbacks = new Existence<>();
  private final BackupControllers backups;
  private final ControllerDefaults defaults;
  private final KubernetesClient metadataClient;
  private final ScheduledExecutorService sweeper =
      Executors.newSingleThreadScheduledExecutor(
          Thread.ofPlatform().daemon().name("sweeper").factory());
  private volatile boolean stopping;

  /**
   * Wires the operator; nothing is started yet.
   *
   * @param client stays open when the operator is closed
   * @param version the operator's version, for the ledger
   */
  public OperatorRuntime(
      KubernetesClient client,
      Settings settings,
      MeterRegistry registry,
      Clock clock,
      String version) {
    this.settings = settings;
    this.defaults = new ControllerDefaults(settings);
    this.metadataClient = Watches.metadataClient(client.getConfiguration());
    Watches watches = new Watches();
    Limits limits = new Limits(settings.concurrentRuns(), settings.concurrentRunsPerServer());
    this.runs = new Runs(clock, limits, watches::wake, migrations);
    RollbackWatches undoWatches = new RollbackWatches();
    this.undos = new Runs(clock, limits, undoWatches::wake, rollbacks);
    StatusMetrics metrics = new StatusMetrics(registry);
    Events events = new Events(client, settings.podName(), clock);
    Settling settling = new Settling(clock);
    Owners owners = new Owners(client, clusterId(client), clock);
    Polling polling = new Polling(clock);
    Polling undoPolling = new Polling(clock);
    LoginReader logins = new LoginReader(client, settings.minimumTlsMode());
    SourceReader sources = new SourceReader(client);
    InputReader inputs = new InputReader(sources, logins, settling);
    Undone undone = new Undone();
    Plans plans = new Plans(owners, version);
    Backups gate = new Backups(client, clock);
    Collaborators collaborators =
        new Collaborators(
            inputs,
            plans,
            runs,
            polling,
            new StatusWriter(events, metrics, clock),
            events,
            watches,
            new OpenRollbacks(client),
            new Dependencies(sources),
            gate,
            undone,
            migrations,
            metadataClient,
            clock);
    this.operator = new Operator(o -> configure(o, client, registry));
    operator.register(
        new SchemaMigrationReconciler(collaborators), OperatorRuntime.this::configureController);
    operator.register(
        new SchemaRollbackReconciler(
            new RollbackCollaborators(
                client,
                inputs,
                plans,
                undos,
                undoPolling,
                new TaskWriter<>(
                    events, SchemaRollbackStatus::new, (r, s) -> count(metrics, r, s), clock),
                metrics,
                rollbacks,
                undoWatches,
                undone,
                gate,
                clock)),
        c -> defaults.to(c.withName("schemarollback")));
    this.backups =
        new BackupControllers(client, inputs, logins, limits, events, metrics, settings, clock);
    backups.register(operator, defaults);
    BackupGauges dumps = new BackupGauges(registry, backups.failures());
    List<Consumer<Set<String>>> memories =
        List.of(metrics::retain, settling::retain, owners::retain, polling::retain, undone::retain);
    sweeper.scheduleAtFixedRate(
        () -> {
          memories.forEach(memory -> memory.accept(migrations.uids()));
          undoPolling.retain(rollbacks.uids());
          backups.sweep();
          dumps.show(backups.all(), migrations.all());
        },
        1,
        1,
        TimeUnit.MINUTES);
  }

  private static void count(
      StatusMetrics metrics, SchemaRollback rollback, SchemaRollbackStatus status) {
    TaskReport.ready(status)
        .ifPresent(r -> metrics.rolledBack(rollback.getMetadata().getNamespace(), r.getReason()));
  }

  private void configure(
      ConfigurationServiceOverrider o, KubernetesClient client, MeterRegistry registry) {
    o.withKubernetesClient(client)
        .withCloseClientOnStop(false)
        .withConcurrentReconciliationThreads(RECONCILE_THREADS)
        .withUseSSAToPatchPrimaryResource(false)
        // A namespace without rights must not keep the others waiting; readiness tells of it.
        .withStopOnInformerErrorDuringStartup(false)
        .withCacheSyncTimeout(CACHE_SYNC)
        .withMetrics(MicrometerMetrics.withoutPerResourceMetrics(registry));
    if (settings.leaderElection()) {
      o.withLeaderElectionConfiguration(Election.configuration(settings, this::lost));
    }
  }

  /** Without the lease another replica may act: no cleaning up, no last word, just an end. */
  private void lost() {
    if (!stopping) {
      LOG.error("lost the lease; ending at once");
      Runtime.getRuntime().halt(1);
    }
  }

  private void configureController(ControllerConfigurationOverrider<SchemaMigration> c) {
    defaults.to(
        c.withName("schemamigration")
            .withGenerationAware(false)
            .withOnUpdateFilter(Watches::relevant));
  }

  /** Names this cluster in ledgers, so that one database is not migrated from two clusters. */
  private static String clusterId(KubernetesClient client) {
    Namespace system = client.namespaces().withName("kube-system").get();
    return system == null ? "-" : system.getMetadata().getUid();
  }

  /** Starts watching; returns when the caches are filled. */
  public void start() {
    operator.start();
  }

  /** Whether it is started and its watches are alive. */
  public boolean ready() {
    return operator.getRuntimeInfo().isStarted()
        && operator.getRuntimeInfo().allEventSourcesAreHealthy();
  }

  /**
   * What the watches know, also on a replica that stands by; empty before they have read it once.
   */
  public Optional<Snapshot> snapshot() {
    if (!operator.getRuntimeInfo().isStarted()) {
      return Optional.empty();
    }
    return Optional.of(
        new Snapshot(
            ready(), migrations.all(), rollbacks.all(), backups.all(), backups.allRestores()));
  }

  private void drain(Runs some) {
    try {
      some.drain(settings.shutdownGrace());
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
  }

  /** Lets the file in flight end within the grace, cancels it after that, then stops watching. */
  @Override
  public void close() {
    stopping = true;
    Thread undoing = Thread.ofVirtual().start(() -> drain(undos));
    drain(runs);
    try {
      undoing.join();
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
    }
    operator.stop();
    runs.close();
    undos.close();
    backups.close();
    sweeper.shutdownNow();
    metadataClient.close();
  }
}
