package io.schemamigration.testing;

import java.io.IOException;
import java.io.StringWriter;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.concurrent.atomic.AtomicLong;
import org.bouncycastle.asn1.sec.ECPrivateKey;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;
import org.bouncycastle.util.io.pem.PemObject;

/** A certificate authority for tests. */
public final class Certificates {
  private static final AtomicLong SERIAL = new AtomicLong(1);

  private final X500Name name;
  private final KeyPair keys;
  private final X509Certificate own;

  /** A new authority of this name. */
  public Certificates(String name) {
    this.name = new X500Name("CN=" + name);
    this.keys = keyPair("EC");
    this.own = sign(this.name, keys, Duration.ofDays(1), true, null);
  }

  /** A certificate and its key, as PEM; {@code traditional} is PKCS #1 or SEC 1, by the key. */
  public record Issued(String certificate, String key, String traditional) {}

  /** The authority's own certificate, as PEM. */
  public String ca() {
    return pem(own);
  }

  /**
   * Issues a certificate.
   *
   * @param algorithm RSA or EC
   * @param validFor may be negative: expired that long ago
   * @param subject common name
   * @param host a DNS name or IP address it is for; may be {@code null}
   */
  public Issued issue(String algorithm, Duration validFor, String subject, String host) {
    KeyPair pair = keyPair(algorithm);
    X509Certificate certificate = sign(new X500Name("CN=" + subject), pair, validFor, false, host);
    return new Issued(pem(certificate), pkcs8(pair.getPrivate()), traditional(pair.getPrivate()));
  }

  private static KeyPair keyPair(String algorithm) {
    try {
      KeyPairGenerator generator = KeyPairGenerator.getInstance(algorithm);
      generator.initialize(algorithm.equals("EC") ? 256 : 2048);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }

  private X509Certificate sign(
      X500Name subject, KeyPair pair, Duration validFor, boolean authority, String host) {
    Instant end = Instant.now().plus(validFor);
    X509v3CertificateBuilder builder =
        new JcaX509v3CertificateBuilder(
            name,
            BigInteger.valueOf(SERIAL.getAndIncrement()),
            Date.from((validFor.isNegative() ? end : Instant.now()).minus(Duration.ofDays(1))),
            Date.from(end),
            subject,
            pair.getPublic());
    try {
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(authority));
      if (host != null) {
        int kind = host.matches("[0-9.]+") ? GeneralName.iPAddress : GeneralName.dNSName;
        builder.addExtension(
            Extension.subjectAlternativeName, false, new GeneralNames(new GeneralName(kind, host)));
      }
      return new JcaX509CertificateConverter()
          .getCertificate(
              builder.build(
                  new JcaContentSignerBuilder("SHA256withECDSA").build(keys.getPrivate())));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    } catch (GeneralSecurityException | OperatorCreationException e) {
      throw new IllegalStateException(e);
    }
  }

  /** An elliptic key names its curve, as openssl and cert-manager write it. */
  private static String traditional(PrivateKey key) {
    if (!(key instanceof java.security.interfaces.ECPrivateKey elliptic)) {
      return pem(key);
    }
    try {
      return pem(
          new PemObject(
              "EC PRIVATE KEY",
              new ECPrivateKey(256, elliptic.getS(), SECObjectIdentifiers.secp256r1).getEncoded()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String pkcs8(PrivateKey key) {
    try {
      return pem(new JcaPKCS8Generator(key, null));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static String pem(Object value) {
    StringWriter text = new StringWriter();
    try (JcaPEMWriter writer = new JcaPEMWriter(text)) {
      writer.writeObject(value);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return text.toString();
  }
}
