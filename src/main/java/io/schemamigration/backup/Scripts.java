package io.schemamigration.backup;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * The shell scripts that work with PostgreSQL's programs, for {@code sh -c}: they run in an image
 * that has no Java. Their first lines say which variables they read and what they leave; how they
 * end is {@link StepExit}.
 */
public final class Scripts {
  private Scripts() {}

  /** Dumps a database and reads the dump again. */
  public static String dump() {
    return text("common.sh") + text("dump.sh");
  }

  /** Restores a dump into a new database and compares. */
  public static String restore() {
    return text("common.sh") + text("restore.sh");
  }

  private static String text(String file) {
    try (InputStream in = Scripts.class.getResourceAsStream(file)) {
      return new String(in.readAllBytes(), StandardCharsets.UTF_8);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
