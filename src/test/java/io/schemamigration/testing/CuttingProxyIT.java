package io.schemamigration.testing;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import io.schemamigration.testing.CuttingProxy.Moment;
import java.sql.Connection;
import java.sql.SQLException;
import java.sql.Statement;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** The proxy in front of what it is made for: the commit whose answer is lost. */
class CuttingProxyIT {
  private static final byte[] COMMIT = "COMMIT".getBytes(US_ASCII);

  private Db db;
  private CuttingProxy proxy;

  @BeforeEach
  void start() {
    PostgresServer server = Tiers.requirePostgres(PostgresMajors.newest());
    db = server.createDatabase("proxied");
    db.execute("CREATE TABLE t (a int)");
    proxy = CuttingProxy.to(server.host(), server.port());
  }

  @AfterEach
  void stop() {
    proxy.close();
  }

  @Test
  void losesACommitOnItsWayThere() throws SQLException {
    insertAndLoseTheConnection(Moment.BEFORE_FORWARDING);

    assertNoOtherConnection();
    assertThat(db.strings("TABLE t")).isEmpty();
  }

  @Test
  void losesTheAnswerToACommit() throws SQLException {
    insertAndLoseTheConnection(Moment.ON_REPLY);

    assertThat(db.strings("TABLE t")).containsExactly("1");
    assertThat(proxy.cuts()).isEqualTo(1);
  }

  @Test
  void letsTheNextConnectionCommit() throws SQLException {
    proxy.atMost(1);
    insertAndLoseTheConnection(Moment.BEFORE_FORWARDING);

    db.via(proxy.port()).execute("BEGIN; INSERT INTO t VALUES (2); COMMIT");

    assertThat(db.strings("TABLE t")).containsExactly("2");
  }

  /** A server that has vanished from the network goes on holding what its client had. */
  @Test
  void leavesTheServerInTheDarkAboutAPartition() throws SQLException {
    try (Connection connection = db.via(proxy.port()).connect();
        Statement statement = connection.createStatement()) {
      connection.setNetworkTimeout(Runnable::run, 300);
      statement.execute("SELECT pg_advisory_lock(1)");
      proxy.blackhole();

      assertThatThrownBy(() -> statement.execute("SELECT 1")).isInstanceOf(SQLException.class);
    }
    assertThat(db.strings("SELECT pg_try_advisory_lock(1)")).containsExactly("f");

    proxy.pass();

    await()
        .untilAsserted(
            () -> assertThat(db.strings("SELECT pg_try_advisory_lock(1)")).containsExactly("t"));
  }

  private void insertAndLoseTheConnection(Moment moment) throws SQLException {
    try (Connection connection = db.via(proxy.port()).connect();
        Statement statement = connection.createStatement()) {
      connection.setAutoCommit(false);
      statement.execute("INSERT INTO t VALUES (1)");
      proxy.cutWhenClientSends(COMMIT, moment);

      assertThatThrownBy(connection::commit)
          .isInstanceOfSatisfying(
              SQLException.class, e -> assertThat(e.getSQLState()).startsWith("08"));
    }
  }

  private void assertNoOtherConnection() {
    await()
        .untilAsserted(
            () ->
                assertThat(
                        db.strings(
                            "SELECT count(*) FROM pg_stat_activity"
                                + " WHERE datname = current_database()"
                                + " AND pid <> pg_backend_pid()"))
                    .containsExactly("0"));
  }
}
