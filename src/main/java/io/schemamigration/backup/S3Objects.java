package io.schemamigration.backup;

import io.schemamigration.backup.StoreFailure.Reason;
import java.io.IOException;
import java.io.InputStream;
import java.util.Base64;
import java.util.Optional;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** The two objects of a backup. */
final class S3Objects {
  private final S3Settings settings;
  private final S3Client client;

  S3Objects(S3Settings settings, S3Client client) {
    this.settings = settings;
    this.client = client;
  }

  static String dumpKey(Location.S3 location) {
    return location.key() + "/" + Store.DUMP;
  }

  private static String manifestKey(Location.S3 location) {
    return location.key() + "/" + ManifestJson.FILE;
  }

  /** The manifest's text; empty if there is none. */
  Optional<byte[]> manifest(Location.S3 location) {
    try (InputStream in =
        client.getObject(g -> g.bucket(location.bucket()).key(manifestKey(location)))) {
      return Optional.of(in.readNBytes(ManifestJson.LARGEST));
    } catch (NoSuchKeyException e) {
      return Optional.empty();
    } catch (IOException e) {
      throw SdkClientException.create("the connection broke", e);
    }
  }

  void putManifest(Location.S3 location, Manifest manifest) {
    byte[] bytes = ManifestJson.write(manifest);
    byte[] md5 = Fingerprint.digest("MD5").digest(bytes);
    client.putObject(
        put -> {
          put.bucket(location.bucket())
              .key(manifestKey(location))
              .contentType("application/json")
              .contentMD5(Base64.getEncoder().encodeToString(md5));
          settings
              .serverSideEncryption()
              .ifPresent(
                  e -> {
                    put.serverSideEncryption(e.algorithm());
                    e.key().ifPresent(put::ssekmsKeyId);
                  });
        },
        RequestBody.fromBytes(bytes));
  }

  /**
   * Checks what arrived. Size, metadata and an ETag made of MD5 prove it; a server that encrypts
   * with a key of its own, or makes other ETags, is asked for all of it.
   *
   * @param etag what {@link S3Upload#send} says
   * @throws StoreFailure if the server holds something else; it is removed
   */
  void mustHold(Location.S3 location, Fingerprint sent, String etag) throws StoreFailure {
    HeadObjectResponse head =
        client.headObject(h -> h.bucket(location.bucket()).key(dumpKey(location)));
    boolean proven =
        head.contentLength() == sent.bytes()
            && sent.sha256().equals(head.metadata().get(S3Upload.SHA256))
            && etag.equals(String.valueOf(head.eTag()).replace("\"", ""));
    if (!proven && !readBack(location).equals(sent)) {
      client.deleteObject(d -> d.bucket(location.bucket()).key(dumpKey(location)));
      throw new StoreFailure(
          Reason.CORRUPT,
          "the server keeps other bytes at %s than were sent, so they were removed; check the server"
              .formatted(location.text()));
    }
  }

  private Fingerprint readBack(Location.S3 location) {
    try (InputStream in =
        client.getObject(g -> g.bucket(location.bucket()).key(dumpKey(location)))) {
      return Fingerprint.of(in);
    } catch (IOException e) {
      throw SdkClientException.create("the connection broke", e);
    }
  }

  /** Cheap, so no proof: a dump of that size is there. */
  void mustHaveSize(Location.S3 location, long bytes) throws StoreFailure {
    long size;
    try {
      size =
          client
              .headObject(h -> h.bucket(location.bucket()).key(dumpKey(location)))
              .contentLength();
    } catch (S3Exception e) {
      if (e.statusCode() != 404) {
        throw e;
      }
      throw new StoreFailure(
          Reason.CORRUPT,
          "there is no %s at %s, only its manifest; use another backup"
              .formatted(Store.DUMP, location.text()));
    }
    if (size != bytes) {
      throw new StoreFailure(
          Reason.CORRUPT,
          "the dump at %s has %d bytes, its manifest says %d; use another backup"
              .formatted(location.text(), size, bytes));
    }
  }

  /** The manifest first: from then on it is no backup. */
  void delete(Location.S3 location) {
    client.deleteObject(d -> d.bucket(location.bucket()).key(manifestKey(location)));
    client.deleteObject(d -> d.bucket(location.bucket()).key(dumpKey(location)));
  }
}
