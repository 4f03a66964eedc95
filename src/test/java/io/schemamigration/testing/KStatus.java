package io.schemamigration.testing;

import io.fabric8.kubernetes.api.model.Condition;
import java.util.List;

/**
 * What kstatus makes of a resource, and so Flux, Helm and `kubectl wait`-like tools: its generic
 * rules for custom resources, written down anew.
 */
public enum KStatus {
  IN_PROGRESS,
  FAILED,
  CURRENT;

  /** The verdict on a resource that is not being deleted. */
  public static KStatus of(long generation, Long observedGeneration, List<Condition> conditions) {
    if (observedGeneration != null && observedGeneration != generation) {
      return IN_PROGRESS;
    }
    List<Condition> all = conditions == null ? List.of() : conditions;
    for (Condition condition : all) {
      boolean isTrue = "True".equals(condition.getStatus());
      if ("Reconciling".equals(condition.getType()) && isTrue) {
        return IN_PROGRESS;
      }
      if ("Stalled".equals(condition.getType()) && isTrue) {
        return FAILED;
      }
    }
    return all.stream()
        .filter(c -> "Ready".equals(c.getType()))
        .findFirst()
        .map(c -> "True".equals(c.getStatus()) ? CURRENT : IN_PROGRESS)
        .orElse(CURRENT);
  }
}
