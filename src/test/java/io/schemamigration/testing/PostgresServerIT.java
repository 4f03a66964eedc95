package io.schemamigration.testing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.sql.SQLException;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

class PostgresServerIT {

  @ParameterizedTest
  @MethodSource("io.schemamigration.testing.PostgresMajors#all")
  void isOfThatMajorAndShared(int major) {
    PostgresServer server = PostgresServer.shared(major);

    assertThat(server.admin().strings("SHOW server_version").getFirst()).startsWith(major + ".");
    assertThat(PostgresServer.shared(major)).isSameAs(server);
    assertThatThrownBy(server::stop).isInstanceOf(IllegalStateException.class);
    System.out.println(server);
  }

  @ParameterizedTest
  @MethodSource("io.schemamigration.testing.PostgresMajors#all")
  void refusesWrongPasswords(int major) {
    Db db = PostgresServer.shared(major).createDatabase("passwords");

    assertThatThrownBy(() -> db.as(db.user(), "wrong").connect())
        .asInstanceOf(InstanceOfAssertFactories.type(SQLException.class))
        .extracting(SQLException::getSQLState)
        .isEqualTo("28P01");
  }

  @ParameterizedTest
  @MethodSource("io.schemamigration.testing.PostgresMajors#all")
  void givesEachTestADatabaseAndAnOwnerWithoutPower(int major) {
    PostgresServer server = PostgresServer.shared(major);
    Db one = server.createDatabase("fresh");
    Db two = server.createDatabase("fresh");

    one.execute("CREATE TABLE t (a int, b text); INSERT INTO t VALUES (1, 'x'), (2, NULL)");

    assertThat(one.strings("SELECT * FROM t ORDER BY a")).containsExactly("1|x", "2|null");
    assertThat(two.strings("SELECT count(*) FROM pg_tables WHERE schemaname = 'public'"))
        .containsExactly("0");
    assertThat(one.strings("SELECT rolsuper FROM pg_roles WHERE rolname = current_user"))
        .containsExactly("f");
    assertThat(one.as(server.superuser(), server.password()).strings("TABLE t")).hasSize(2);
  }

  @ParameterizedTest
  @MethodSource("io.schemamigration.testing.PostgresMajors#all")
  void keepsDataAndPortOverARestart(int major) {
    try (PostgresServer server = PostgresServer.start(major)) {
      Db db = server.createDatabase("restart");
      db.execute("CREATE TABLE t AS SELECT 42 AS answer");
      server.stop();
      assertThatThrownBy(db::connect)
          .asInstanceOf(InstanceOfAssertFactories.type(SQLException.class))
          .extracting(SQLException::getSQLState)
          .isEqualTo("08001");

      server.restart();

      assertThat(db.strings("TABLE t")).containsExactly("42");
    }
  }

  @Test
  void takesSettings() {
    Map<String, String> settings =
        Map.of("fsync", "on", "log_line_prefix", "it's %m ", "max_connections", "17");
    try (PostgresServer server = PostgresServer.start(PostgresMajors.newest(), settings)) {
      Db admin = server.admin();

      assertThat(admin.strings("SHOW fsync")).containsExactly("on");
      assertThat(admin.strings("SHOW log_line_prefix")).containsExactly("it's %m ");
      assertThat(admin.strings("SHOW max_connections")).containsExactly("17");
      assertThat(admin.strings("SHOW synchronous_commit")).containsExactly("on");
    }
  }

  @Test
  void uriCarriesThePasswordEscaped() {
    Db db = new Db("app", "me", "p@ss/%25:word 1", "127.0.0.1", 5432);

    URI uri = URI.create(db.uri());

    assertThat(uri.getHost()).isEqualTo("127.0.0.1");
    assertThat(uri.getPort()).isEqualTo(5432);
    assertThat(URLDecoder.decode(uri.getRawUserInfo(), StandardCharsets.UTF_8))
        .isEqualTo("me:" + db.password());
    assertThat(db.via(7).uri()).contains("127.0.0.1:7/app");
  }
}
