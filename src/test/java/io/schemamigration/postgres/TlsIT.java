package io.schemamigration.postgres;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.schemamigration.plan.Reason;
import io.schemamigration.testing.Certificates;
import io.schemamigration.testing.Db;
import io.schemamigration.testing.PostgresMajors;
import io.schemamigration.testing.PostgresServer;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** Servers with certificates of our own. */
class TlsIT {
  private static final Duration YEAR = Duration.ofDays(365);
  private static final Certificates AUTHORITY = new Certificates("authority");
  private static final Certificates STRANGER = new Certificates("stranger");

  @TempDir private static Path folder;

  private static PostgresServer server;
  private static PostgresServer expired;
  private static PostgresServer elsewhere;
  private static PostgresServer asking;
  private static PostgresServer plain;

  @BeforeAll
  static void start() throws IOException {
    server = start("good", AUTHORITY.issue("RSA", YEAR, "server", "127.0.0.1"), "");
    expired = start("expired", AUTHORITY.issue("EC", YEAR.negated(), "server", "127.0.0.1"), "");
    elsewhere = start("elsewhere", AUTHORITY.issue("EC", YEAR, "server", "db.example"), "");
    asking =
        start(
            "asking",
            AUTHORITY.issue("EC", YEAR, "server", "127.0.0.1"),
            "hostssl all postgres all scram-sha-256\n"
                + "hostssl all all all scram-sha-256 clientcert=verify-ca\n");
    plain = PostgresServer.shared(PostgresMajors.newest());
  }

  @AfterAll
  static void stop() {
    server.close();
    expired.close();
    elsewhere.close();
    asking.close();
  }

  private static PostgresServer start(String name, Certificates.Issued issued, String access)
      throws IOException {
    Path home = Files.createDirectory(folder.resolve(name));
    Map<String, String> settings = new java.util.HashMap<>();
    settings.put("ssl", "on");
    settings.put("ssl_cert_file", write(home.resolve("server.crt"), issued.certificate()));
    settings.put("ssl_key_file", write(home.resolve("server.key"), issued.key()));
    settings.put("ssl_ca_file", write(home.resolve("ca.crt"), AUTHORITY.ca()));
    if (!access.isEmpty()) {
      settings.put("hba_file", write(home.resolve("pg_hba.conf"), access));
    }
    return PostgresServer.start(PostgresMajors.newest(), settings);
  }

  private static String write(Path file, String text) throws IOException {
    Files.writeString(file, text);
    Files.setPosixFilePermissions(file, PosixFilePermissions.fromString("rw-------"));
    return file.toAbsolutePath().toString();
  }

  private static Tls tls(String mode, String ca) {
    return Tls.of(
        Optional.ofNullable(mode), Optional.ofNullable(ca), Optional.empty(), Optional.empty());
  }

  private static String look(PostgresServer on, Tls tls) throws DatabaseUnavailable {
    return Engine.on(on.createDatabase("tls")).tls(tls).look().tls();
  }

  private static DatabaseUnavailable refused(PostgresServer on, Tls tls) {
    Db db = on.createDatabase("tls");
    DatabaseUnavailable e =
        catchThrowableOfType(DatabaseUnavailable.class, () -> Engine.on(db).tls(tls).look());
    assertThat(e).as("nothing was refused").isNotNull();
    assertThat(e.getMessage()).doesNotContain(db.user()).doesNotContain("127.0.0.1");
    return e;
  }

  @ParameterizedTest
  @CsvSource({
    "disable, None",
    "prefer, Encrypted",
    "require, Encrypted",
  })
  void withoutACaItIsEncryptedAtTheMost(String mode, String state) throws Exception {
    assertThat(look(server, tls(mode, null))).isEqualTo(state);
  }

  @Test
  void aCaIsAskedAlsoWithoutAMode() throws Exception {
    assertThat(look(server, tls(null, AUTHORITY.ca()))).isEqualTo("Verified");
    assertThat(look(server, tls("verify-ca", AUTHORITY.ca()))).isEqualTo("Verified");
    assertThat(look(server, tls("require", AUTHORITY.ca()))).isEqualTo("Verified");
    assertThat(look(elsewhere, tls("verify-ca", AUTHORITY.ca()))).isEqualTo("Verified");
    String both = STRANGER.ca() + AUTHORITY.ca();
    assertThat(look(server, tls("verify-full", both))).isEqualTo("Verified");
  }

  @Test
  void aCertificateOfAnotherCaIsRefused() {
    for (String mode : new String[] {"require", "verify-ca", "verify-full"}) {
      DatabaseUnavailable e = refused(server, tls(mode, STRANGER.ca()));
      assertThat(e.reason()).isEqualTo(Reason.TLS_FAILED);
      assertThat(e.getMessage()).contains("not signed by the CA");
    }
    DatabaseUnavailable e = refused(server, tls("verify-full", null)); // Java's own authorities
    assertThat(e.getMessage()).contains("not signed by the CA");
  }

  @Test
  void aCertificateForAnotherHostIsRefused() {
    DatabaseUnavailable e = refused(elsewhere, tls("verify-full", AUTHORITY.ca()));
    assertThat(e.reason()).isEqualTo(Reason.TLS_FAILED);
    assertThat(e.getMessage()).contains("another host name");
  }

  @Test
  void anExpiredCertificateIsRefused() {
    DatabaseUnavailable e = refused(expired, tls("verify-full", AUTHORITY.ca()));
    assertThat(e.reason()).isEqualTo(Reason.TLS_FAILED);
    assertThat(e.getMessage()).contains("expired");
  }

  @Test
  void aServerWithoutTlsIsRefusedWhereTlsIsAskedFor() throws Exception {
    assertThat(refused(plain, tls("require", null)).reason()).isEqualTo(Reason.TLS_FAILED);
    assertThat(look(plain, tls("prefer", null))).isEqualTo("None");
  }

  @Test
  void aCaThatIsNoneIsTold() {
    assertThat(refused(server, tls("verify-full", "-----BEGIN nothing")).reason())
        .isEqualTo(Reason.TLS_FAILED);
  }

  @ParameterizedTest
  @CsvSource({"RSA, false", "RSA, true", "EC, false", "EC, true"})
  void aClientCertificateIsShownWhereTheServerAsks(String algorithm, boolean traditional)
      throws Exception {
    Certificates.Issued client = AUTHORITY.issue(algorithm, YEAR, "client", null);
    String key = traditional ? client.traditional() : client.key();
    assertThat(key).contains(traditional ? "BEGIN " + algorithm + " PRIVATE" : "BEGIN PRIVATE");
    Tls tls =
        Tls.of(
            Optional.empty(),
            Optional.of(AUTHORITY.ca()),
            Optional.of(client.certificate()),
            Optional.of(key));
    assertThat(look(asking, tls)).isEqualTo("Verified");
  }

  @Test
  void withoutAClientCertificateItIsToldWhatIsMissing() {
    DatabaseUnavailable e = refused(asking, tls(null, AUTHORITY.ca()));
    assertThat(e.reason()).isEqualTo(Reason.TLS_FAILED);
    assertThat(e.getMessage()).contains("clientCertSecretRef");
  }

  @Test
  void aClientCertificateOfAStrangerIsRefused() {
    Certificates.Issued client = STRANGER.issue("EC", YEAR, "client", null);
    Tls tls =
        Tls.of(
            Optional.empty(),
            Optional.of(AUTHORITY.ca()),
            Optional.of(client.certificate()),
            Optional.of(client.key()));
    assertThat(refused(asking, tls).reason()).isEqualTo(Reason.TLS_FAILED);
  }
}
