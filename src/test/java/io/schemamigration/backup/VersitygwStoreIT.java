package io.schemamigration.backup;

import io.schemamigration.testing.S3Server;
import io.schemamigration.testing.Versitygw;
import java.nio.file.Path;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.io.TempDir;

/** On a second one, which keeps its objects in files. */
class VersitygwStoreIT extends S3Scenarios {
  @TempDir static Path files;
  private static Versitygw server;

  @BeforeAll
  static void start() {
    server = Versitygw.start(files);
  }

  @AfterAll
  static void stop() {
    if (server != null) {
      server.close();
    }
  }

  @Override
  S3Server server() {
    return server;
  }
}
