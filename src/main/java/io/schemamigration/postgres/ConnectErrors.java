package io.schemamigration.postgres;

import io.schemamigration.plan.Reason;
import java.net.ConnectException;
import java.net.SocketTimeoutException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import java.security.cert.CertPathBuilderException;
import java.security.cert.CertPathValidatorException;
import java.security.cert.CertificateExpiredException;
import java.security.cert.CertificateNotYetValidException;
import java.sql.SQLException;
import java.util.Optional;
import javax.net.ssl.SSLException;

/**
 * What a failed connection means. The driver's own texts name host, port and user, which come out
 * of a Secret, so every message here is written anew.
 */
final class ConnectErrors {
  private ConnectErrors() {}

  /**
   * What happened.
   *
   * @param endpoint knows where the login was read, and what in the resource can be corrected
   * @param withRole whether the connection asks for another role at once
   */
  static DatabaseUnavailable explain(SQLException e, Endpoint endpoint, boolean withRole) {
    String origin = endpoint.origin();
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    Optional<String> tls = tls(e, state, endpoint);
    if (tls.isPresent()) {
      return new DatabaseUnavailable(Reason.TLS_FAILED, tls.get());
    }
    if (withRole && (state.equals("22023") || state.equals("42501"))) {
      return new DatabaseUnavailable(
          Reason.PERMISSION_DENIED,
          ("the role of spec.database.role is not there, or not granted to the user of %s (%s);"
                  + " GRANT it")
              .formatted(origin, state));
    }
    return switch (state) {
      case "28P01", "28000", "08004" ->
          new DatabaseUnavailable(
              Reason.AUTHENTICATION_FAILED,
              "the server refused the login (%s); correct user or password in %s"
                  .formatted(state, origin));
      case "3D000" ->
          new DatabaseUnavailable(
              Reason.DATABASE_NOT_FOUND, "the server has no such database yet (3D000); create it");
      case "42501" ->
          new DatabaseUnavailable(
              Reason.PERMISSION_DENIED,
              "the user of %s may not connect to the database (42501); GRANT CONNECT to it"
                  .formatted(origin));
      case "08P01" -> new DatabaseUnavailable(Reason.POOLER_DETECTED, Session.POOLER);
      case "57P03" ->
          new DatabaseUnavailable(
              Reason.DATABASE_UNREACHABLE, "the server is starting up or shutting down (57P03)");
      default ->
          state.startsWith("53")
              ? new DatabaseUnavailable(
                  Reason.SERVER_RESOURCES,
                  "the server has no resources for a connection (" + state + ")")
              : new DatabaseUnavailable(
                  Reason.DATABASE_UNREACHABLE,
                  "cannot reach the database: " + network(e, state, endpoint));
    };
  }

  /** What failed in the middle of a look. */
  static DatabaseUnavailable explainQuery(SQLException e, Tables tables) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    if (state.equals("42501")) {
      return new DatabaseUnavailable(
          Reason.PERMISSION_DENIED,
          "the user may not read all of %s or its ledger (42501); GRANT it, or lift row security"
              .formatted(tables.table()));
    }
    if (state.equals("55P03")) {
      return new DatabaseUnavailable(
          Reason.LOCK_TIMEOUT,
          "somebody holds a lock on %s (55P03); trying again".formatted(tables.table()));
    }
    switch (state) {
      case "42703", "42809", "42883", "42804", "42846" -> {
        return new DatabaseUnavailable(
            Reason.INVALID_SPEC,
            ("%s or its ledger is not of the convention (%s): id, hash text, created_at timestamp;"
                    + " correct it, or name another table in spec.history")
                .formatted(tables.table(), state));
      }
      default -> {}
    }
    if (state.startsWith("53")) {
      return new DatabaseUnavailable(
          Reason.SERVER_RESOURCES, "the server is out of resources (" + state + ")");
    }
    return new DatabaseUnavailable(
        Reason.DATABASE_UNREACHABLE,
        "the connection broke or the server refused a query (%s)"
            .formatted(state.isEmpty() ? "no SQLSTATE" : state));
  }

  private static String network(SQLException e, String state, Endpoint endpoint) {
    if (caused(e, UnknownHostException.class)) {
      return ("its host name does not resolve; correct it in %s or %s.host, a Service of another"
              + " namespace is named <name>.<namespace>.svc")
          .formatted(endpoint.origin(), endpoint.field());
    }
    if (caused(e, ConnectException.class)) {
      return "connection refused";
    }
    if (caused(e, SocketTimeoutException.class)) {
      return "no answer in time";
    }
    return state.isEmpty() ? "the connection broke" : "the connection broke (" + state + ")";
  }

  private static boolean caused(Throwable e, Class<? extends Throwable> type) {
    for (Throwable t = e; t != null; t = t.getCause()) {
      if (type.isInstance(t)) {
        return true;
      }
    }
    return false;
  }

  /** What failed of TLS; only the kind of it, for the texts name hosts and people. */
  private static Optional<String> tls(SQLException e, String state, Endpoint endpoint) {
    String field = endpoint.field() + ".tls";
    if (caused(e, CertificateExpiredException.class)) {
      return Optional.of("the server's certificate has expired; renew it");
    }
    if (caused(e, CertificateNotYetValidException.class)) {
      return Optional.of("the server's certificate is not valid yet; check the clocks");
    }
    if (mentions(e, "hostnameverifier")) {
      return Optional.of(
          "the server's certificate is for another host name; connect by a name it has, or set %s"
                  .formatted(field)
              + ".mode: verify-ca");
    }
    if (caused(e, CertPathBuilderException.class) || caused(e, CertPathValidatorException.class)) {
      return Optional.of(
          "the server's certificate is not signed by the CA; correct the CA in %s or in %s.caSecretRef"
              .formatted(endpoint.origin(), field));
    }
    if (state.startsWith("28") && mentions(e, "certificate")) {
      return Optional.of(
          "the server asks for a client certificate; name one that it trusts in "
              + field
              + ".clientCertSecretRef");
    }
    if (caused(e, SSLException.class) || caused(e, GeneralSecurityException.class)) {
      return Optional.of(
          "TLS with the server failed; check " + field + ", the certificates and the server");
    }
    boolean refused = mentions(e, "SSL") && (state.equals("08004") || state.startsWith("28"));
    return refused
        ? Optional.of("the server and " + field + ".mode do not agree on TLS; correct one")
        : Optional.empty();
  }

  private static boolean mentions(SQLException e, String word) {
    return e.getMessage() != null && e.getMessage().contains(word);
  }
}
