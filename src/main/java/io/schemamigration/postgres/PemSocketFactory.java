package io.schemamigration.postgres;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Collection;
import java.util.Properties;
import javax.net.ssl.KeyManager;
import javax.net.ssl.KeyManagerFactory;
import javax.net.ssl.SSLContext;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;
import org.postgresql.ssl.WrappedFactory;

/**
 * Certificates from memory: the driver's own factories want files. Made by the driver, which hands
 * it the connection's properties; the host's name is checked by the driver itself.
 */
public final class PemSocketFactory extends WrappedFactory {
  static final String CA = "smig.ca";
  static final String CERTIFICATE = "smig.certificate";
  static final String KEY = "smig.key";
  static final String VERIFY = "smig.verify";
  private static final char[] IN_MEMORY = "in memory".toCharArray();

  /**
   * Reads the properties above.
   *
   * @throws GeneralSecurityException if a certificate or the key cannot be read
   */
  public PemSocketFactory(Properties properties) throws GeneralSecurityException, IOException {
    SSLContext context = SSLContext.getInstance("TLS");
    context.init(keys(properties), trust(properties), null);
    factory = context.getSocketFactory();
  }

  private static KeyManager[] keys(Properties properties)
      throws GeneralSecurityException, IOException {
    String certificate = properties.getProperty(CERTIFICATE);
    String key = properties.getProperty(KEY);
    if (certificate == null || key == null) {
      return null;
    }
    KeyStore store = emptyStore();
    store.setKeyEntry(
        "client",
        PemKey.read(key),
        IN_MEMORY,
        certificates(certificate).toArray(Certificate[]::new));
    KeyManagerFactory managers =
        KeyManagerFactory.getInstance(KeyManagerFactory.getDefaultAlgorithm());
    managers.init(store, IN_MEMORY);
    return managers.getKeyManagers();
  }

  private static TrustManager[] trust(Properties properties)
      throws GeneralSecurityException, IOException {
    if (!Boolean.parseBoolean(properties.getProperty(VERIFY))) {
      return new TrustManager[] {new Anybody()};
    }
    KeyStore store = null; // that of the Java runtime
    String ca = properties.getProperty(CA);
    if (ca != null) {
      store = emptyStore();
      int number = 0;
      for (Certificate each : certificates(ca)) {
        store.setCertificateEntry("ca-" + number++, each);
      }
    }
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init(store);
    return managers.getTrustManagers();
  }

  private static KeyStore emptyStore() throws GeneralSecurityException, IOException {
    KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
    store.load(null, null);
    return store;
  }

  private static Collection<? extends Certificate> certificates(String pem)
      throws GeneralSecurityException {
    Collection<? extends Certificate> found =
        CertificateFactory.getInstance("X.509")
            .generateCertificates(
                new ByteArrayInputStream(pem.getBytes(StandardCharsets.US_ASCII)));
    if (found.isEmpty()) {
      throw new GeneralSecurityException("no certificate in it");
    }
    return found;
  }

  /** As libpq's prefer and require: encrypted, with whomever. */
  private static final class Anybody implements X509TrustManager {
    @Override
    public void checkClientTrusted(X509Certificate[] chain, String type) {}

    @Override
    public void checkServerTrusted(X509Certificate[] chain, String type) {}

    @Override
    public X509Certificate[] getAcceptedIssuers() {
      return new X509Certificate[0];
    }
  }
}
