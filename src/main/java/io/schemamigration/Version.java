package io.schemamigration;

import java.io.IOException;
import java.io.InputStream;
import java.util.Properties;

/** The version that the build wrote down: a manifest is not there where classes lie in the open. */
final class Version {
  private Version() {}

  static String read() throws IOException {
    try (InputStream stream = Version.class.getResourceAsStream("version.properties")) {
      Properties properties = new Properties();
      properties.load(stream);
      return properties.getProperty("version");
    }
  }
}
