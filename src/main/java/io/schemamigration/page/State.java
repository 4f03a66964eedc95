package io.schemamigration.page;

import io.fabric8.kubernetes.api.model.Condition;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.plan.Reason;
import java.util.Arrays;
import java.util.EnumSet;
import java.util.List;
import java.util.Locale;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;

/** What a migration asks of those who look at it, the most urgent first. */
enum State {
  /** It stopped, and something has to be mended: SQL, a login, a right, a backup. */
  FAILED("Failed"),
  /** It stopped, and somebody has to say how it shall go on. */
  DECISION("Needs a decision"),
  /** Files are pending, or it is at work, or waits for what resolves by itself. */
  BEHIND("Behind or working"),
  /** The database follows the files. */
  UP_TO_DATE("Up to date"),
  /** It is told to do nothing. */
  SUSPENDED("Suspended");

  /** Of those that need a person, the ones in which there is nothing to choose. */
  private static final Set<Reason> TO_BE_MENDED =
      EnumSet.of(
          Reason.MIGRATION_FAILED,
          Reason.RETRIES_EXHAUSTED,
          Reason.INVALID_SOURCE,
          Reason.INVALID_SPEC,
          Reason.TARGET_NOT_FOUND,
          Reason.ROLLBACK_IMPOSSIBLE);

  private final String label;

  State(String label) {
    this.label = label;
  }

  /** For people. */
  String label() {
    return label;
  }

  /** In queries, JSON and names of styles: {@code up-to-date}. */
  String key() {
    return name().toLowerCase(Locale.ROOT).replace('_', '-');
  }

  static Optional<State> ofKey(String key) {
    return Arrays.stream(values()).filter(s -> s.key().equals(key)).findFirst();
  }

  /** The state that a migration's conditions tell; a status of an older spec tells none. */
  static State of(SchemaMigration migration) {
    List<Condition> conditions = Facts.conditions(migration);
    Optional<Condition> ready = Facts.condition(conditions, "Ready");
    Optional<String> reason = ready.map(Condition::getReason);
    if (reason.filter(Reason.SUSPENDED.label()::equals).isPresent()) {
      return SUSPENDED;
    }
    Long observed = Facts.status(migration).observedGeneration;
    if (!Objects.equals(migration.getMetadata().getGeneration(), observed)) {
      return BEHIND;
    }
    if (Facts.condition(conditions, "Stalled").isPresent()) {
      return stalled(reason.orElse(""));
    }
    boolean done = ready.filter(c -> "True".equals(c.getStatus())).isPresent();
    boolean planOnly = reason.filter(Reason.PLAN_ONLY.label()::equals).isPresent();
    return done && !planOnly ? UP_TO_DATE : BEHIND;
  }

  /** A reason that only a newer operator knows counts as the worst. */
  private static State stalled(String label) {
    return Arrays.stream(Reason.values())
        .filter(r -> r.label().equals(label))
        .filter(r -> r.stage() == Reason.Stage.DECISION && !TO_BE_MENDED.contains(r))
        .findFirst()
        .map(r -> DECISION)
        .orElse(FAILED);
  }
}
