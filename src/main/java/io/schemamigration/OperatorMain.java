package io.schemamigration;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.micrometer.prometheusmetrics.PrometheusConfig;
import io.micrometer.prometheusmetrics.PrometheusMeterRegistry;
import io.schemamigration.config.Settings;
import io.schemamigration.controller.OperatorRuntime;
import io.schemamigration.ops.HttpLimits;
import io.schemamigration.ops.ManagementServer;
import io.schemamigration.page.StatusPageServer;
import java.io.IOException;
import java.time.Clock;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicReference;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The operator's process. */
final class OperatorMain {
  private static final Logger LOG = LoggerFactory.getLogger(OperatorMain.class);

  private OperatorMain() {}

  /**
   * Starts the operator; it ends with SIGTERM. Wrong settings end it with 2, a start that failed
   * with 1.
   */
  static void run(String version) throws IOException {
    Settings settings;
    try {
      settings = Settings.from(System.getenv());
    } catch (IllegalArgumentException e) {
      LOG.error("wrong settings: {}", e.getMessage());
      System.exit(2);
      return;
    }
    PrometheusMeterRegistry registry = new PrometheusMeterRegistry(PrometheusConfig.DEFAULT);
    AtomicReference<OperatorRuntime> operator = new AtomicReference<>();
    HttpLimits.apply();
    // Served before the caches are filled, so that probes get an answer from the first moment.
    ManagementServer server =
        new ManagementServer(
            settings.port(),
            () -> Optional.ofNullable(operator.get()).filter(OperatorRuntime::ready).isPresent(),
            registry::scrape);
    if (settings.statusPagePort().isPresent()) {
      StatusPageServer page =
          new StatusPageServer(
              settings.statusPagePort().getAsInt(),
              () -> Optional.ofNullable(operator.get()).flatMap(OperatorRuntime::snapshot),
              Clock.systemUTC(),
              settings.podName(),
              version);
      LOG.info("the status page is on port {}", page.port());
    }
    try {
      start(settings, registry, operator, server, version);
    } catch (RuntimeException | Error e) {
      // The server's threads would keep a process alive that never does anything.
      LOG.error("cannot start; ending, to be started again", e);
      Runtime.getRuntime().halt(1);
    }
  }

  private static void start(
      Settings settings,
      PrometheusMeterRegistry registry,
      AtomicReference<OperatorRuntime> operator,
      ManagementServer server,
      String version) {
    KubernetesClient client = new KubernetesClientBuilder().build();
    OperatorRuntime runtime =
        new OperatorRuntime(client, settings, registry, Clock.systemUTC(), version);
    operator.set(runtime);
    Runtime.getRuntime()
        .addShutdownHook(
            Thread.ofPlatform()
                .name("shutdown")
                .unstarted(
                    () -> {
                      LOG.info("stopping");
                      runtime.close();
                      server.close();
                      client.close();
                    }));
    runtime.start();
    LOG.info("started {} on port {}", version, server.port());
  }
}
