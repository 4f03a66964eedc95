package io.schemamigration.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

class ConnectionSecretTest {
  private static final String URI = "postgresql://bob:s3cr3t@db.example:6432/orders";

  @ParameterizedTest
  @ValueSource(
      strings = {"uri", "URI", "url", "DATABASE_URL", "database-url", "POSTGRES_URL", "fqdn-uri"})
  void a_uri_is_found_under_its_usual_keys(String key) {
    assertThat(found(Map.of(key, URI + "\n")))
        .isEqualTo("db.example 6432 orders bob s3cr3t prefer");
  }

  static Stream<Arguments> uris() {
    return Stream.of(
        Arguments.of("postgres://u:p@h/d", "h 5432 d u p prefer"),
        Arguments.of("jdbc:postgresql://h:1/d?user=u&password=p", "h 1 d u p prefer"),
        Arguments.of("postgresql://u:p%40%2Fss+%25@h/my%20db", "h 5432 my db u p@/ss+% prefer"),
        Arguments.of("postgresql://u:a:b@h/d", "h 5432 d u a:b prefer"),
        Arguments.of("postgresql://u:p@[2001:db8::1]:7/d", "[2001:db8::1] 7 d u p prefer"),
        Arguments.of("postgresql://u:p@[::1]/d", "[::1] 5432 d u p prefer"),
        Arguments.of("postgresql://u@h/d?sslmode=require&socketFactory=x", "h 5432 d u  require"),
        Arguments.of("postgresql://u:p@my_host/d", "my_host 5432 d u p prefer"));
  }

