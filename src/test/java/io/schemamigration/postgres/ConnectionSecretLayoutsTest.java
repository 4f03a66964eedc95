package io.schemamigration.postgres;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.client.utils.Serialization;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.FieldSource;

/**
 * One Secret of each producer, as it writes it; the files are under {@code secrets}. Whatever is
 * secret in them has "tulip" in it.
 */
class ConnectionSecretLayoutsTest {
  private static final Path SECRETS =
      Path.of("src", "test", "resources", "io", "schemamigration", "postgres", "secrets");
  private static final String RDS = "tulip.c0ffee.eu-west-1.rds.amazonaws.com";
  private static final String AURORA = "tulip.cluster-c0ffee.eu-west-1.rds.amazonaws.com";

  /** What spec.database says beside the Secret. */
  private record Spec(Map<String, String> keys, Optional<String> host, Optional<String> name) {
    static final Spec NOTHING = new Spec(Map.of(), Optional.empty(), Optional.empty());
    static final Spec NAME = new Spec(Map.of(), Optional.empty(), Optional.of("shop"));
    static final Spec HOST = new Spec(Map.of(), Optional.of("db.shop"), Optional.empty());
    static final Spec HOST_AND_NAME =
        new Spec(Map.of(), Optional.of("db.shop"), Optional.of("shop"));

    static Spec keys(Map<String, String> keys) {
      return new Spec(keys, Optional.empty(), Optional.empty());
    }

    ConnectionSecret.Overrides overrides() {
      return new ConnectionSecret.Overrides(
          keys, host, Optional.empty(), name, ConnectionSecret.TlsOverride.NONE);
    }
  }

  /** A Secret that does: {@code host port database user password sslmode} and what trusts whom. */
  private record Read(String file, Spec spec, String login, String tls, String layout) {
    @Override
    public String toString() {
      return file;
    }
  }

  /** A Secret that does not do. */
  private record Refused(String file, Spec spec, String message) {
    @Override
    public String toString() {
      return file;
    }
  }

