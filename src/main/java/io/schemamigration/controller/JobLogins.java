package io.schemamigration.controller;

import io.schemamigration.api.ConnectionSpec;
import io.schemamigration.backup.JobLogin;
import io.schemamigration.backup.LoginSettings;
import io.schemamigration.input.LoginSpec;
import java.util.Map;
import java.util.Optional;

/** What a resource says of a connection, as its Job is told. */
final class JobLogins {
  private JobLogins() {}

  /**
   * The Secrets to mount, and how to read them.
   *
   * @param namespace of the resource and its Secrets
   * @param labels those of the Secret with the login
   * @param minimumTlsMode a login that asks for less is refused; one of libpq's words
   * @param connectSeconds how long connecting may take
   */
  static JobLogin of(
      LoginSpec spec,
      String namespace,
      Map<String, String> labels,
      String minimumTlsMode,
      int connectSeconds) {
    LoginSettings settings =
        new LoginSettings(
            spec.secret(),
            JobLogin.SECRET_FOLDER,
            Optional.of(namespace),
            labels,
            spec.keys(),
            Optional.ofNullable(spec.says().host),
            Optional.ofNullable(spec.says().port),
            spec.database(),
            spec.tls().map(JobLogins::mounted),
            Optional.of(minimumTlsMode),
            Optional.of(connectSeconds),
            Optional.of(spec.field()));
    return new JobLogin(
        settings,
        spec.tls().map(t -> t.caSecretRef).map(ref -> ref.name),
        spec.tls().map(t -> t.clientCertSecretRef).map(ref -> ref.name));
  }

  private static LoginSettings.TlsSettings mounted(ConnectionSpec.Tls tls) {
    return new LoginSettings.TlsSettings(
        Optional.ofNullable(tls.mode),
        Optional.ofNullable(tls.caSecretRef)
            .map(ref -> JobLogin.CA_FOLDER + "/" + (ref.key == null ? "ca.crt" : ref.key)),
        Optional.ofNullable(tls.clientCertSecretRef).map(ref -> JobLogin.CLIENT_FOLDER));
  }
}
