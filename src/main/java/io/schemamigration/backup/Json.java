package io.schemamigration.backup;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.datatype.jdk8.Jdk8Module;
import java.util.Optional;

/** How this package's records are written. */
final class Json {
  static final ObjectMapper MAPPER = JsonMapper.builder().addModule(new Jdk8Module()).build();

  private Json() {}

  static String write(Object value) {
    try {
      return MAPPER.writeValueAsString(value);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("a record that cannot be written: " + value.getClass(), e);
    }
  }

  /** Reads a text that the same version wrote; empty if it is anything else. */
  static <T> Optional<T> read(String text, Class<T> type) {
    try {
      return Optional.ofNullable(MAPPER.readValue(text, type));
    } catch (JsonProcessingException e) {
      return Optional.empty();
    }
  }

  /**
   * Reads settings out of an environment variable.
   *
   * @throws StoreFailure naming the variable and the place, and no value
   */
  static <T> T settings(String variable, String text, Class<T> type) throws StoreFailure {
    if (text == null || text.isBlank()) {
      throw new StoreFailure(
          StoreFailure.Reason.SETTINGS_INVALID,
          variable + " is not set; this command is run by the operator's Job");
    }
    try {
      return MAPPER.readValue(text, type);
    } catch (JsonProcessingException e) {
      // Our own checks speak to the user; what Jackson says would quote the text.
      String why =
          e.getCause() instanceof IllegalArgumentException own
              ? own.getMessage()
              : "not the JSON that this version writes; run operator and Job from one image";
      throw new StoreFailure(StoreFailure.Reason.SETTINGS_INVALID, variable + ": " + why, e);
    }
  }
}
