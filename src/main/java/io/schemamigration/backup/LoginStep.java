package io.schemamigration.backup;

import io.schemamigration.plan.Reason;
import io.schemamigration.postgres.ConnectionSecret;
import io.schemamigration.postgres.DatabaseUnavailable;
import io.schemamigration.postgres.LoginFiles;
import io.schemamigration.postgres.SecretData;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The first step of a Job: makes of mounted Secrets the files that PostgreSQL's programs read, by
 * the rules by which the operator reads them.
 */
public final class LoginStep {
  private static final int CONNECT_SECONDS = 10;

  private final LoginSettings settings;

  private LoginStep(LoginSettings settings) {
    this.settings = settings;
  }

  /**
   * Runs the step.
   *
   * @param environment has {@link LoginSettings#VARIABLE}
   * @param folder where the files go; only its owner may read them
   * @throws StepFailure with what to do, if settings or Secrets do not do
   */
  public static void run(Map<String, String> environment, Path folder) throws StepFailure {
    new LoginStep(LoginSettings.parse(environment)).write(folder);
  }

  private void write(Path folder) throws StepFailure {
    ConnectionSecret.Found found = read();
    String least = settings.minimumTlsMode().orElse("disable");
    if (found.endpoint().tls().weakerThan(least)) {
      throw new StepFailure(
          StepExit.TLS_FAILED,
          "Secret %s asks for less TLS than %s, the least of this operator; raise tls.mode"
              .formatted(settings.secret(), least));
    }
    Duration connect = Duration.ofSeconds(settings.connectSeconds().orElse(CONNECT_SECONDS));
    try {
      LoginFiles.write(found.endpoint(), folder, connect);
    } catch (DatabaseUnavailable e) {
      throw new StepFailure(
          e.reason() == Reason.TLS_FAILED ? StepExit.TLS_FAILED : StepExit.SETTINGS_INVALID,
          e.getMessage());
    } catch (IOException e) {
      throw new StepFailure(
          StepExit.SETTINGS_INVALID,
          folder + " cannot be written; mount a folder there that the pod's user may write");
    }
  }

  private ConnectionSecret.Found read() throws StepFailure {
    SecretData data =
        new SecretData(
            "Secret " + settings.secret(),
            settings.namespace(),
            settings.labels(),
            files(settings.folder()));
    return switch (ConnectionSecret.read(data, overrides())) {
      case ConnectionSecret.Found found -> found;
      case ConnectionSecret.Invalid invalid ->
          throw new StepFailure(
              StepExit.SETTINGS_INVALID, "Secret " + settings.secret() + " " + invalid.message());
    };
  }

  private ConnectionSecret.Overrides overrides() throws StepFailure {
    return new ConnectionSecret.Overrides(
        settings.keys(),
        settings.host(),
        settings.port(),
        settings.name(),
        tls(),
        settings.field().orElse("spec.database"));
  }

  private ConnectionSecret.TlsOverride tls() throws StepFailure {
    if (settings.tls().isEmpty()) {
      return ConnectionSecret.TlsOverride.NONE;
    }
    LoginSettings.TlsSettings tls = settings.tls().get();
    Optional<String> ca = Optional.empty();
    Optional<String> certificate = Optional.empty();
    Optional<String> key = Optional.empty();
    if (tls.caFile().isPresent()) {
      ca = Optional.of(required(Path.of(tls.caFile().get())));
    }
    if (tls.certificateFolder().isPresent()) {
      Path client = Path.of(tls.certificateFolder().get());
      certificate = Optional.of(required(client.resolve("tls.crt")));
      key = Optional.of(required(client.resolve("tls.key")));
    }
    return new ConnectionSecret.TlsOverride(tls.mode(), ca, certificate, key);
  }

  /** The keys of a mounted Secret; what begins with two dots is how the kubelet changes it. */
  private static Map<String, String> files(String folder) throws StepFailure {
    Map<String, String> data = new HashMap<>();
    try (Stream<Path> entries = Files.list(Path.of(folder))) {
      for (Path file : entries.toList()) {
        String key = file.getFileName().toString();
        if (!key.startsWith("..") && Files.isRegularFile(file)) {
          data.put(key, text(file));
        }
      }
      return data;
    } catch (IOException e) {
      throw new StepFailure(
          StepExit.SETTINGS_INVALID, folder + " cannot be read; mount the Secret there");
    }
  }

  private static String required(Path file) throws StepFailure {
    try {
      String text = text(file);
      if (!text.isBlank()) {
        return text;
      }
    } catch (IOException e) {
      // Told below.
    }
    throw new StepFailure(
        StepExit.SETTINGS_INVALID,
        file + " is not there, empty or unreadable; add the key to the Secret mounted there");
  }

  /** Not readString, which refuses bytes that are no text: a Secret may hold other things, too. */
  private static String text(Path file) throws IOException {
    return new String(Files.readAllBytes(file), StandardCharsets.UTF_8);
  }
}
