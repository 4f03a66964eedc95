package io.schemamigration.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.schemamigration.plan.Reason;
import io.schemamigration.testing.Certificates;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.PostgresMajors;
import io.schemamigration.testing.PostgresPrograms;
import io.schemamigration.testing.PostgresServer;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;

/** Whether psql logs in by the files, as the driver does by the endpoint itself. */
class LoginFilesIT {
  private static final Duration TEN_SECONDS = Duration.ofSeconds(10);
  private static final Duration YEAR = Duration.ofDays(365);
  private static final Certificates AUTHORITY = new Certificates("authority");
  private static final Certificates STRANGER = new Certificates("stranger");

  @TempDir private static Path home;

  private static PostgresServer plain;
  private static PostgresServer secured;

  @TempDir private Path folder;

  @BeforeAll
  static void start() throws IOException {
    PostgresPrograms.require();
    plain = PostgresServer.shared(PostgresMajors.newest());
    Certificates.Issued own = AUTHORITY.issue("EC", YEAR, "server", "127.0.0.1");
    String access =
        "hostssl all postgres all scram-sha-256\n"
            + "hostssl all shown all scram-sha-256 clientcert=verify-ca\n"
            + "host all all all scram-sha-256\n";
    secured =
        PostgresServer.start(
            PostgresMajors.newest(),
            Map.of(
                "ssl", "on",
                "ssl_cert_file", write("server.crt", own.certificate()),
                "ssl_key_file", write("server.key", own.key()),
                "ssl_ca_file", write("ca.crt", AUTHORITY.ca()),
                "hba_file", write("pg_hba.conf", access)));
    secured.admin().execute("CREATE ROLE shown LOGIN PASSWORD 'word'");
  }

  @AfterAll
  static void stop() {
    if (secured != null) {
      secured.close();
    }
  }

  private static String write(String name, String text) throws IOException {
    Path file = home.resolve(name);
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file.toAbsolutePath().toString();
  }

  private static Tls tls(String mode, String ca) {
    return Tls.of(
        Optional.ofNullable(mode), Optional.ofNullable(ca), Optional.empty(), Optional.empty());
  }

  private static Endpoint endpoint(Db db, Tls tls) {
    return new Endpoint(
        db.host(),
        db.port(),
        db.name(),
        db.user(),
        db.password(),
        tls,
        Optional.empty(),
        "Secret db");
  }

  /** What psql printed and returned. */
  private record Psql(int code, String out, String err) {}

  private Psql psql(Endpoint endpoint, String sql) throws Exception {
    LoginFiles.write(endpoint, folder, TEN_SECONDS);
    Path err = Files.createTempFile(folder, "err", "");
    ProcessBuilder builder =
        new ProcessBuilder("psql", "-XAt", "-w", "-d", "service=db", "-c", sql)
            .redirectError(err.toFile());
    String path = builder.environment().get("PATH");
    builder.environment().clear();
    builder.environment().put("PATH", path);
    builder.environment().put("PGSERVICEFILE", folder.resolve(LoginFiles.SERVICE_FILE).toString());
    Process process = builder.start();
    String out = new String(process.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
    return new Psql(process.waitFor(), out.strip(), Files.readString(err));
  }

  private void assertIn(Endpoint endpoint, String sql, String expected) throws Exception {
    Psql psql = psql(endpoint, sql);
    assertThat(psql.err()).isEmpty();
    assertThat(psql.code()).isZero();
    assertThat(psql.out()).isEqualTo(expected);
  }

  private void assertEncrypted(Db db, Tls tls, boolean encrypted) throws Exception {
    String sql = "SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    assertIn(endpoint(db, tls), sql, encrypted ? "t" : "f");
  }

  private void assertRefused(Db db, Tls tls, String why) throws Exception {
    Psql psql = psql(endpoint(db, tls), "SELECT 1");
    assertThat(psql.code()).isEqualTo(2);
    assertThat(psql.err()).contains(why);
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "plain",
        "co:lon",
        "back\\slash",
        "back\\\\:both\\",
        "quote'single\"double",
        " inner  blanks ",
        "#hash = $1 `x`",
        "Grüße-密码",
        ":",
        "*"
      })
  void whateverAPasswordIsMadeOf(String password) throws Exception {
    Db db = plain.createDatabase("word");
    plain
        .admin()
        .execute("ALTER ROLE %s PASSWORD '%s'".formatted(db.user(), password.replace("'", "''")));
    assertIn(endpoint(db.as(db.user(), password), tls(null, null)), "SELECT 1", "1");
    assertThat(Files.readString(folder.resolve(LoginFiles.SERVICE_FILE))).doesNotContain("word-");
  }

