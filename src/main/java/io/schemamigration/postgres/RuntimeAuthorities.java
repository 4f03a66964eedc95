package io.schemamigration.postgres;

import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.security.cert.X509Certificate;
import java.util.Base64;
import javax.net.ssl.TrustManager;
import javax.net.ssl.TrustManagerFactory;
import javax.net.ssl.X509TrustManager;

/** The certificates that the Java runtime trusts, for programs that have a list of their own. */
final class RuntimeAuthorities {
  private static final int LINE = 64;

  private RuntimeAuthorities() {}

  static String pem() throws GeneralSecurityException {
    TrustManagerFactory managers =
        TrustManagerFactory.getInstance(TrustManagerFactory.getDefaultAlgorithm());
    managers.init((KeyStore) null);
    Base64.Encoder base64 = Base64.getMimeEncoder(LINE, "\n".getBytes(StandardCharsets.US_ASCII));
    StringBuilder text = new StringBuilder();
    for (TrustManager manager : managers.getTrustManagers()) {
      if (manager instanceof X509TrustManager authorities) {
        for (X509Certificate each : authorities.getAcceptedIssuers()) {
          text.append("-----BEGIN CERTIFICATE-----\n")
              .append(base64.encodeToString(each.getEncoded()))
              .append("\n-----END CERTIFICATE-----\n");
        }
      }
    }
    return text.toString();
  }
}
