package io.schemamigration.backup;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.util.Map;
import java.util.Optional;

/**
 * How a Job's first step reads its Secrets, which are mounted as folders. Holds no value of a
 * Secret, so it may stand in an environment variable, as JSON.
 *
 * @param secret the Secret's name, for messages
 * @param folder where it is mounted, a file for each key
 * @param namespace where a host without a dot is a Service
 * @param labels those of the Secret: some producers write no host but a cluster's name here
 * @param keys part to key, for a layout nobody knows
 * @param host overrides the Secret's; whether that is allowed was decided by who made the Job
 * @param port overrides the Secret's
 * @param name of the database; overrides the Secret's
 * @param tls what the resource says of TLS
 * @param minimumTlsMode a login that asks for less is refused; one of libpq's words
 * @param connectSeconds how long connecting may take
 * @param field where the resource says all this, for messages
 */
@JsonInclude(JsonInclude.Include.NON_ABSENT)
public record LoginSettings(
    String secret,
    String folder,
    Optional<String> namespace,
    Map<String, String> labels,
    Map<String, String> keys,
    Optional<String> host,
    Optional<Integer> port,
    Optional<String> name,
    Optional<TlsSettings> tls,
    Optional<String> minimumTlsMode,
    Optional<Integer> connectSeconds,
    Optional<String> field) {
  /** The environment variable. */
  public static final String VARIABLE = "SMIG_LOGIN";

  private static final ObjectMapper JSON = JsonMapper.builder().addModule(new Jdk8Module()).build();

  /**
   * TLS beside the Secret.
   *
   * @param mode one of libpq's words
   * @param caFile a mounted file with the certificates to trust
   * @param certificateFolder a mounted Secret with {@code tls.crt} and {@code tls.key}
   */
  @JsonInclude(JsonInclude.Include.NON_ABSENT)
  public record TlsSettings(
      Optional<String> mode, Optional<String> caFile, Optional<String> certificateFolder) {
    /** What JSON leaves out is empty. */
    public TlsSettings {
      mode = given(mode);
      caFile = given(caFile);
      certificateFolder = given(certificateFolder);
    }
  }

  /** What JSON leaves out is empty. */
  public LoginSettings {
    namespace = given(namespace);
    labels = labels == null ? Map.of() : Map.copyOf(labels);
    keys = keys == null ? Map.of() : Map.copyOf(keys);
    host = given(host);
    port = given(port);
    name = given(name);
    tls = given(tls);
    minimumTlsMode = given(minimumTlsMode);
    connectSeconds = given(connectSeconds);
    field = given(field);
  }

  @SuppressWarnings("OptionalAssignedToNull")
  private static <T> Optional<T> given(Optional<T> value) {
    return value == null ? Optional.empty() : value;
  }

  /** As {@link #parse} reads it. */
  public String json() {
    try {
      return JSON.writeValueAsString(this);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record of texts and numbers cannot be written", e);
    }
  }

  static LoginSettings parse(Map<String, String> environment) throws StepFailure {
    String text = environment.getOrDefault(VARIABLE, "");
    try {
      LoginSettings settings = JSON.readValue(text.isBlank() ? "{}" : text, LoginSettings.class);
      if (settings != null && settings.secret != null && settings.folder != null) {
        return settings;
      }
    } catch (JsonProcessingException e) {
      // Told below: the parser's own text quotes what it read.
    }
    throw new StepFailure(
        StepExit.SETTINGS_INVALID,
        VARIABLE + " is not what this version writes; run operator and Job from one image");
  }
}
