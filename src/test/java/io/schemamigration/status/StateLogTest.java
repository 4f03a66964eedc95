package io.schemamigration.status;

import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import io.fabric8.kubernetes.api.model.Condition;
import io.fabric8.kubernetes.api.model.ConditionBuilder;
import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.schemamigration.api.SchemaMigration;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.slf4j.LoggerFactory;

class StateLogTest {
  private final Logger logger = (Logger) LoggerFactory.getLogger(StateLog.class);
  private final ListAppender<ILoggingEvent> lines = new ListAppender<>();

  @BeforeEach
  void listen() {
    lines.start();
    logger.addAppender(lines);
  }

  @AfterEach
  void stop() {
    logger.detachAppender(lines);
  }

  private static Condition ready(String reason, String message) {
    return new ConditionBuilder()
        .withType("Ready")
        .withStatus("False")
        .withReason(reason)
        .withMessage(message)
        .build();
  }

  private static SchemaMigration orders() {
    SchemaMigration migration = new SchemaMigration();
    migration.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace("shop")
            .withName("orders")
            .withGeneration(7L)
            .build());
    return migration;
  }

  @Test
  void aPersonReadsWhatHappenedAndAProgramItsFields() {
    StateLog.changed(
        orders(),
        Optional.of(ready("Migrating", "running 1 file")),
        ready("MigrationFailed", "pg_2_b.sql:7: no such table (42P01); add it"),
        Optional.of("p-1"));
    ILoggingEvent line = lines.list.getFirst();
    assertThat(line.getFormattedMessage())
        .isEqualTo(
            "SchemaMigration shop/orders: Migrating -> MigrationFailed:"
                + " pg_2_b.sql:7: no such table (42P01); add it (plan p-1)");
    Map<String, Object> fields =
        line.getKeyValuePairs().stream().collect(Collectors.toMap(p -> p.key, p -> p.value));
    assertThat(fields)
        .containsOnly(
            Map.entry("kind", "SchemaMigration"),
            Map.entry("namespace", "shop"),
            Map.entry("name", "orders"),
            Map.entry("generation", 7L),
            Map.entry("ready", "False"),
            Map.entry("reason", "MigrationFailed"),
            Map.entry("plan", "p-1"));
  }

  @Test
  void theFirstLineNamesNoOtherReason() {
    StateLog.changed(orders(), Optional.empty(), ready("Progressing", "looking"), Optional.empty());
    assertThat(lines.list)
        .singleElement()
        .satisfies(
            line ->
                assertThat(line.getFormattedMessage())
                    .isEqualTo("SchemaMigration shop/orders: Progressing: looking"));
  }
}