  @ParameterizedTest
  @ValueSource(strings = {"a b", "o'brien", "co:lon", "\"quoted\"", "back\\slash", "#a=b", "[x]"})
  void whateverUserAndDatabaseAreCalled(String name) throws Exception {
    Db db = plain.createDatabase("names");
    String quoted = "\"" + name.replace("\"", "\"\"") + "\"";
    plain.admin().execute("ALTER ROLE %s RENAME TO %s".formatted(db.user(), quoted));
    plain.admin().execute("ALTER ROLE %s PASSWORD 'p'".formatted(quoted));
    plain.admin().execute("ALTER DATABASE %s RENAME TO %s".formatted(db.name(), quoted));
    try {
      assertIn(
          endpoint(db.as(name, "p").connectTo(name), tls(null, null)),
          "SELECT current_user, current_database()",
          name + "|" + name);
    } finally {
      plain.admin().execute("DROP DATABASE " + quoted);
      plain.admin().execute("DROP ROLE " + quoted);
    }
  }

  @Test
  void aWrongPasswordIsNotAskedFor() throws Exception {
    Db db = plain.createDatabase("wrong");
    assertRefused(db.as(db.user(), "wrong"), tls(null, null), "password authentication failed");
    assertRefused(db.as(db.user(), ""), tls(null, null), "no password supplied");
  }

  @Test
  void aDatabaseBesideTheOneOfTheLoginIsReachedByTheSamePassword() throws Exception {
    LoginFiles.write(endpoint(plain.createDatabase("first"), tls(null, null)), folder, TEN_SECONDS);
    assertThat(Files.readString(folder.resolve(LoginFiles.PASSWORD_FILE)))
        .startsWith("127.0.0.1:%d:*:first_".formatted(plain.port()));
  }

  @Test
  void anIpv6AddressIsWrittenWithoutBracketsAndWithItsColonsEscaped() throws Exception {
    Db db = new Db("shop", "app", "word", "[2001:db8::7]", 5432);
    LoginFiles.write(endpoint(db, tls(null, null)), folder, TEN_SECONDS);
    assertThat(Files.readAllLines(folder.resolve(LoginFiles.SERVICE_FILE)))
        .contains("host=2001:db8::7", "port=5432", "dbname=shop", "user=app");
    assertThat(Files.readString(folder.resolve(LoginFiles.PASSWORD_FILE)))
        .isEqualTo("2001\\:db8\\:\\:7:5432:*:app:word\n");
  }

  @Test
  void onlyTheOwnerMayReadAnyOfIt() throws Exception {
    Certificates.Issued client = AUTHORITY.issue("EC", YEAR, "client", null);
    Tls tls =
        Tls.of(
            Optional.empty(),
            Optional.of(AUTHORITY.ca()),
            Optional.of(client.certificate()),
            Optional.of(client.key()));
    LoginFiles.write(endpoint(plain.admin(), tls), folder, TEN_SECONDS);
    try (var files = Files.list(folder)) {
      List<Path> all = files.toList();
      assertThat(all).hasSize(5);
      for (Path file : all) {
        assertThat(Files.getPosixFilePermissions(file))
            .as(file.toString())
            .isEqualTo(PosixFilePermissions.fromString("rw-------"));
      }
    }
    LoginFiles.write(endpoint(plain.admin(), tls(null, null)), folder, TEN_SECONDS);
    try (var files = Files.list(folder)) {
      assertThat(files.map(f -> f.getFileName().toString()))
          .as("of the login before")
          .containsExactlyInAnyOrder(LoginFiles.SERVICE_FILE, LoginFiles.PASSWORD_FILE);
    }
  }

