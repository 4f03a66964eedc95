package io.schemamigration.status;

import io.fabric8.kubernetes.api.model.Condition;
import io.schemamigration.plan.Reason;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * A resource's conditions as they become out of what they were: kstatus reads the truth from them,
 * so Reconciling and Stalled are there only while True, and never both.
 */
public final class Conditions {
  static final String READY = "Ready";
  static final String RECONCILING = "Reconciling";

  /** The type of the condition that says that somebody has to act. */
  public static final String STALLED = "Stalled";

  static final String REACHABLE = "DatabaseReachable";

  /** The status of a condition that holds. */
  public static final String TRUE = "True";

  /** The status of one that does not. */
  public static final String FALSE = "False";

  static final String UNKNOWN = "Unknown";
  private static final int MAX_MESSAGE = 256;

  private final Map<String, Condition> conditions = new LinkedHashMap<>();
  private final long generation;
  private final String now;

  Conditions(List<Condition> old, long generation, Instant now) {
    if (old != null) {
      old.forEach(c -> conditions.put(c.getType(), copy(c)));
    }
    this.generation = generation;
    this.now = time(now);
  }

  /** As it stands in a status. */
  public static String time(Instant instant) {
    return instant.truncatedTo(ChronoUnit.SECONDS).toString();
  }

  private static Condition copy(Condition c) {
    Condition copy = new Condition();
    copy.setType(c.getType());
    copy.setStatus(c.getStatus());
    copy.setReason(c.getReason());
    copy.setMessage(c.getMessage());
    copy.setLastTransitionTime(c.getLastTransitionTime());
    copy.setObservedGeneration(c.getObservedGeneration());
    return copy;
  }

  /** The Ready condition among those of a status, of which there may be none yet. */
  static Optional<Condition> ready(List<Condition> conditions) {
    return Stream.ofNullable(conditions)
        .flatMap(List::stream)
        .filter(c -> READY.equals(c.getType()))
        .findFirst();
  }

  /** The reason of a migration with this label. */
  static Optional<Reason> known(String label) {
    return Arrays.stream(Reason.values()).filter(r -> r.label().equals(label)).findFirst();
  }

  boolean is(String type, String status) {
    return Optional.ofNullable(conditions.get(type))
        .filter(c -> status.equals(c.getStatus()))
        .isPresent();
  }

  boolean has(String type) {
    return conditions.containsKey(type);
  }

  /** Sets Ready, Reconciling and Stalled as a stage demands. */
  void summarize(Reason.Stage stage, boolean ready, Reason reason, String message) {
    summarize(stage, ready, reason.label(), message);
  }

  /** The same with the reason of another kind of resource. */
  void summarize(Reason.Stage stage, boolean ready, String reason, String message) {
    String status =
        switch (stage) {
          case WORKING -> UNKNOWN;
          case WAITING, OUTSIDE, DECISION -> FALSE;
          case IDLE, DONE -> ready ? TRUE : FALSE;
        };
    set(READY, status, reason, message);
    // One that stays is kept, or its time of transition would move with every look.
    switch (stage) {
      case WORKING, WAITING -> {
        conditions.remove(STALLED);
        set(RECONCILING, TRUE, reason, message);
      }
      case OUTSIDE, DECISION -> {
        conditions.remove(RECONCILING);
        set(STALLED, TRUE, reason, message);
      }
      case IDLE, DONE -> {
        conditions.remove(RECONCILING);
        conditions.remove(STALLED);
      }
    }
  }

  void set(String type, String status, Reason reason, String message) {
    set(type, status, reason.label(), message);
  }

  void set(String type, String status, String reason, String message) {
    Condition condition = conditions.computeIfAbsent(type, t -> new Condition());
    if (!status.equals(condition.getStatus())) {
      condition.setLastTransitionTime(now);
    }
    condition.setType(type);
    condition.setStatus(status);
    condition.setReason(reason);
    condition.setMessage(cut(message));
  }

  /** At most so long that `kubectl get` and every event show it whole. */
  public static String cut(String message) {
    if (message.length() <= MAX_MESSAGE) {
      return message;
    }
    int end = MAX_MESSAGE - 1;
    return message.substring(0, Character.isHighSurrogate(message.charAt(end - 1)) ? end - 1 : end)
        + "…";
  }

  /** All conditions, each speaking of the generation decided on. */
  List<Condition> list() {
    conditions.values().forEach(c -> c.setObservedGeneration(generation));
    return new ArrayList<>(conditions.values());
  }
}
