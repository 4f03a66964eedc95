package io.schemamigration.postgres;

import io.schemamigration.plan.Reason;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Properties;
import java.util.stream.Collectors;
import org.postgresql.jdbc.PgConnection;

/**
 * One connection, opened with every session setting as a startup option, so that RESET ALL returns
 * to them. Properties come from this list alone: a URL never reaches the driver.
 */
final class Session implements AutoCloseable {
  static final String POOLER =
      "a connection pooler stands between, and a lock does not hold through one; name the server's"
          + " own host in the Secret";
  private static final int LOOK_SECONDS = 60;

  /** What a connection is for. */
  enum Purpose {
    /** Reads history; leaves the read-only default alone, to see what a DBA set. */
    LOOK,
    /** Sends files; read-only by default, so that only our own BEGIN can write. */
    RUN
  }

  private final PgConnection connection;

  private Session(PgConnection connection) {
    this.connection = connection;
  }

  static Session open(Target target, Purpose purpose) throws DatabaseUnavailable {
    Map<String, String> options = options(target, purpose);
    while (true) {
      try {
        return connect(target, purpose, options);
      } catch (SQLException e) {
        if (!dropRefused(options, e)) {
          throw ConnectErrors.explain(e, target.endpoint(), target.defaults().role().isPresent());
        }
      }
    }
  }

  private static Session connect(Target target, Purpose purpose, Map<String, String> options)
      throws SQLException {
    Endpoint endpoint = target.endpoint();
    Properties p = new Properties();
    p.setProperty("PGHOST", endpoint.address());
    p.setProperty("PGPORT", Integer.toString(endpoint.port()));
    p.setProperty("user", endpoint.user());
    p.setProperty("password", endpoint.password());
    tls(p, endpoint.tls());
    p.setProperty("connectTimeout", Long.toString(seconds(target.timeouts().connect())));
    p.setProperty("loginTimeout", Long.toString(seconds(target.timeouts().connect())));
    p.setProperty("socketTimeout", purpose == Purpose.LOOK ? "" + LOOK_SECONDS : "0");
    p.setProperty("cancelSignalTimeout", "3");
    p.setProperty("tcpKeepAlive", "true");
    p.setProperty("socketFactory", KeepAliveSocketFactory.class.getName());
    p.setProperty("ApplicationName", target.application());
    p.setProperty("preferQueryMode", "extendedForPrepared");
    p.setProperty("assumeMinServerVersion", "14");
    p.setProperty("logServerErrorDetail", "false");
    StringBuilder text = new StringBuilder();
    options.forEach((name, value) -> text.append(" -c ").append(name).append('=').append(value));
    p.setProperty("options", text.toString().strip());
    Connection connection = DriverManager.getConnection(url(endpoint), p);
    return new Session(connection.unwrap(PgConnection.class));
  }

  private static void tls(Properties p, Tls tls) {
    p.setProperty("sslmode", tls.mode());
    p.setProperty("sslfactory", PemSocketFactory.class.getName());
    p.setProperty(PemSocketFactory.VERIFY, Boolean.toString(tls.verifies()));
    tls.ca().ifPresent(ca -> p.setProperty(PemSocketFactory.CA, ca));
    tls.certificate().ifPresent(pem -> p.setProperty(PemSocketFactory.CERTIFICATE, pem));
    tls.key().ifPresent(pem -> p.setProperty(PemSocketFactory.KEY, pem));
  }

  /** The database's name is the one thing the driver takes from the URL alone; it is encoded. */
  private static String url(Endpoint endpoint) {
    return "jdbc:postgresql:" + URLEncoder.encode(endpoint.database(), StandardCharsets.UTF_8);
  }

  private static long seconds(Duration timeout) {
    return Math.max(1, timeout.plusMillis(999).toSeconds());
  }

