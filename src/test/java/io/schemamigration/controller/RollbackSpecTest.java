package io.schemamigration.controller;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.fabric8.kubernetes.client.utils.Serialization;
import io.schemamigration.api.SchemaRollback;
import io.schemamigration.input.Missing;
import io.schemamigration.plan.Reason;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** What a request says, also where it says nothing that can be done. */
class RollbackSpecTest {
  private static SchemaRollback resource(String spec) {
    return Serialization.unmarshal(
        """
        apiVersion: schemamigration.io/v1
        kind: SchemaRollback
        metadata: {name: undo, namespace: n, uid: u}
        spec: %s
        """
            .formatted(spec),
        SchemaRollback.class);
  }

  private static SchemaRollback until(String notAfter) {
    return resource("{migrationRef: {name: m}, undo: [c], notAfter: '%s'}".formatted(notAfter));
  }

  @Test
  void aRequestIsRead() throws Missing {
    RollbackSpec spec =
        RollbackSpec.of(resource("{migrationRef: {name: m}, undo: [c, b], method: TrackingOnly}"));
    assertThat(spec.migration()).isEqualTo("m");
    assertThat(spec.undo().key()).matches("n/undo/m/[0-9a-f]{16}");
    assertThat(spec.undo().undo()).containsExactly("c", "b");
    assertThat(spec.undo().trackingOnly()).isTrue();
    assertThat(spec.notAfter()).isEmpty();
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "null | spec.migrationRef.name",
        "{} | spec.migrationRef.name",
        "{undo: [c]} | spec.migrationRef.name",
        "{migrationRef: null, undo: [c]} | spec.migrationRef.name",
        "{migrationRef: {}, undo: [c]} | spec.migrationRef.name",
        "{migrationRef: {name: ' '}, undo: [c]} | spec.migrationRef.name",
        "{migrationRef: {name: m}} | spec.undo",
        "{migrationRef: {name: m}, undo: null} | spec.undo",
        "{migrationRef: {name: m}, undo: []} | spec.undo",
        "{migrationRef: {name: m}, undo: [c, null]} | spec.undo",
      })
  void whatIsMissingIsNamed(String spec, String field) {
    SchemaRollback broken = resource(spec);
    Missing invalid = catchThrowableOfType(Missing.class, () -> RollbackSpec.of(broken));
    assertThat(invalid.reason()).isEqualTo(Reason.INVALID_SPEC);
    assertThat(invalid).hasMessageContaining(field).hasMessageContaining("ask anew");
    assertThat(RollbackSpec.migration(broken).isPresent()).isEqualTo(field.equals("spec.undo"));
  }

  @ParameterizedTest
  @CsvSource({
    "2026-01-01T00:00:00Z, 2026-01-01T00:00:00Z",
    "2026-01-01t00:00:00z, 2026-01-01T00:00:00Z",
    "2026-01-01T00:00:00.123456789+02:00, 2025-12-31T22:00:00.123456789Z",
  })
  void aTimeIsRead(String notAfter, Instant time) throws Missing {
    assertThat(RollbackSpec.of(until(notAfter)).notAfter()).contains(time);
  }

  /** A real API server lets these pass, see CrdIT. */
  @ParameterizedTest
  @ValueSource(
      strings = {
        "2026-01-01T00:00:00+19:00",
        "2026-01-01T00:00:00.1234567890Z",
        "2026-01-01T00:00:00,5Z",
      })
  void aTimeThatIsNoneIsNamed(String notAfter) {
    assertThat(catchThrowableOfType(Missing.class, () -> RollbackSpec.of(until(notAfter))))
        .hasMessageContaining("spec.notAfter " + notAfter);
  }
}
