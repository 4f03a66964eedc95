package io.schemamigration.input;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.schemamigration.api.ConnectionSpec;
import io.schemamigration.plan.Reason;
import io.schemamigration.postgres.ConnectionSecret;
import io.schemamigration.postgres.SecretData;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;

/** Reads the Secrets of a connection from the API server, by name, each time anew. */
public final class LoginReader {
  static final String OVERRIDE_ANNOTATION = "schemamigration.io/allow-endpoint-override";

  private final KubernetesClient client;
  private final String minimumTlsMode;

  /**
   * A reader.
   *
   * @param minimumTlsMode a login that asks for less is refused; one of libpq's words
   */
  public LoginReader(KubernetesClient client, String minimumTlsMode) {
    this.client = client;
    this.minimumTlsMode = minimumTlsMode;
  }

  /**
   * The login that a spec describes.
   *
   * @throws Missing where a Secret is, or does not do
   */
  public ConnectionSecret.Found read(String namespace, LoginSpec spec) throws Missing {
    String name = spec.secret();
    Secret secret = secret(namespace, name);
    ConnectionSecret.Overrides overrides = spec.overrides(certificates(namespace, spec));
    boolean redirects = overrides.host().isPresent() || overrides.port().isPresent();
    Map<String, String> annotations =
        Optional.ofNullable(secret.getMetadata().getAnnotations()).orElse(Map.of());
    if (redirects && !"true".equals(annotations.get(OVERRIDE_ANNOTATION))) {
      // Otherwise a field alone could have the password sent to another server.
      throw new Missing(
          Reason.SECRET_INVALID,
          "%s.host and port need the annotation %s: \"true\" on Secret %s"
              .formatted(spec.field(), OVERRIDE_ANNOTATION, name));
    }
    return switch (ConnectionSecret.read(data(secret), overrides)) {
      case ConnectionSecret.Found found -> strongEnough(spec, found);
      case ConnectionSecret.Invalid invalid ->
          throw new Missing(Reason.SECRET_INVALID, "Secret " + name + " " + invalid.message());
    };
  }

  private ConnectionSecret.Found strongEnough(LoginSpec spec, ConnectionSecret.Found found)
      throws Missing {
    if (found.endpoint().tls().weakerThan(minimumTlsMode)) {
      throw new Missing(
          Reason.TLS_FAILED,
          "Secret %s and %3$s.tls ask for less TLS than %2$s, the least of this operator; raise %3$s.tls.mode"
              .formatted(spec.secret(), minimumTlsMode, spec.field()));
    }
    return found;
  }

  private ConnectionSecret.TlsOverride certificates(String namespace, LoginSpec spec)
      throws Missing {
    if (spec.tls().isEmpty()) {
      return ConnectionSecret.TlsOverride.NONE;
    }
    ConnectionSpec.Tls tls = spec.tls().get();
    Optional<String> ca = Optional.empty();
    Optional<String> certificate = Optional.empty();
    Optional<String> key = Optional.empty();
    if (tls.caSecretRef != null) {
      String name = tls.caSecretRef.key == null ? "ca.crt" : tls.caSecretRef.key;
      ca = Optional.of(value(namespace, tls.caSecretRef.name, name));
    }
    if (tls.clientCertSecretRef != null) {
      certificate = Optional.of(value(namespace, tls.clientCertSecretRef.name, "tls.crt"));
      key = Optional.of(value(namespace, tls.clientCertSecretRef.name, "tls.key"));
    }
    return new ConnectionSecret.TlsOverride(Optional.ofNullable(tls.mode), ca, certificate, key);
  }

  private String value(String namespace, String secretName, String key) throws Missing {
    String value = decoded(secret(namespace, secretName)).get(key);
    if (value == null || value.isBlank()) {
      throw new Missing(
          Reason.SECRET_INVALID, "Secret %s has no key %s; add it".formatted(secretName, key));
    }
    return value;
  }

  private Secret secret(String namespace, String name) throws Missing {
    try {
      Secret secret = client.secrets().inNamespace(namespace).withName(name).get();
      if (secret == null) {
        throw new Missing(Reason.SECRET_NOT_FOUND, "Secret " + name + " is not there; create it");
      }
      return secret;
    } catch (KubernetesClientException e) {
      throw Missing.refused(e, Reason.SECRET_NOT_FOUND, "Secret " + name);
    }
  }

  private static SecretData data(Secret secret) {
    return new SecretData(
        "Secret " + secret.getMetadata().getName(),
        Optional.ofNullable(secret.getMetadata().getNamespace()),
        Optional.ofNullable(secret.getMetadata().getLabels()).orElse(Map.of()),
        decoded(secret));
  }

  private static Map<String, String> decoded(Secret secret) {
    Map<String, String> data = new HashMap<>();
    Optional.ofNullable(secret.getData())
        .orElse(Map.of())
        .forEach(
            (key, base64) ->
                data.put(
                    key, new String(Base64.getDecoder().decode(base64), StandardCharsets.UTF_8)));
    // A real API server merges stringData into data; others may not.
    Optional.ofNullable(secret.getStringData()).ifPresent(data::putAll);
    return data;
  }
}
