package io.schemamigration.plan;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/** SHA-256 as lower-case hex, the only digest the product knows. */
public final class Digest {
  private Digest() {}

  /** The digest of the bytes as they are, as {@code sha256sum} prints it. */
  public static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java platform has SHA-256", e);
    }
  }

  /** The digest of the text's UTF-8 bytes. */
  public static String sha256(String text) {
    return sha256(text.getBytes(StandardCharsets.UTF_8));
  }

  /**
   * The digest of one file's content: a byte-order mark at the start is left out and CRLF counts as
   * LF, so that a checkout on another system is no change of content.
   */
  public static String sha256OfContent(byte[] bytes) {
    int start = hasByteOrderMark(bytes) ? 3 : 0;
    ByteArrayOutputStream normal = new ByteArrayOutputStream(bytes.length);
    for (int i = start; i < bytes.length; i++) {
      boolean crOfCrLf = bytes[i] == '\r' && i + 1 < bytes.length && bytes[i + 1] == '\n';
      if (!crOfCrLf) {
        normal.write(bytes[i]);
      }
    }
    return sha256(normal.toByteArray());
  }

  static boolean hasByteOrderMark(byte[] bytes) {
    return bytes.length >= 3
        && bytes[0] == (byte) 0xEF
        && bytes[1] == (byte) 0xBB
        && bytes[2] == (byte) 0xBF;
  }
}
