package io.schemamigration.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.catchThrowableOfType;

import io.schemamigration.testing.Certificates;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** From a mounted Secret to libpq's files. */
class LoginStepTest {
  private static final String PASSWORD = "sentinel-7f3a";

  @TempDir private Path folder;
  private Path mounted;
  private Path login;

  @BeforeEach
  void mount() throws IOException {
    mounted = Files.createDirectory(folder.resolve("secret"));
    login = folder.resolve("login");
    // As the kubelet does it: the keys are links into a folder that it changes as a whole.
    Path first = Files.createDirectory(mounted.resolve("..2025_01"));
    Files.createSymbolicLink(mounted.resolve("..data"), first.getFileName());
    key("username", "app");
    key("password", PASSWORD + "\n");
    key("host", "db.example");
    key("dbname", "orders");
  }

  private void key(String name, String value) throws IOException {
    Files.writeString(mounted.resolve("..2025_01").resolve(name), value);
    if (!Files.exists(mounted.resolve(name))) {
      Files.createSymbolicLink(mounted.resolve(name), Path.of("..data", name));
    }
  }

  private LoginSettings settings() {
    return new LoginSettings(
        "orders-db",
        mounted.toString(),
        Optional.of("shop"),
        Map.of(),
        Map.of(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.empty());
  }

  private String run(String json) throws Exception {
    LoginStep.run(Map.of(LoginSettings.VARIABLE, json), login);
    return Files.readString(login.resolve("pg_service.conf"));
  }

  /** Any other fields of the settings, as the operator writes them. */
  private String with(String more) {
    return settings().json().replaceFirst("}$", "," + more + "}");
  }

  private StepFailure refused(String json) {
    StepFailure e = catchThrowableOfType(StepFailure.class, () -> run(json));
    assertThat(e).as("nothing was refused").isNotNull();
    assertThat(e.getMessage()).doesNotContain(PASSWORD).doesNotContain("db.example");
    return e;
  }

  @Test
  void readsWhatTheKubeletMounts() throws Exception {
    assertThat(run(settings().json()).lines())
        .contains("host=db.example", "port=5432", "dbname=orders", "user=app", "sslmode=prefer");
    assertThat(Files.readString(login.resolve("pgpass")))
        .isEqualTo("db.example:5432:*:app:" + PASSWORD + "\n");
  }

  @Test
  void theResourceOverridesTheSecret() throws Exception {
    String json =
        with(
            "\"name\":\"postgres\",\"host\":\"other.example\",\"port\":6432,"
                + "\"keys\":{\"user\":\"login\"},\"connectSeconds\":3");
    key("login", "admin");
    json = json.replace("\"keys\":{},", "");
    assertThat(run(json).lines())
        .contains(
            "host=other.example",
            "port=6432",
            "dbname=postgres",
            "user=admin",
            "connect_timeout=3");
  }

  @Test
  void aClusterThatIsNamedByLabelsAloneIsFound() throws Exception {
    Files.delete(mounted.resolve("host"));
    String json =
        settings()
            .json()
            .replace(
                "\"labels\":{}",
                "\"labels\":{\"application\":\"spilo\",\"cluster-name\":\"acid\"}");
    assertThat(run(json).lines()).contains("host=acid.shop.svc", "sslmode=require");
  }

  @Test
  void certificatesComeFromTheirOwnMounts() throws Exception {
    Certificates authority = new Certificates("authority");
    Certificates.Issued client = authority.issue("EC", Duration.ofDays(1), "client", null);
    Path ca = Files.writeString(folder.resolve("ca.pem"), authority.ca());
    Path own = Files.createDirectory(folder.resolve("client"));
    Files.writeString(own.resolve("tls.crt"), client.certificate());
    Files.writeString(own.resolve("tls.key"), client.key());
    String tls = "\"tls\":{\"caFile\":\"%s\",\"certificateFolder\":\"%s\"}".formatted(ca, own);
    assertThat(run(with(tls)).lines())
        .contains("sslmode=verify-full", "sslkey=" + login.resolve("client.key"));
    assertThat(login.resolve("root.crt")).hasContent(authority.ca());
    assertThat(login.resolve("client.crt")).hasContent(client.certificate());
    Files.delete(own.resolve("tls.key"));
    assertThat(refused(with(tls)).getMessage()).contains("tls.key", "add the key");
  }

  @Test
  void aModeThatAsksForACaWithoutOneTrustsWhatTheRuntimeTrusts() throws Exception {
    run(with("\"tls\":{\"mode\":\"verify-full\"}"));
    assertThat(login.resolve("root.crt")).content().contains("-----BEGIN CERTIFICATE-----");
  }

  @Test
  void lessTlsThanTheOperatorsLeastIsRefused() {
    StepFailure e = refused(with("\"minimumTlsMode\":\"require\""));
    assertThat(e.exit()).isEqualTo(StepExit.TLS_FAILED);
    assertThat(e.getMessage()).contains("less TLS than require").contains("tls.mode");
  }

  @Test
  void aSecretThatDoesNotDoIsToldByItsName() throws Exception {
    Files.delete(mounted.resolve("username"));
    StepFailure e = refused(settings().json());
    assertThat(e.exit()).isEqualTo(StepExit.SETTINGS_INVALID);
    assertThat(e.getMessage()).startsWith("Secret orders-db names no user; add");
  }

  @Test
  void aPasswordOfTwoLinesIsRefused() throws Exception {
    key("password", PASSWORD + "\nmore");
    assertThat(refused(settings().json()).getMessage())
        .contains("password in Secret orders-db has a line end");
  }

  @Test
  void settingsThatAreNoneAreToldWithoutWhatTheySay() {
    for (String json : new String[] {"", "{", "[]", "{\"secret\":\"" + PASSWORD + "\"}"}) {
      StepFailure e = refused(json);
      assertThat(e.exit()).isEqualTo(StepExit.SETTINGS_INVALID);
      assertThat(e.getMessage()).startsWith(LoginSettings.VARIABLE);
    }
  }
}
