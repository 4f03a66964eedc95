package io.schemamigration.postgres;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.List;
import java.util.Optional;

/**
 * Where a database is and how to log in. Not a record: a generated {@code toString} would print the
 * password.
 */
public final class Endpoint {
  /** Where a migration says how to connect. */
  static final String FIELD = "spec.database";

  private final String host;
  private final int port;
  private final String database;
  private final String user;
  private final String password;
  private final Tls tls;
  private final Optional<String> namespace;
  private final String origin;
  private final String field;

  /** The same of a migration. */
  public Endpoint(
      String host,
      int port,
      String database,
      String user,
      String password,
      Tls tls,
      Optional<String> namespace,
      String origin) {
    this(host, port, database, user, password, tls, namespace, origin, FIELD);
  }

  /**
   * An endpoint.
   *
   * @param port TCP port, 1..65535
   * @param namespace where a host without a dot is looked for first; empty: nowhere else
   * @param origin where user and password were read, as messages name it
   * @param field where the resource says how to connect, as messages name it
   */
  Endpoint(
      String host,
      int port,
      String database,
      String user,
      String password,
      Tls tls,
      Optional<String> namespace,
      String origin,
      String field) {
    this.host = host;
    this.namespace = namespace.filter(n -> isBare(host));
    this.port = port;
    this.database = database;
    this.user = user;
    this.password = password;
    this.tls = tls;
    this.origin = origin;
    this.field = field;
  }

  String host() {
    return host;
  }

  private static boolean isBare(String host) {
    return host.indexOf('.') < 0 && host.indexOf(':') < 0 && !host.equals("localhost");
  }

  /**
   * The host to connect to. A bare name in a Secret means the Service beside it, while DNS would
   * look beside the operator; where there is no such Service the name is used as it is. Asks DNS.
   */
  String address() {
    if (namespace.isEmpty()) {
      return host;
    }
    String service = host + "." + namespace.get() + ".svc";
    try {
      InetAddress.getByName(service);
      return service;
    } catch (UnknownHostException e) {
      return host;
    }
  }

  int port() {
    return port;
  }

  String database() {
    return database;
  }

  /** Whether it is the database of that name. */
  public boolean isDatabase(String name) {
    return database.equals(name);
  }

  String user() {
    return user;
  }

  String password() {
    return password;
  }

  /** How it is encrypted. */
  public Tls tls() {
    return tls;
  }

  /** Where user and password were read, as messages name it: names no value. */
  String origin() {
    return origin;
  }

  /** The field of the resource to correct, such as {@code spec.database}. */
  String field() {
    return field;
  }

  /** Host and port: the key under which work on one server is bounded. Never for display. */
  public String server() {
    return host + namespace.map(n -> "." + n).orElse("") + ":" + port;
  }

  /** Server and database: the key under which runs are kept apart. Never for display. */
  public String key() {
    return server() + "/" + database;
  }

  private List<Object> parts() {
    return List.of(host, port, database, user, password, tls, namespace, origin, field);
  }

  @Override
  public boolean equals(Object other) {
    return other instanceof Endpoint endpoint && parts().equals(endpoint.parts());
  }

  @Override
  public int hashCode() {
    return parts().hashCode();
  }

  @Override
  public String toString() {
    return "Endpoint[…]";
  }
}
