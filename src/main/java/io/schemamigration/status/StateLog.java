package io.schemamigration.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.HasMetadata;
import java.util.Optional;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * One log line for each change of state, with what a query needs as fields: a person follows a
 * resource by its name, and a change by its plan.
 */
final class StateLog {
  private static final Logger LOG = LoggerFactory.getLogger(StateLog.class);

  private StateLog() {}

  /**
   * Writes it.
   *
   * @param before what Ready said; empty for a resource that nobody has looked at
   * @param ready what it says now
   * @param plan id of the plan that is to be run, or was
   */
  static void changed(
      HasMetadata resource, Optional<Condition> before, Condition ready, Optional<String> plan) {
    var line =
        LOG.atInfo()
            .addKeyValue("kind", resource.getKind())
            .addKeyValue("namespace", resource.getMetadata().getNamespace())
            .addKeyValue("name", resource.getMetadata().getName())
            .addKeyValue("generation", resource.getMetadata().getGeneration())
            .addKeyValue("ready", ready.getStatus())
            .addKeyValue("reason", ready.getReason());
    plan.ifPresent(id -> line.addKeyValue("plan", id));
    line.log(
        "{} {}/{}: {}{}: {}{}",
        resource.getKind(),
        resource.getMetadata().getNamespace(),
        resource.getMetadata().getName(),
        before
            .map(Condition::getReason)
            .filter(reason -> !reason.equals(ready.getReason()))
            .map(reason -> reason + " -> ")
            .orElse(""),
        ready.getReason(),
        ready.getMessage(),
        plan.map(id -> " (plan " + id + ")").orElse(""));
  }
}