  private static Map<String, String> options(Target target, Purpose purpose) {
    Target.Timeouts timeouts = target.timeouts();
    Map<String, String> options = new LinkedHashMap<>();
    target.defaults().role().ifPresent(role -> options.put("role", escaped(role)));
    if (!target.defaults().searchPath().isEmpty()) {
      String path =
          target.defaults().searchPath().stream()
              .map(Tables::quote)
              .collect(Collectors.joining(","));
      options.put("search_path", escaped(path));
    }
    options.put("standard_conforming_strings", "on");
    options.put("lock_timeout", Long.toString(timeouts.lock().toMillis()));
    options.put("idle_session_timeout", "0");
    options.put("idle_in_transaction_session_timeout", "0");
    options.put("client_min_messages", "notice");
    // The server notices a dead client by itself; without these its transaction lives on.
    options.put("client_connection_check_interval", "1000");
    options.put("tcp_keepalives_idle", "15");
    options.put("tcp_keepalives_interval", "5");
    options.put("tcp_keepalives_count", "3");
    switch (purpose) {
      case LOOK -> options.put("statement_timeout", LOOK_SECONDS + "s");
      case RUN -> {
        options.put("default_transaction_read_only", "on");
        options.put("statement_timeout", Long.toString(timeouts.statement().toMillis()));
      }
    }
    return options;
  }

  /** The server splits the options at blanks, and takes a backslash as an escape. */
  private static String escaped(String value) {
    return value.replace("\\", "\\\\").replace(" ", "\\ ");
  }

  /** Some platforms lack an option that only helps; the guard's own are never given up. */
  private static boolean dropRefused(Map<String, String> options, SQLException e) {
    String state = e.getSQLState() == null ? "" : e.getSQLState();
    String message = e.getMessage() == null ? "" : e.getMessage();
    boolean refused =
        switch (state) {
          case "22023", "42704", "42501" -> true;
          default -> false;
        };
    return refused
        && options
            .keySet()
            .removeIf(
                name ->
                    message.contains(name)
                        && (name.startsWith("tcp_") || name.startsWith("client_connection")));
  }

  Connection jdbc() {
    return connection;
  }

  Wire wire() {
    return new Wire(connection);
  }

  /**
   * Refuses a pooler before a lock is taken through it, which would outlive this session, and
   * before a transaction is begun through it, for which some break the connection without a reason.
   */
  void refusePooler(Purpose purpose) throws DatabaseUnavailable, SQLException {
    String sql =
        "SELECT pg_catalog.pg_backend_pid(),"
            + " pg_catalog.current_setting('default_transaction_read_only')";
    try (Statement statement = connection.createStatement();
        ResultSet row = statement.executeQuery(sql)) {
      row.next();
      boolean guarded = purpose == Purpose.LOOK || "on".equals(row.getString(2));
      if (row.getInt(1) != connection.getBackendPID() || !guarded) {
        throw new DatabaseUnavailable(Reason.POOLER_DETECTED, POOLER);
      }
    }
  }

  /** Whether the server can end a connection for the length of its transaction. */
  boolean limitsTransactions() {
    return connection.haveMinimumServerVersion(170000);
  }

  /** Whether the server reads plain strings without escapes now; it reports each change. */
  boolean standardStrings() {
    return connection.getStandardConformingStrings();
  }

  boolean closed() {
    return connection.getQueryExecutor().isClosed();
  }

  int backendPid() {
    return connection.getBackendPID();
  }

  /**
   * Asks the server to cancel what is running; from another thread, over a connection of its own.
   */
  void cancel() {
    try {
      connection.cancelQuery();
    } catch (SQLException e) {
      abort(); // the server then notices within client_connection_check_interval
    }
  }

  /** Ends the connection at once, without waiting for an answer. */
  void abort() {
    connection.getQueryExecutor().abort();
  }

  @Override
  public void close() {
    try {
      connection.close();
    } catch (SQLException e) {
      abort();
    }
  }
}