  @ParameterizedTest
  @CsvSource({
    "password, 'zq\nzq'",
    "password, 'zq\r'",
    "user name, 'zq\nzq'",
    "database name, 'zq '"
  })
  void whatNoFileCanSayIsRefused(String what, String value) {
    Db db =
        switch (what) {
          case "password" -> plain.admin().as("postgres", value);
          case "user name" -> plain.admin().as(value, "word");
          default -> plain.admin().connectTo(value);
        };
    assertThatThrownBy(() -> LoginFiles.write(endpoint(db, tls(null, null)), folder, TEN_SECONDS))
        .isInstanceOfSatisfying(
            DatabaseUnavailable.class, e -> assertThat(e.reason()).isEqualTo(Reason.SECRET_INVALID))
        .hasMessageContaining("the " + what + " in Secret db")
        .hasMessageNotContaining(value.strip());
    assertThat(folder).isEmptyDirectory();
  }

  @Test
  void encryptsAsTheModeSays() throws Exception {
    Db db = secured.createDatabase("modes");
    assertEncrypted(db, tls("disable", null), false);
    assertEncrypted(db, tls("prefer", null), true);
    assertEncrypted(db, tls("require", null), true);
    assertEncrypted(db, tls("require", AUTHORITY.ca()), true);
    assertEncrypted(db, tls("verify-ca", AUTHORITY.ca()), true);
    assertEncrypted(db, tls(null, STRANGER.ca() + AUTHORITY.ca()), true);
    assertEncrypted(plain.createDatabase("modes"), tls("prefer", null), false);
  }

  /** Only where it is to be checked: libpq by itself would ask a CA for "prefer", too. */
  @Test
  void aCaIsAskedAsTheModeSays() throws Exception {
    Db db = secured.createDatabase("ca");
    assertEncrypted(db, tls("prefer", STRANGER.ca()), true);
    assertEncrypted(db, tls("disable", STRANGER.ca()), false);
    for (String mode : List.of("require", "verify-ca", "verify-full")) {
      assertRefused(db, tls(mode, STRANGER.ca()), "certificate verify failed");
    }
    assertRefused(db, tls("verify-full", null), "certificate verify failed"); // Java's own
    assertRefused(plain.createDatabase("ca"), tls("require", null), "does not support SSL");
  }

  @Test
  void anotherHostsCertificateIsRefusedByVerifyFullAlone() throws Exception {
    Db db = secured.createDatabase("host");
    Db named = new Db(db.name(), db.user(), db.password(), "localhost", db.port());
    assertEncrypted(named, tls("verify-ca", AUTHORITY.ca()), true);
    assertRefused(named, tls("verify-full", AUTHORITY.ca()), "does not match host name");
  }

  @ParameterizedTest
  @CsvSource({"RSA, false", "RSA, true", "EC, false", "EC, true"})
  void aClientCertificateIsShown(String algorithm, boolean traditional) throws Exception {
    Certificates.Issued client = AUTHORITY.issue(algorithm, YEAR, "client", null);
    Tls tls =
        Tls.of(
            Optional.empty(),
            Optional.of(AUTHORITY.ca()),
            Optional.of(client.certificate()),
            Optional.of(traditional ? client.traditional() : client.key()));
    Db db = secured.admin().as("shown", "word");
    assertIn(endpoint(db, tls), "SELECT current_user", "shown");
    assertRefused(db, tls(null, AUTHORITY.ca()), "client certificate");
  }
}
