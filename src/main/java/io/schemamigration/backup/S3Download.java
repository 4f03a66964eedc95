package io.schemamigration.backup;

import io.schemamigration.backup.StoreFailure.Reason;
import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;

/** Copies an object into a file; a connection that breaks is taken up where it broke. */
final class S3Download {
  /** How often it may break, in a row, without a byte in between. */
  private static final int BREAKS = 5;

  private final S3Client client;
  private final String bucket;
  private final String key;
  private final Location from;

  S3Download(S3Client client, String bucket, String key, Location from) {
    this.client = client;
    this.bucket = bucket;
    this.key = key;
    this.from = from;
  }

  /**
   * Copies it.
   *
   * @param bytes what its manifest says of its size
   * @throws IOException if the file cannot be written
   */
  void to(Path target, long bytes) throws IOException, StoreFailure {
    try (OutputStream out = Files.newOutputStream(target)) {
      Progress progress = new Progress(out, bytes);
      int breaks = 0;
      while (progress.have < bytes || progress.etag == null) {
        long before = progress.have;
        if (!progress.goOn()) {
          breaks = progress.have > before ? 1 : breaks + 1;
          if (breaks > BREAKS) {
            throw new StoreFailure(
                Reason.UNREACHABLE,
                "the connection broke again and again after %d of %d bytes of %s; try later"
                    .formatted(progress.have, bytes, from.text()));
          }
        }
      }
    }
  }

  private final class Progress {
    private final OutputStream out;
    private final long bytes;
    private final byte[] buffer = new byte[Fingerprint.BUFFER];
    private long have;
    private String etag;

    Progress(OutputStream out, long bytes) {
      this.out = out;
      this.bytes = bytes;
    }

    /** Reads on to the end; false if the connection broke before it. */
    boolean goOn() throws IOException, StoreFailure {
      try (ResponseInputStream<GetObjectResponse> in =
          client.getObject(
              get -> {
                get.bucket(bucket).key(key);
                if (have > 0) {
                  get.range("bytes=" + have + "-").ifMatch(etag);
                }
              })) {
        etag = in.response().eTag() == null ? "" : in.response().eTag();
        mustFit(in.response().contentLength());
        for (int n = next(in); n >= 0; n = next(in)) {
          out.write(buffer, 0, n);
          have += n;
        }
        return have == bytes; // the JDK takes a connection that was cut for the end
      } catch (Broken e) {
        return false;
      }
    }

    private void mustFit(Long announced) throws StoreFailure {
      if (announced != null && have + announced != bytes) {
        throw new StoreFailure(
            Reason.CORRUPT,
            "the dump at %s has %d bytes, its manifest says %d; use another backup"
                .formatted(from.text(), have + announced, bytes));
      }
    }

    private int next(ResponseInputStream<GetObjectResponse> in) throws Broken {
      try {
        return in.read(buffer);
      } catch (IOException e) {
        in.abort();
        throw new Broken(e);
      }
    }
  }

  /** Of the connection, not of the file. */
  private static final class Broken extends IOException {
    private static final long serialVersionUID = 1L;

    Broken(IOException cause) {
      super(cause);
    }
  }
}
