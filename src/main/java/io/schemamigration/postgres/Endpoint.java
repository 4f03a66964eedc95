package io.schemamigration.postgres;

/**
 * Where a database is and how to log in. Not a record: a generated {@code toString} would print the
 * password.
 */
public final class Endpoint {
  private final String host;
  private final int port;
  private final String database;
  private final String user;
  private final String password;
  private final String tlsMode;

  /**
   * An endpoint.
   *
   * @param port TCP port, 1..65535
   * @param tlsMode one of libpq's sslmode words
   */
  public Endpoint(
      String host, int port, String database, String user, String password, String tlsMode) {
    this.host = host;
    this.port = port;
    this.database = database;
    this.user = user;
    this.password = password;
    this.tlsMode = tlsMode;
  }

  String host() {
    return host;
  }

  int port() {
    return port;
  }

  String database() {
    return database;
  }

  String user() {
    return user;
  }

  String password() {
    return password;
  }

  String tlsMode() {
    return tlsMode;
  }

  /** Host and port: the key under which work on one server is bounded. Never for display. */
  public String server() {
    return host + ":" + port;
  }

  /** Server and database: the key under which runs are kept apart. Never for display. */
  public String key() {
    return server() + "/" + database;
  }

  @Override
  public String toString() {
    return "Endpoint[…]";
  }
}
