package io.schemamigration.testing;

import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.ArrayList;
import java.util.List;
import java.util.Properties;

/** One database on a server, as one role sees it. */
public record Db(String name, String user, String password, String host, int port) {

  /** The same database through another port of this machine, such as that of a proxy. */
  public Db via(int otherPort) {
    return new Db(name, user, password, "127.0.0.1", otherPort);
  }

  /** Another database as the same role. */
  public Db connectTo(String other) {
    return new Db(other, user, password, host, port);
  }

  /** The same database as another role. */
  public Db as(String otherUser, String otherPassword) {
    return new Db(name, otherUser, otherPassword, host, port);
  }

  /** As libpq and the operator's Secrets write it, with user and password escaped. */
  public String uri() {
    return "postgresql://%s:%s@%s:%d/%s"
        .formatted(escaped(user), escaped(password), host, port, escaped(name));
  }

  /** The URL for JDBC, without user and password. */
  public String jdbcUrl() {
    return "jdbc:postgresql://%s:%d/%s".formatted(host, port, escaped(name));
  }

  public Connection connect() throws SQLException {
    Properties properties = new Properties();
    properties.setProperty("user", user);
    properties.setProperty("password", password);
    properties.setProperty("ApplicationName", "test");
    return DriverManager.getConnection(jdbcUrl(), properties);
  }

  /** The rows of a query on a connection of its own, columns joined by {@code |}. */
  public List<String> strings(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement();
        ResultSet rows = statement.executeQuery(sql)) {
      List<String> result = new ArrayList<>();
      while (rows.next()) {
        result.add(row(rows));
      }
      return result;
    } catch (SQLException e) {
      throw new IllegalStateException(sql + ": " + e.getMessage(), e);
    }
  }

  /** Runs one or several statements on a connection of its own. */
  public void execute(String sql) {
    try (Connection connection = connect();
        Statement statement = connection.createStatement()) {
      statement.execute(sql);
    } catch (SQLException e) {
      throw new IllegalStateException(sql + ": " + e.getMessage(), e);
    }
  }

  private static String row(ResultSet rows) throws SQLException {
    List<String> columns = new ArrayList<>();
    for (int i = 1; i <= rows.getMetaData().getColumnCount(); i++) {
      columns.add(String.valueOf(rows.getString(i)));
    }
    return String.join("|", columns);
  }

  private static String escaped(String part) {
    return URLEncoder.encode(part, StandardCharsets.UTF_8).replace("+", "%20");
  }
}
