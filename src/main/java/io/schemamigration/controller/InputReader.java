package io.schemamigration.controller;

import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientException;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaMigrationSpec;
import io.schemamigration.plan.Reason;
import io.schemamigration.plan.ScriptSet;
import io.schemamigration.plan.SourceFile;
import io.schemamigration.postgres.ConnectionSecret;
import io.schemamigration.postgres.Target;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;

/** Reads a resource's ConfigMaps and Secret from the API server, by name, each time anew. */
final class InputReader {
  static final String OVERRIDE_ANNOTATION = "schemamigration.io/allow-endpoint-override";

  private final KubernetesClient client;
  private final Settling settling;
  private final String minimumTlsMode;

  /** As {@code minimumTlsMode} of the settings. */
  InputReader(KubernetesClient client, Settling settling, String minimumTlsMode) {
    this.minimumTlsMode = minimumTlsMode;
    this.client = client;
    this.settling = settling;
  }

  /** A step could not be taken; what it says goes into the status. */
  private static final class Missing extends Exception {
    private static final long serialVersionUID = 1L;
    private final Reason reason;

    Missing(Reason reason, String message) {
      super(message);
      this.reason = reason;
    }
  }

  /**
   * Reads everything.
   *
   * @throws KubernetesClientException if the API server does not answer; what it refuses or does
   *     not have is in the result
   */
  Gathered gather(SchemaMigration resource) {
    SpecReader spec = new SpecReader(resource);
    long generation = resource.getMetadata().getGeneration();
    ScriptSet source = null;
    try {
      check(spec);
      if (spec.suspended()) {
        return new Gathered.Suspended(generation, handledDigest(resource, spec));
      }
      source = source(resource, spec);
      Optional<Gathered> unfit = unfit(resource, spec, source);
      if (unfit.isPresent()) {
        return unfit.get();
      }
      return complete(resource, spec, source);
    } catch (Missing e) {
      Optional<ScriptSet.Summary> seen = Optional.ofNullable(source).map(ScriptSet::summary);
      return new Gathered.Incomplete(generation, seen, e.reason, e.getMessage(), false);
    }
  }

  private static void check(SpecReader spec) throws Missing {
    try {
      spec.check();
    } catch (IllegalArgumentException e) {
      throw new Missing(Reason.INVALID_SPEC, e.getMessage());
    }
  }

  private Optional<String> handledDigest(SchemaMigration resource, SpecReader spec) {
    try {
      Optional<String> retry =
          Optional.ofNullable(resource.getStatus()).map(s -> s.lastHandledRetryAt);
      Optional<String> reconcile =
          Optional.ofNullable(resource.getStatus()).map(s -> s.lastHandledReconcileAt);
      return Optional.of(spec.digest(source(resource, spec).checksum(), retry, reconcile));
    } catch (Missing e) {
      return Optional.empty();
    }
  }

  private ScriptSet source(SchemaMigration resource, SpecReader spec) throws Missing {
    List<SourceFile> files = new ArrayList<>();
    for (String name : spec.configMaps()) {
      ConfigMap map = configMap(resource.getMetadata().getNamespace(), name);
      Optional.ofNullable(map.getData())
          .orElse(Map.of())
          .forEach(
              (key, text) ->
                  files.add(new SourceFile(name, key, text.getBytes(StandardCharsets.UTF_8))));
      Optional.ofNullable(map.getBinaryData())
          .orElse(Map.of())
          .forEach(
              (key, base64) ->
                  files.add(new SourceFile(name, key, Base64.getDecoder().decode(base64))));
    }
    return ScriptSet.of(files);
  }

  private ConfigMap configMap(String namespace, String name) throws Missing {
    try {
      ConfigMap map = client.configMaps().inNamespace(namespace).withName(name).get();
      if (map == null) {
        throw new Missing(
            Reason.SOURCE_NOT_FOUND, "ConfigMap " + name + " is not there; create it");
      }
      return map;
    } catch (KubernetesClientException e) {
      throw refused(e, Reason.SOURCE_NOT_FOUND, "ConfigMap " + name);
    }
  }

  private static Missing refused(KubernetesClientException e, Reason reason, String what) {
    if (e.getCode() != 403) {
      throw e;
    }
    return new Missing(reason, "the operator may not read " + what + "; grant it get there");
  }

