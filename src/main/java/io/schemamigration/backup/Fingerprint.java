package io.schemamigration.backup;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;

/**
 * By which a dump is known again; taken in constant memory.
 *
 * @param bytes its size
 * @param sha256 64 hex digits
 */
record Fingerprint(long bytes, String sha256) {
  static final int BUFFER = 128 * 1024;

  static Fingerprint of(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      return of(in);
    }
  }

  /** Reads to the end and leaves it open. */
  static Fingerprint of(InputStream in) throws IOException {
    MessageDigest digest = digest("SHA-256");
    byte[] buffer = new byte[BUFFER];
    long bytes = 0;
    for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
      digest.update(buffer, 0, n);
      bytes += n;
    }
    return new Fingerprint(bytes, HexFormat.of().formatHex(digest.digest()));
  }

  static Fingerprint of(Manifest manifest) {
    return new Fingerprint(manifest.bytes(), manifest.sha256());
  }

  static MessageDigest digest(String algorithm) {
    try {
      return MessageDigest.getInstance(algorithm);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every Java runtime has " + algorithm, e);
    }
  }

  /**
   * Compares what was read with what is expected.
   *
   * @param where how the message names it
   * @throws StoreFailure if they differ
   */
  void mustBe(Fingerprint expected, Location where) throws StoreFailure {
    if (bytes != expected.bytes) {
      throw new StoreFailure(
          StoreFailure.Reason.CORRUPT,
          "the dump at %s has %d bytes, its manifest says %d; use another backup"
              .formatted(where.text(), bytes, expected.bytes));
    }
    if (!sha256.equals(expected.sha256)) {
      throw new StoreFailure(
          StoreFailure.Reason.CORRUPT,
          "the dump at %s was changed or damaged: its sha256 begins with %s, its manifest says %s;"
                  .formatted(
                      where.text(), sha256.substring(0, 12), expected.sha256.substring(0, 12))
              + " use another backup");
    }
  }
}
