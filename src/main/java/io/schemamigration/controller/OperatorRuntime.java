package io.schemamigration.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.config.ConfigurationServiceOverrider;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.javaoperatorsdk.operator.monitoring.micrometer.MicrometerMetrics;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.micrometer.core.instrument.MeterRegistry;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaRollback;
import io.schemamigration.config.Settings;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator as one thing to start and stop. */
public final class OperatorRuntime implements AutoCloseable {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorRuntime.class);
  private static final String LEASE = "schema-migration-operator";
  private static final Duration LEASE_DURATION = Duration.ofSeconds(15);
  private static final Duration RENEW_DEADLINE = Duration.ofSeconds(10);
  private static final Duration RETRY_PERIOD = Duration.ofSeconds(2);
  private static final int RECONCILE_THREADS = 8;
  private static final long FIRST_RETRY_MILLISECONDS = 2_000;
  private static final long LONGEST_RETRY_MILLISECONDS = 300_000;

  private final Operator operator;
  private final Settings settings;
  private final Runs runs;
  private final Runs undos;
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
    this.metadataClient = Watches.metadataClient(client.getConfiguration());
    Watches watches = new Watches();
    Existence<SchemaMigration> existence = new Existence<>();
    Limits limits = new Limits(settings.concurrentRuns(), settings.concurrentRunsPerServer());
    this.runs = new Runs(clock, limits, watches::wake, existence);
    RollbackWatches undoWatches = new RollbackWatches();
    Existence<SchemaRollback> undoExistence = new Existence<>();
    this.undos = new Runs(clock, limits, undoWatches::wake, undoExistence);
    StatusMetrics metrics = new StatusMetrics(registry);
    Events events = new Events(client, settings.podName(), clock);
    Settling settling = new Settling(clock);
    Owners owners = new Owners(client, clusterId(client), clock);
    Polling polling = new Polling(clock);
    Polling undoPolling = new Polling(clock);
    InputReader inputs =
        new InputReader(
            new SourceReader(client), new LoginReader(client, settings.minimumTlsMode()), settling);
    Plans plans = new Plans(owners, version);
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
            existence,
            metadataClient,
            clock);
    this.operator = new Operator(o -> configure(o, client, registry));
    operator.register(
        new SchemaMigrationReconciler(collaborators), OperatorRuntime.this::configureController);
    operator.register(
        new SchemaRollbackReconciler(
            client,
            inputs,
            plans,
            undos,
            undoPolling,
            new RollbackStatusWriter(events, clock),
            undoExistence,
            undoWatches,
            clock),
        c -> everywhere(c.withName("schemarollback")));
    List<Consumer<Set<String>>> memories =
        List.of(metrics::retain, settling::retain, owners::retain, polling::retain);
    sweeper.scheduleAtFixedRate(
        () -> {
          memories.forEach(memory -> memory.accept(existence.uids()));
          undoPolling.retain(undoExistence.uids());
        },
        1,
        1,
        TimeUnit.MINUTES);
  }

  private void configure(
      ConfigurationServiceOverrider o, KubernetesClient client, MeterRegistry registry) {
    o.withKubernetesClient(client)
        .withCloseClientOnStop(false)
        .withConcurrentReconciliationThreads(RECONCILE_THREADS)
        .withUseSSAToPatchPrimaryResource(false)
        .withStopOnInformerErrorDuringStartup(false)
        .withMetrics(MicrometerMetrics.withoutPerResourceMetrics(registry));
    if (settings.leaderElection()) {
      o.withLeaderElectionConfiguration(
          LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(LEASE)
              .withLeaseNamespace(settings.podNamespace())
              // A restarted container has its predecessor's name; it must not take its lease.
              .withIdentity(settings.podName() + "_" + UUID.randomUUID())
              .withLeaseDuration(LEASE_DURATION)
              .withRenewDeadline(RENEW_DEADLINE)
              .withRetryPeriod(RETRY_PERIOD)
              .withExitOnStopLeading(false)
              .withLeaderCallbacks(
                  new LeaderCallbacks(
                      () -> LOG.info("leading"),
                      this::lost,
                      leader -> LOG.info("leader: {}", leader)))
              .build());
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
    everywhere(
        c.withName("schemamigration")
            .withGenerationAware(false)
            .withOnUpdateFilter(Watches::relevant));
  }

  private <R extends HasMetadata> void everywhere(ControllerConfigurationOverrider<R> c) {
    c.withReconciliationMaxInterval(null)
        .withRetry(
            new GenericRetry()
                .setInitialInterval(FIRST_RETRY_MILLISECONDS)
                .setIntervalMultiplier(2)
                .setMaxInterval(LONGEST_RETRY_MILLISECONDS)
                .withoutMaxAttempts());
    if (settings.namespaces().isEmpty()) {
      c.watchingAllNamespaces();
    } else {
      c.settingNamespaces(settings.namespaces());
    }
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
    sweeper.shutdownNow();
    metadataClient.close();
  }
}