  static final List<Read> READ =
      List.of(
          new Read(
              "cloudnativepg-app",
              Spec.NOTHING,
              "tulip-rw 5432 tulip_db tulip_app tulip/pw prefer",
              "",
              "dbname,host,password,port,username"),
          new Read(
              "cloudnativepg-superuser",
              Spec.NAME,
              "tulip-rw 5432 shop tulip_root tulip-pw prefer",
              "",
              "host,password,port,username"),
          new Read(
              "crunchy-pguser",
              Spec.NOTHING,
              "tulip-primary.garden.svc 5432 tulip_db tulip_app tulip{pw prefer",
              "",
              "dbname,host,password,port,user"),
          new Read(
              "crunchy-pguser-without-database",
              Spec.NAME,
              "tulip-primary.garden.svc 5432 shop tulip_app tulip-pw prefer",
              "",
              "host,password,port,user"),
          new Read(
              "percona-pguser",
              Spec.NOTHING,
              "tulip-primary.garden.svc 5432 tulip_db tulip_app tulip-pw prefer",
              "",
              "dbname,host,password,port,user"),
          new Read(
              "zalando",
              Spec.NAME,
              "tulip.garden.svc 5432 shop tulip_app tulip-pw require",
              "",
              "label cluster-name,password,username"),
          new Read(
              "stackgres-binding",
              Spec.NOTHING,
              "tulip.garden 5432 tulip_db tulip_app tulip-pw prefer",
              "",
              "database,host,password,port,username"),
          new Read(
              "bitnami",
              Spec.HOST_AND_NAME,
              "db.shop 5432 shop postgres tulip-pw prefer",
              "",
              "postgres-password"),
          new Read(
              "bitnami-custom-user",
              new Spec(
                  Map.of("password", "postgres-password"),
                  Optional.of("db.shop"),
                  Optional.of("shop")),
              "db.shop 5432 shop postgres tulip-root-pw prefer",
              "",
              "postgres-password"),
          new Read(
              "bitnami-svcbind",
              Spec.NOTHING,
              "tulip-postgresql 5432 tulip_db tulip_app tulip-pw prefer",
              "",
              "database,host,password,port,username"),
          new Read(
              "service-binding-ca",
              Spec.NOTHING,
              "db.tulip.example 5433 tulip_db tulip_app tulip-pw verify-full",
              "ca=tulip-ca",
              "certificates,database,host,password,port,username"),
          new Read(
              "service-binding-mtls",
              Spec.NOTHING,
              "db.tulip.example 5433 tulip_db tulip_app  prefer",
              "certificate=tulip-chain key=tulip-key",
              "certificates,database,host,port,private-key,username"),
          new Read(
              "kubedb-auth",
              Spec.HOST_AND_NAME,
              "db.shop 5432 shop tulip_root tulip-pw prefer",
              "",
              "password,username"),
          new Read(
              "crossplane",
              Spec.NAME,
              "db.tulip.example 5433 shop tulip_app tulip-pw verify-full",
              "ca=tulip-ca certificate=tulip-cert key=tulip-key",
              "clientCert,clientKey,clusterCA,endpoint,password,port,username"),
          new Read(
              "upjet-rds-instance",
              Spec.NAME,
              RDS + " 5433 shop tulip_app tulip-pw prefer",
              "",
              "host,password,port,username"),
          new Read(
              "upjet-rds-instance-endpoint",
              Spec.NAME,
              RDS + " 5433 shop tulip_app tulip-pw prefer",
              "",
              "attribute.password,endpoint,username"),
          new Read(
              "upjet-aurora-cluster",
              Spec.NAME,
              AURORA + " 5433 shop tulip_app tulip-pw prefer",
              "",
              "attribute.master_password,endpoint,master_username,port"),
          new Read(
              "provider-sql-role",
              Spec.NAME,
              "db.tulip.example 5433 shop tulip_app tulip-pw prefer",
              "",
              "endpoint,password,port,username"),
          new Read(
              "aws-secrets-manager",
              Spec.NOTHING,
              RDS + " 5433 tulip_db tulip_app tulip-pw prefer",
              "",
              "dbname,host,password,port,username"),
          new Read(
              "aws-secrets-manager-rds-managed",
              Spec.HOST_AND_NAME,
              "db.shop 5432 shop tulip_app tulip-pw prefer",
              "",
              "password,username"),
          // ACK, Azure and GCP write the keys that their user chose.
          new Read(
              "own-keys",
              Spec.keys(
                  Map.of(
                      "host", "garden.tulip-endpoint",
                      "port", "garden.tulip-port",
                      "dbname", "garden.tulip-schema",
                      "user", "garden.tulip-master",
                      "password", "pw")),
              RDS + " 5433 tulip_db tulip_app tulip-pw prefer",
              "",
              "garden.tulip-endpoint,garden.tulip-master,garden.tulip-port,garden.tulip-schema,pw"),
          new Read(
              "ext-postgres-operator",
              Spec.NOTHING,
              "db.tulip.example 5433 tulip_db tulip_app tulip-pw prefer",
              "",
              "DATABASE_NAME,HOST,PASSWORD,PORT,POSTGRES_URL"),
          new Read(
              "db-operator",
              Spec.NOTHING,
              "db.tulip.example 5433 tulip_db tulip_app tulip-pw prefer",
              "",
              "CONNECTION_STRING,POSTGRES_DB,POSTGRES_PASSWORD,POSTGRES_USER"),
          new Read(
              "libpq",
              Spec.NOTHING,
              "db.tulip.example 5433 tulip_db tulip_app tulip-pw verify-full",
              "",
              "PGDATABASE,PGHOST,PGPASSWORD,PGPORT,PGSSLMODE,PGUSER"),
          new Read(
              "twelve-factor",
              Spec.NOTHING,
              "db.tulip.example 5433 tulip_db tulip_app tulip-pw require",
              "",
              "DATABASE_URL"),
          new Read(
              "atlas",
              Spec.NOTHING,
              "db.tulip.example 5433 tulip_db tulip_app tulip-pw disable",
              "",
              "url"),
          new Read(
              "spring",
              Spec.NOTHING,
              "db.tulip.example 5433 tulip_db tulip_app tulip-pw prefer",
              "",
              "SPRING_DATASOURCE_PASSWORD,SPRING_DATASOURCE_URL,SPRING_DATASOURCE_USERNAME"),
          new Read(
              "spring-properties",
              Spec.NOTHING,
              "db.tulip.example 5433 tulip_db tulip_app tulip-pw prefer",
              "",
              "spring.datasource.password,spring.datasource.url,spring.datasource.username"));

