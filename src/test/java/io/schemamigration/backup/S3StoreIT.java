package io.schemamigration.backup;

import io.schemamigration.testing.EmbeddedS3;
import io.schemamigration.testing.S3Server;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;

/** On the server that every machine has. */
class S3StoreIT extends S3Scenarios {
  private static EmbeddedS3 server;

  @BeforeAll
  static void start() {
    server = EmbeddedS3.start();
  }

  @AfterAll
  static void stop() {
    server.close();
  }

  @Override
  S3Server server() {
    return server;
  }
}
