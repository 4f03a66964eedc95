package io.schemamigration.controller;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.javaoperatorsdk.operator.api.config.ControllerConfigurationOverrider;
import io.javaoperatorsdk.operator.processing.retry.GenericRetry;
import io.schemamigration.config.Settings;

/** What all controllers have in common: where they watch, and how they try again. */
record ControllerDefaults(Settings settings) {
  private static final long FIRST_RETRY_MILLISECONDS = 2_000;
  private static final long LONGEST_RETRY_MILLISECONDS = 300_000;

  /** Applies them. */
  <R extends HasMetadata> void to(ControllerConfigurationOverrider<R> c) {
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
}
