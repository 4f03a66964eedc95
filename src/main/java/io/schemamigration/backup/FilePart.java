package io.schemamigration.backup;

import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import software.amazon.awssdk.core.sync.RequestBody;

/**
 * A piece of a file, read from the disk each time that it is sent.
 *
 * @param file the whole
 * @param offset where it begins, bytes
 * @param length its size, bytes
 */
record FilePart(Path file, long offset, long length) {

  InputStream open() throws IOException {
    FileChannel channel = FileChannel.open(file, StandardOpenOption.READ);
    try {
      return new Limited(Channels.newInputStream(channel.position(offset)), length);
    } catch (IOException e) {
      channel.close();
      throw e;
    }
  }

  /**
   * Its MD5, as S3 wants it.
   *
   * @param whole is given its bytes as well
   */
  byte[] md5(MessageDigest whole) throws IOException {
    MessageDigest digest = Fingerprint.digest("MD5");
    byte[] buffer = new byte[Fingerprint.BUFFER];
    try (InputStream in = open()) {
      for (int n = in.read(buffer); n >= 0; n = in.read(buffer)) {
        digest.update(buffer, 0, n);
        whole.update(buffer, 0, n);
      }
    }
    return digest.digest();
  }

  /** To send, and to send again after a failure. */
  RequestBody body() {
    return RequestBody.fromContentProvider(
        () -> {
          try {
            return open();
          } catch (IOException e) {
            throw new UncheckedIOException(e);
          }
        },
        length,
        "application/octet-stream");
  }

  private static final class Limited extends FilterInputStream {
    private long left;

    Limited(InputStream in, long left) {
      super(in);
      this.left = left;
    }

    @Override
    public int read() throws IOException {
      byte[] one = new byte[1];
      return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
    }

    @Override
    public int read(byte[] buffer, int offset, int length) throws IOException {
      if (left == 0) {
        return -1;
      }
      int n = super.read(buffer, offset, (int) Math.min(length, left));
      left -= Math.max(n, 0);
      return n;
    }

    @Override
    public boolean markSupported() {
      return false; // sent again, it is opened again
    }
  }
}