  static final List<Refused> REFUSED =
      List.of(
          new Refused(
              "cloudnativepg-superuser",
              Spec.NOTHING,
              "is for every database of its server; say which one in spec.database.name"),
          new Refused("crunchy-pguser-without-database", Spec.NOTHING, "names no database"),
          new Refused("zalando", Spec.NOTHING, "names no database"),
          new Refused("bitnami", Spec.NOTHING, "names no host"),
          new Refused("bitnami", Spec.HOST, "names no database"),
          // Whose password it is cannot be told from the Secret.
          new Refused("bitnami-custom-user", Spec.HOST_AND_NAME, "names no user"),
          new Refused("kubedb-auth", Spec.NOTHING, "names no host"),
          new Refused("kubedb-auth", Spec.HOST, "names no database"),
          new Refused("crossplane", Spec.NOTHING, "names no database"),
          new Refused("provider-sql-role", Spec.NOTHING, "names no database"),
          new Refused("upjet-rds-instance", Spec.NOTHING, "names no database"),
          new Refused("upjet-aurora-cluster", Spec.NOTHING, "names no database"),
          new Refused("aws-secrets-manager-rds-managed", Spec.NOTHING, "names no host"),
          new Refused("own-keys", Spec.NOTHING, "names no host"));

  @ParameterizedTest(name = "{0}")
  @FieldSource("READ")
  void isRead(Read row) {
    ConnectionSecret.Result result = ConnectionSecret.read(secret(row.file), row.spec.overrides());
    assertThat(result).isInstanceOf(ConnectionSecret.Found.class);
    ConnectionSecret.Found found = (ConnectionSecret.Found) result;
    assertThat(login(found.endpoint())).isEqualTo(row.login);
    assertThat(tls(found.endpoint().tls())).isEqualTo(row.tls);
    // No key contradicts another, however differently the producer writes the same.
    assertThat(found.layout()).isEqualTo(SecretLayout.of(row.layout));
  }

  @ParameterizedTest(name = "{0}: {index}")
  @FieldSource("REFUSED")
  void isRefusedWithWhatIsMissingAndNoValue(Refused row) {
    ConnectionSecret.Result result = ConnectionSecret.read(secret(row.file), row.spec.overrides());
    assertThat(result).isInstanceOf(ConnectionSecret.Invalid.class);
    assertThat(((ConnectionSecret.Invalid) result).message())
        .contains(row.message)
        .containsPattern("spec\\.database|add the key")
        .doesNotContain("tulip");
  }

  @Test
  void everySecretIsInTheTable() throws IOException {
    try (Stream<Path> files = Files.list(SECRETS)) {
      assertThat(files.map(f -> f.getFileName().toString()).toList())
          .containsExactlyInAnyOrderElementsOf(
              READ.stream().map(row -> row.file + ".yaml").toList());
    }
  }

  @Test
  void theCaOfTheSpecIsAskedAlsoOfZalandosServers() {
    ConnectionSecret.TlsOverride ca =
        new ConnectionSecret.TlsOverride(
            Optional.empty(), Optional.of("PEM"), Optional.empty(), Optional.empty());
    ConnectionSecret.Overrides overrides =
        new ConnectionSecret.Overrides(
            Map.of(), Optional.empty(), Optional.empty(), Optional.of("shop"), ca);
    ConnectionSecret.Result result = ConnectionSecret.read(secret("zalando"), overrides);
    assertThat(((ConnectionSecret.Found) result).endpoint().tls().mode()).isEqualTo("verify-full");
  }

  @Test
  void theLabelOfSomethingElseIsNoHost() {
    SecretData zalando = secret("zalando");
    SecretData other =
        new SecretData(
            zalando.origin(), zalando.namespace(), Map.of("cluster-name", "tulip"), zalando.data());
    assertThat(ConnectionSecret.read(other, Spec.NAME.overrides()))
        .isInstanceOf(ConnectionSecret.Invalid.class);
  }

  private static SecretData secret(String file) {
    try (InputStream yaml = Files.newInputStream(SECRETS.resolve(file + ".yaml"))) {
      Secret secret = Serialization.unmarshal(yaml, Secret.class);
      return new SecretData(
          "Secret " + secret.getMetadata().getName(),
          Optional.of("garden"),
          Optional.ofNullable(secret.getMetadata().getLabels()).orElse(Map.of()),
          secret.getStringData());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String login(Endpoint e) {
    return "%s %d %s %s %s %s"
        .formatted(e.host(), e.port(), e.database(), e.user(), e.password(), e.tls().mode());
  }

  private static String tls(Tls tls) {
    return Stream.of(
            tls.ca().map(pem -> "ca=" + content(pem)),
            tls.certificate().map(pem -> "certificate=" + content(pem)),
            tls.key().map(pem -> "key=" + content(pem)))
        .flatMap(Optional::stream)
        .reduce((a, b) -> a + " " + b)
        .orElse("");
  }

  private static String content(String pem) {
    return new String(
        Base64.getDecoder().decode(pem.lines().skip(1).findFirst().orElseThrow()),
        StandardCharsets.UTF_8);
  }
}
