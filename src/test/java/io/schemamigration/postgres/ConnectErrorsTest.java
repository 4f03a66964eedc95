package io.schemamigration.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.schemamigration.plan.Reason;
import java.net.UnknownHostException;
import java.security.cert.CertPathValidatorException;
import java.sql.SQLException;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;

/** What the Secret decides is told with the Secret's name, and without the driver's text. */
class ConnectErrorsTest {
  static Stream<Arguments> whatTheSecretDecides() {
    return Stream.of(
        Arguments.of("28P01", null, false, Reason.AUTHENTICATION_FAILED),
        Arguments.of("28000", null, false, Reason.AUTHENTICATION_FAILED),
        Arguments.of("42501", null, false, Reason.PERMISSION_DENIED),
        Arguments.of("42501", null, true, Reason.PERMISSION_DENIED),
        Arguments.of(
            "08001", new UnknownHostException("tulip"), false, Reason.DATABASE_UNREACHABLE),
        Arguments.of("08006", new CertPathValidatorException("tulip"), false, Reason.TLS_FAILED));
  }

  @ParameterizedTest
  @MethodSource
  void whatTheSecretDecides(String state, Throwable cause, boolean withRole, Reason reason) {
    SQLException e = new SQLException("password of tulip at tulip:5432", state, cause);
    DatabaseUnavailable told = ConnectErrors.explain(e, endpoint("spec.database"), withRole);
    assertThat(told.reason()).isEqualTo(reason);
    assertThat(told.getMessage()).contains("Secret orders-db").doesNotContain("tulip");
    assertThat(told.getMessage()).hasSizeLessThanOrEqualTo(256);
  }

  @Test
  void namesTheFieldsOfTheKindThatIsWaiting() {
    SQLException unknown = new SQLException("", "08001", new UnknownHostException("tulip"));
    SQLException untrusted = new SQLException("", "08006", new CertPathValidatorException("tulip"));
    Endpoint target = endpoint("spec.target");
    assertThat(ConnectErrors.explain(unknown, target, false).getMessage())
        .contains("spec.target.host")
        .doesNotContain("spec.database");
    assertThat(ConnectErrors.explain(untrusted, target, false).getMessage())
        .contains("spec.target.tls.caSecretRef")
        .doesNotContain("spec.database");
  }

  private static Endpoint endpoint(String field) {
    Tls tls = new Tls("prefer", Optional.empty(), Optional.empty(), Optional.empty());
    return new Endpoint(
        "tulip", 5432, "tulip", "tulip", "tulip", tls, Optional.empty(), "Secret orders-db", field);
  }
}
