package io.schemamigration.testing;

/** Where the postmaster of a {@link PostgresServer} comes from. Constructed means started. */
sealed interface PostgresOrigin permits EmbeddedOrigin, ContainerOrigin {
  String SUPERUSER = "postgres";

  String name();

  String host();

  int port();

  /** A clean stop that keeps the data; returns when nothing listens any more. */
  void stop();

  /** Starts the stopped server on the same port and data. */
  void start();

  /** Stops the server if it runs, and removes its data. */
  void destroy();
}
