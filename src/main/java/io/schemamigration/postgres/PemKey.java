package io.schemamigration.postgres;

import java.io.ByteArrayOutputStream;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/**
 * A private key out of PEM. Java reads PKCS #8 alone; certificate tools also write RSA keys as PKCS
 * #1 (RFC 8017) and elliptic ones as SEC 1 (RFC 5915), each of which is the inner part of a PKCS
 * #8.
 */
final class PemKey {
  private static final Pattern PEM =
      Pattern.compile("-----BEGIN ((?:[A-Z0-9]+ )?)PRIVATE KEY-----([A-Za-z0-9+/=\\s]+)-----END");
  private static final byte[] RSA = HexFormat.of().parseHex("06092a864886f70d0101010500");
  private static final byte[] ELLIPTIC = HexFormat.of().parseHex("06072a8648ce3d0201");
  private static final int SEQUENCE = 0x30;
  private static final int OCTETS = 0x04;
  private static final int PARAMETERS = 0xA0;
  private static final byte[] VERSION = {0x02, 0x01, 0x00};

  private PemKey() {}

  static PrivateKey read(String pem) throws GeneralSecurityException {
    Matcher matcher = PEM.matcher(pem);
    if (!matcher.find()) {
      throw new InvalidKeySpecException("no private key without a password in it");
    }
    byte[] der = Base64.getMimeDecoder().decode(matcher.group(2));
    byte[] pkcs8 =
        switch (matcher.group(1).strip()) {
          case "" -> der;
          case "RSA" -> pkcs8(RSA, der);
          case "EC" -> pkcs8(concat(ELLIPTIC, curve(der)), der);
          default -> throw new InvalidKeySpecException("a kind of key that is not known");
        };
    for (String algorithm : List.of("RSA", "EC", "Ed25519")) {
      try {
        return KeyFactory.getInstance(algorithm).generatePrivate(new PKCS8EncodedKeySpec(pkcs8));
      } catch (InvalidKeySpecException e) {
        continue; // of another algorithm, or damaged
      }
    }
    throw new InvalidKeySpecException("a private key that cannot be read");
  }

  private static byte[] pkcs8(byte[] algorithm, byte[] key) {
    return element(SEQUENCE, concat(VERSION, element(SEQUENCE, algorithm), element(OCTETS, key)));
  }

  /** The curve's identifier: SEC 1 is a sequence of version, key and, in [0], the parameters. */
  private static byte[] curve(byte[] der) throws InvalidKeySpecException {
    int at = content(der, 0);
    while (at < der.length) {
      int start = content(der, at);
      int end = start + length(der, at);
      if ((der[at] & 0xFF) == PARAMETERS) {
        return java.util.Arrays.copyOfRange(der, start, end);
      }
      at = end;
    }
    throw new InvalidKeySpecException("an elliptic key that does not name its curve");
  }

  private static int content(byte[] der, int at) {
    int first = der[at + 1] & 0xFF;
    return at + 2 + (first < 0x80 ? 0 : first & 0x7F);
  }

  private static int length(byte[] der, int at) {
    int first = der[at + 1] & 0xFF;
    if (first < 0x80) {
      return first;
    }
    int length = 0;
    for (int i = 0; i < (first & 0x7F); i++) {
      length = length << 8 | der[at + 2 + i] & 0xFF;
    }
    return length;
  }

  private static byte[] element(int tag, byte[] content) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    out.write(tag);
    if (content.length < 0x80) {
      out.write(content.length);
    } else {
      out.write(0x82); // two bytes of length hold every key
      out.write(content.length >> 8);
      out.write(content.length);
    }
    out.writeBytes(content);
    return out.toByteArray();
  }

  private static byte[] concat(byte[]... parts) {
    ByteArrayOutputStream out = new ByteArrayOutputStream();
    for (byte[] part : parts) {
      out.writeBytes(part);
    }
    return out.toByteArray();
  }
}
