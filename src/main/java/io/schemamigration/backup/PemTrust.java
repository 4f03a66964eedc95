package io.schemamigration.backup;

import io.schemamigration.backup.StoreFailure.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.Certificate;
import java.security.cert.CertificateFactory;
import java.util.Collection;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;

/** Trust in the certificates of a PEM file, and in no others. */
final class PemTrust {
  private PemTrust() {}

  static TrustManager[] in(Path file) throws StoreFailure {
    try (InputStream in = Files.newInputStream(file)) {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (found.isEmpty()) {
        throw new GeneralSecurityException("no certificate in it");
      }
      KeyStore store = KeyStore.getInstance(KeyStore.getDefaultType());
      store.load(null, null);
      int number = 0;
      for (Certificate each : found) {
        store.setCertificateEntry("ca-" + number++, each);
      }
      TrustManagerFactory managers =
          TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
      managers.init(store);
      return managers.getTrustManagers();
    } catch (GeneralSecurityException | IOException e) {
      throw new StoreFailure(
          Reason.SETTINGS_INVALID,
          "the key that storage.s3.caSecretRef names holds no PEM certificate; correct it",
          e);
    }
  }
}