  private Optional<Gathered> unfit(SchemaMigration resource, SpecReader spec, ScriptSet source) {
    long generation = resource.getMetadata().getGeneration();
    Optional<String> pin = spec.checksum();
    if (pin.isPresent()) {
      return pin.get().equals(source.checksum())
          ? invalid(generation, source)
          : incomplete(
              generation,
              source,
              Reason.SOURCE_CHECKSUM_MISMATCH,
              "the files are %s, spec.source.checksum says otherwise; waiting for the right ones"
                  .formatted(source.checksum()),
              false);
    }
    boolean applied =
        resource.getStatus() != null
            && resource.getStatus().lastApplied != null
            && source.checksum().equals(resource.getStatus().lastApplied.checksum);
    boolean several = spec.configMaps().size() > 1;
    if (several
        && !applied
        && !settling.rested(resource.getMetadata().getUid(), source.checksum())) {
      return incomplete(
          generation,
          source,
          Reason.SOURCE_SETTLING,
          "the ConfigMaps have just changed; waiting for all of them to arrive",
          true);
    }
    return invalid(generation, source);
  }

  private static Optional<Gathered> invalid(long generation, ScriptSet source) {
    if (source.blocking().isEmpty()) {
      return Optional.empty();
    }
    int more = source.blocking().size() - 1;
    String message =
        source.blocking().getFirst().text() + (more > 0 ? " (and " + more + " more)" : "");
    return incomplete(generation, source, Reason.INVALID_SOURCE, message, false);
  }

  private static Optional<Gathered> incomplete(
      long generation, ScriptSet source, Reason reason, String message, boolean settling) {
    return Optional.of(
        new Gathered.Incomplete(
            generation, Optional.of(source.summary()), reason, message, settling));
  }

  private Gathered complete(SchemaMigration resource, SpecReader spec, ScriptSet source)
      throws Missing {
    ConnectionSecret.Found login = login(resource.getMetadata().getNamespace(), spec);
    String application =
        "smig/" + resource.getMetadata().getNamespace() + "/" + resource.getMetadata().getName();
    Target target =
        new Target(
            login.endpoint(), spec.tables(), spec.timeouts(), application, spec.sessionDefaults());
    return new Gathered.Complete(
        new Inputs(
            resource.getMetadata().getGeneration(),
            source,
            target,
            login.layout(),
            spec.policy(),
            spec.digest(source.checksum(), spec.retryToken(), spec.reconcileToken()),
            spec.interval(),
            spec.backoffLimit()));
  }

  private ConnectionSecret.Found login(String namespace, SpecReader spec) throws Missing {
    String name = spec.secretName();
    Secret secret = secret(namespace, name);
    ConnectionSecret.Overrides overrides = spec.overrides(certificates(namespace, spec));
    boolean redirects = overrides.host().isPresent() || overrides.port().isPresent();
    Map<String, String> annotations =
        Optional.ofNullable(secret.getMetadata().getAnnotations()).orElse(Map.of());
    if (redirects && !"true".equals(annotations.get(OVERRIDE_ANNOTATION))) {
      // Otherwise whoever may write the resource could have the password sent to a server of
      // theirs.
      throw new Missing(
          Reason.SECRET_INVALID,
          "spec.database.host and port need the annotation %s: \"true\" on Secret %s"
              .formatted(OVERRIDE_ANNOTATION, name));
    }
    return switch (ConnectionSecret.read(decoded(secret), overrides)) {
      case ConnectionSecret.Found found -> strongEnough(found);
      case ConnectionSecret.Invalid invalid ->
          throw new Missing(Reason.SECRET_INVALID, "Secret " + name + " " + invalid.message());
    };
  }

  private ConnectionSecret.Found strongEnough(ConnectionSecret.Found found) throws Missing {
    if (found.endpoint().tls().weakerThan(minimumTlsMode)) {
      throw new Missing(
          Reason.TLS_FAILED,
          "tls mode %s is less than %s, which this operator asks for; raise spec.database.tls.mode"
              .formatted(found.endpoint().tls().mode(), minimumTlsMode));
    }
    return found;
  }

  private ConnectionSecret.TlsOverride certificates(String namespace, SpecReader spec)
      throws Missing {
    if (spec.tls().isEmpty()) {
      return ConnectionSecret.TlsOverride.NONE;
    }
    SchemaMigrationSpec.Tls tls = spec.tls().get();
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
      throw refused(e, Reason.SECRET_NOT_FOUND, "Secret " + name);
    }
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
