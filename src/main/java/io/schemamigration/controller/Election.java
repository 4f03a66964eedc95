package io.schemamigration.controller;

import io.fabric8.kubernetes.client.extended.leaderelection.LeaderCallbacks;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfiguration;
import io.javaoperatorsdk.operator.api.config.LeaderElectionConfigurationBuilder;
import io.schemamigration.config.Settings;
import java.time.Duration;
import java.util.UUID;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Of several replicas one leads: it alone works. */
final class Election {
  private static final Logger LOG = LoggerFactory.getLogger(Election.class);
  private static final Duration LEASE_DURATION = Duration.ofSeconds(15);
  private static final Duration RENEW_DEADLINE = Duration.ofSeconds(10);
  private static final Duration RETRY_PERIOD = Duration.ofSeconds(2);

  private Election() {}

  static LeaderElectionConfiguration configuration(Settings settings, Runnable lost) {
    return LeaderElectionConfigurationBuilder.aLeaderElectionConfiguration(settings.lease())
        .withLeaseNamespace(settings.podNamespace())
        // A restarted container has its predecessor's name; it must not take its lease.
        .withIdentity(settings.podName() + "_" + UUID.randomUUID())
        .withLeaseDuration(LEASE_DURATION)
        .withRenewDeadline(RENEW_DEADLINE)
        .withRetryPeriod(RETRY_PERIOD)
        .withExitOnStopLeading(false)
        .withLeaderCallbacks(
            new LeaderCallbacks(
                () -> LOG.info("leading"), lost, leader -> LOG.info("leader: {}", leader)))
        .build();
  }
}