  @ParameterizedTest
  @MethodSource
  void uris(String uri, String expected) {
    assertThat(found(Map.of("uri", uri))).isEqualTo(expected);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "postgresql://u:s3cr3t@a.example,b.example/d",
        "postgresql://u:s3cr3t@a.example:1,b.example:2/d",
        "postgresql://u:s3cr3t@/d?host=a.example,b.example",
        "mysql://u:s3cr3t@a.example/d",
        "s3cr3t",
        "postgresql://u:s3cr3t%zz@a.example/d",
        "postgresql://u:s3cr3t@a.example:s3cr3t/d",
        "postgresql://u:s3cr3t@a.example:70000/d",
        "postgresql://u:s3cr3t@a.example:0/d",
        "postgresql://u:s3cr3t@a.example/d?sslmode=s3cr3t",
        "postgresql://u:s3cr3t@a.example",
        "postgresql://u:s3#cr3t@a.example/d",
        "postgresql://a.example/d"
      })
  void a_uri_that_does_not_do_is_refused_without_telling_any_of_it(String uri) {
    assertThat(invalid(Map.of("uri", uri)))
        .isNotBlank()
        .doesNotContain("s3cr3t")
        .doesNotContain("cr3t")
        .doesNotContain("a.example")
        .doesNotContain("70000");
  }

  @Test
  void discrete_hosts_in_a_row_are_refused_like_those_of_a_uri() {
    assertThat(invalid(Map.of("host", "a,b", "user", "u", "dbname", "d")))
        .contains("several hosts");
  }

  @Test
  void the_layout_of_CloudNativePG() {
    Map<String, String> data = new HashMap<>();
    data.put("dbname", "app");
    data.put("fqdn-jdbc-uri", "jdbc:postgresql://c-rw.ns.svc:5432/app?password=p&user=app");
    data.put("fqdn-uri", "postgresql://app:p@c-rw.ns.svc:5432/app");
    data.put("host", "c-rw");
    data.put("jdbc-uri", "jdbc:postgresql://c-rw.ns:5432/app?password=p&user=app");
    data.put("password", "p");
    data.put("pgpass", "c-rw:5432:app:app:p\n");
    data.put("port", "5432");
    data.put("uri", "postgresql://app:p@c-rw.ns:5432/app");
    data.put("user", "app");
    data.put("username", "app");
    assertThat(found(data)).isEqualTo("c-rw 5432 app app p prefer");

    data.put("dbname", "*");
    data.replaceAll((k, v) -> v.replace("/app", "/*"));
    assertThat(invalid(data)).contains("spec.database.name");
    assertThat(
            login(
                read(
                    data,
                    new ConnectionSecret.Overrides(
                        Map.of(),
                        Optional.empty(),
                        Optional.empty(),
                        Optional.of("orders"),
                        ConnectionSecret.TlsOverride.NONE))))
        .isEqualTo("c-rw 5432 orders app p prefer");
  }

  static Stream<Arguments> discrete() {
    return Stream.of(
        Arguments.of(Map.of("host", "h", "user", "u", "dbname", "d"), "h 5432 d u  prefer"),
        Arguments.of(
            Map.of(
                "PGHOST", "h", "PGPORT", "7", "PGUSER", "u", "PGPASSWORD", "p", "PGDATABASE", "d"),
            "h 7 d u p prefer"),
        Arguments.of(
            Map.of(
                "POSTGRES_USER", "u", "POSTGRES_PASSWORD", "p", "POSTGRES_DB", "d", "DB_HOST", "h"),
            "h 5432 d u p prefer"),
        Arguments.of(
            Map.of("hostname", "h:7", "username", "u", "database", "d", "sslmode", "verify-full"),
            "h 7 d u  verify-full"),
        Arguments.of(
            Map.of("host", "::1", "username", "u", "database", "d"), "::1 5432 d u  prefer"),
        Arguments.of(
            Map.of("uri", URI, "password", "new"), "db.example 6432 orders bob new prefer"),
        Arguments.of(
            Map.of("url", "https://console", "host", "h", "user", "u", "dbname", "d"),
            "h 5432 d u  prefer"));
  }

  @ParameterizedTest
  @MethodSource
  void discrete(Map<String, String> data, String expected) {
    assertThat(found(data)).isEqualTo(expected);
  }

  @Test
  void what_is_missing_is_named_with_the_key_to_add() {
    assertThat(invalid(Map.of())).contains("host").contains("uri");
    assertThat(invalid(Map.of("host", ""))).contains("host");
    assertThat(invalid(Map.of("host", "h"))).contains("username");
    assertThat(invalid(Map.of("host", "h", "user", "u"))).contains("dbname");
  }

  @Test
  void keys_of_the_resource_win_over_the_usual_ones() {
    Map<String, String> data = Map.of("uri", URI, "dsn", "postgresql://x:y@other/d", "pw", "z");
    assertThat(login(read(data, keys(Map.of("uri", "dsn", "password", "pw")))))
        .isEqualTo("other 5432 d x z prefer");
    assertThat(read(data, keys(Map.of("host", "nope"))))
        .isEqualTo(
            new ConnectionSecret.Invalid(
                "has nothing under the key nope, which spec.database.keys.host names; add it"));
    assertThat(read(Map.of("uri", URI, "h", " "), keys(Map.of("host", "h"))))
        .isInstanceOf(ConnectionSecret.Invalid.class);
  }

  @Test
  void the_resource_overrides_the_secret() {
    ConnectionSecret.Overrides overrides =
        new ConnectionSecret.Overrides(
            Map.of(),
            Optional.of("h"),
            Optional.of(1),
            Optional.of("d"),
            new ConnectionSecret.TlsOverride(
                Optional.of("require"), Optional.empty(), Optional.empty(), Optional.empty()));
    assertThat(login(read(Map.of("uri", URI), overrides))).isEqualTo("h 1 d bob s3cr3t require");
    assertThat(login(read(Map.of("host", "x", "port", "n/a", "user", "u"), overrides)))
        .isEqualTo("h 1 d u  require");
  }

  @Test
  void nothing_prints_a_value() {
    ConnectionSecret.Result result = read(Map.of("uri", URI), ConnectionSecret.Overrides.NONE);
    assertThat(result.toString())
        .contains("uri")
        .doesNotContain("s3cr3t")
        .doesNotContain("bob")
        .doesNotContain("db.example")
        .doesNotContain("orders");
  }

  @Test
  void the_layout_names_the_keys_that_were_used() {
    ConnectionSecret.Result result =
        read(
            Map.of("PGHOST", "h", "user", "u", "dbname", "d", "other", "x"),
            ConnectionSecret.Overrides.NONE);
    assertThat(((ConnectionSecret.Found) result).layout().text()).isEqualTo("PGHOST,dbname,user");
  }

  static Stream<Arguments> contradictions() {
    return Stream.of(
        Arguments.of(Map.of("password", "s3cr3t"), ""),
        Arguments.of(Map.of("password", "s3cr3t\n", "username", "bob"), ""),
        Arguments.of(Map.of("password", "other"), "password"),
        Arguments.of(
            Map.of("HOST", "db.other", "port", "1", "db", "d", "user", "u", "password", "p"),
            "HOST, port, db, user, password"),
        Arguments.of(Map.of("host", "DB.example.", "port", "6432"), ""),
        Arguments.of(Map.of("host", "db.example:6432"), ""),
        Arguments.of(Map.of("host", "db.example:1"), "host"),
        Arguments.of(Map.of("host", "db.example.svc"), ""),
        Arguments.of(Map.of("host", "db.example.svc.cluster.local"), ""),
        Arguments.of(Map.of("host", "db"), ""),
        Arguments.of(Map.of("host", "example"), "host"),
        Arguments.of(Map.of("host", "db.example.com"), "host"),
        Arguments.of(Map.of("dbname", "*"), ""),
        Arguments.of(Map.of("sslmode", "require"), ""));
  }

  @ParameterizedTest
  @MethodSource
  void contradictions(Map<String, String> parts, String contradicted) {
    Map<String, String> data = new HashMap<>(parts);
    data.put("DATABASE_URL", URI);
    SecretLayout layout = layout(data, ConnectionSecret.Overrides.NONE);
    if (contradicted.isEmpty()) {
      assertThat(layout.ambiguity()).isEmpty();
      assertThat(layout.text()).doesNotContain("contradicts");
    } else {
      assertThat(layout.ambiguity())
          .contains(
              "Secret db: the URI under DATABASE_URL contradicts %s, which won; correct what is out"
                  .formatted(contradicted)
                  .concat(" of date"));
      assertThat(layout.text())
          .endsWith(" (DATABASE_URL contradicts " + contradicted.replace(" ", "") + ")");
    }
  }

  @Test
  void what_the_resource_decides_is_no_contradiction() {
    Map<String, String> data =
        Map.of("uri", URI, "host", "h", "port", "1", "dbname", "d", "password", "p");
    ConnectionSecret.Overrides decided =
        new ConnectionSecret.Overrides(
            Map.of("password", "password"),
            Optional.of("h"),
            Optional.of(1),
            Optional.of("d"),
            ConnectionSecret.TlsOverride.NONE);
    assertThat(layout(data, decided).ambiguity()).isEmpty();
    assertThat(layout(data, ConnectionSecret.Overrides.NONE).ambiguity()).isPresent();
  }

  private static SecretLayout layout(
      Map<String, String> data, ConnectionSecret.Overrides overrides) {
    SecretData secret = new SecretData("Secret db", Optional.of("example"), Map.of(), data);
    return ((ConnectionSecret.Found) ConnectionSecret.read(secret, overrides)).layout();
  }

  @Test
  void bare_hosts_of_two_namespaces_are_two_servers() {
    Endpoint one = endpoint("db", "one");
    assertThat(one.server()).isNotEqualTo(endpoint("db", "two").server());
    assertThat(one.key()).isNotEqualTo(endpoint("db", "two").key());
    assertThat(endpoint("db.example", "one").server())
        .isEqualTo(endpoint("db.example", "two").server());
    // No such Service here, so the name is used as it is.
    assertThat(one.address()).isEqualTo("db");
    assertThat(endpoint("localhost", "one").address()).isEqualTo("localhost");
  }

  private static Endpoint endpoint(String host, String namespace) {
    return new Endpoint(
        host,
        5432,
        "d",
        "u",
        "p",
        Tls.of(Optional.empty(), Optional.empty(), Optional.empty(), Optional.empty()),
        Optional.of(namespace),
        "Secret db");
  }

  private static ConnectionSecret.Overrides keys(Map<String, String> keys) {
    return new ConnectionSecret.Overrides(
        keys,
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        ConnectionSecret.TlsOverride.NONE);
  }

  private static ConnectionSecret.Result read(
      Map<String, String> data, ConnectionSecret.Overrides overrides) {
    return ConnectionSecret.read(
        new SecretData("Secret db", Optional.empty(), Map.of(), data), overrides);
  }

  private static String found(Map<String, String> data) {
    return login(read(data, ConnectionSecret.Overrides.NONE));
  }

  private static String login(ConnectionSecret.Result result) {
    assertThat(result).isInstanceOf(ConnectionSecret.Found.class);
    Endpoint e = ((ConnectionSecret.Found) result).endpoint();
    return "%s %d %s %s %s %s"
        .formatted(e.host(), e.port(), e.database(), e.user(), e.password(), e.tls().mode());
  }

  private static String invalid(Map<String, String> data) {
    ConnectionSecret.Result result = read(data, ConnectionSecret.Overrides.NONE);
    assertThat(result).isInstanceOf(ConnectionSecret.Invalid.class);
    return ((ConnectionSecret.Invalid) result).message();
  }

  @Test
  void a_uri_says_more_than_keys_that_may_belong_to_something_else() {
    Map<String, String> data =
        Map.of(
            "DATABASE_URL", "postgres://u:p@db:5433/orders",
            "ENDPOINT", "s3.eu-west-1.amazonaws.com",
            "ROLE", "api");
    ConnectionSecret.Found found =
        (ConnectionSecret.Found) read(data, ConnectionSecret.Overrides.NONE);
    assertThat(found.endpoint().host() + " " + found.endpoint().user()).isEqualTo("db u");
    assertThat(found.layout().ambiguity()).isEmpty();
  }

  @Test
  void a_port_belongs_to_its_host() {
    Map<String, String> data = Map.of("uri", "postgres://u:p@one:5433/orders", "host", "two");
    ConnectionSecret.Found found =
        (ConnectionSecret.Found) read(data, ConnectionSecret.Overrides.NONE);
    assertThat(found.endpoint().host() + ":" + found.endpoint().port()).isEqualTo("two:5432");
  }
}
