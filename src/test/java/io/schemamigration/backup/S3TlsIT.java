package io.schemamigration.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.schemamigration.backup.StoreFailure.Reason;
import io.schemamigration.testing.Certificates;
import io.schemamigration.testing.EmbeddedS3;
import io.schemamigration.testing.S3Server;
import java.io.OutputStream;
import java.io.StringReader;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.KeyStore;
import java.security.PrivateKey;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** An endpoint with a certificate of its own. */
class S3TlsIT {
  private static final char[] PASSWORD = "in a test".toCharArray();
  private final Certificates authority = new Certificates("storage authority");

  @TempDir Path folder;

  private EmbeddedS3 server(Duration validFor, String host) throws Exception {
    Certificates.Issued issued = authority.issue("EC", validFor, "storage", host);
    Certificate certificate =
        CertificateFactory.getInstance("X.509")
            .generateCertificate(
                new java.io.ByteArrayInputStream(issued.certificate().getBytes("US-ASCII")));
    PrivateKey key;
    try (PEMParser parser = new PEMParser(new StringReader(issued.key()))) {
      key = new JcaPEMKeyConverter().getPrivateKey((PrivateKeyInfo) parser.readObject());
    }
    KeyStore store = KeyStore.getInstance("PKCS12");
    store.load(null, null);
    store.setKeyEntry("storage", key, PASSWORD, new Certificate[] {certificate});
    Path file = folder.resolve("storage.p12");
    try (OutputStream out = Files.newOutputStream(file)) {
      store.store(out, PASSWORD);
    }
    return EmbeddedS3.start(file, new String(PASSWORD));
  }

  private S3Store store(URI endpoint, boolean withCa) throws Exception {
    Path secret = Files.createDirectories(folder.resolve("secret"));
    Files.writeString(secret.resolve("accessKeyId"), S3Server.ACCESS_KEY);
    Files.writeString(secret.resolve("secretAccessKey"), S3Server.SECRET_KEY);
    Path ca = Files.writeString(folder.resolve("ca.crt"), authority.ca());
    return S3Store.open(
        new S3Settings(
            "backups",
            Folder.ROOT,
            Optional.of(endpoint),
            Optional.empty(),
            Optional.empty(),
            withCa ? Optional.of(ca) : Optional.empty(),
            Optional.of(secret)),
        Map.of());
  }

  private void refused(URI endpoint, boolean withCa, String message) throws Exception {
    try (S3Store store = store(endpoint, withCa)) {
      StoreFailure failure =
          assertThatExceptionOfType(StoreFailure.class)
              .isThrownBy(() -> store.list("shop", "orders"))
              .actual();
      assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(Reason.TLS_FAILED);
      assertThat(failure).hasMessageContaining(message);
      assertThat(failure.getMessage()).doesNotContain("127.0.0.1");
    }
  }

  @Test
  void aPrivateAuthorityIsTrustedWhereItIsNamed() throws Exception {
    try (EmbeddedS3 server = server(Duration.ofHours(1), "127.0.0.1");
        S3Store store = store(server.endpoint(), true)) {
      StoreFailure answered =
          assertThatExceptionOfType(StoreFailure.class)
              .isThrownBy(() -> store.find(Backups.FIRST))
              .actual();
      assertThat(answered.reason()).isEqualTo(Reason.BUCKET_NOT_FOUND);
    }
  }

  @Test
  void aPrivateAuthorityIsNotTrustedOtherwise() throws Exception {
    try (EmbeddedS3 server = server(Duration.ofHours(1), "127.0.0.1")) {
      refused(server.endpoint(), false, "is not trusted; name its CA in storage.s3.caSecretRef");
    }
  }

  @Test
  void anExpiredCertificateIsNamed() throws Exception {
    try (EmbeddedS3 server = server(Duration.ofHours(-1), "127.0.0.1")) {
      refused(server.endpoint(), true, "has expired; renew it");
    }
  }

  @Test
  void aCertificateOfAnotherHostIsNamed() throws Exception {
    try (EmbeddedS3 server = server(Duration.ofHours(1), "storage.example")) {
      refused(server.endpoint(), true, "is of another host");
    }
  }

  @Test
  void aServerThatSpeaksNoTlsIsNamed() throws Exception {
    try (EmbeddedS3 server = EmbeddedS3.start()) {
      URI tls = URI.create(server.endpoint().toString().replace("http:", "https:"));
      refused(tls, true, "does not speak TLS; write http://");
    }
  }

  @Test
  void aFileThatHoldsNoCertificateIsNamed() throws Exception {
    Path empty = Files.writeString(folder.resolve("none.crt"), "nothing");
    assertThatExceptionOfType(StoreFailure.class)
        .isThrownBy(() -> PemTrust.in(empty))
        .withMessageContaining("storage.s3.caSecretRef names holds no PEM certificate");
  }
}
