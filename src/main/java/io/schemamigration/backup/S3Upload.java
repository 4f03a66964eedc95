package io.schemamigration.backup;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.function.Predicate;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;

/** Sends a dump in constant memory: at once, or in parts where it is large. */
final class S3Upload {
  /** The entry of the object's metadata that holds its sha256. */
  static final String SHA256 = "sha256";

  /** What is larger is sent in parts, bytes. */
  static final long PART = 64L * 1024 * 1024;

  /** No upload is at work for so long. */
  private static final Duration LEFT = Duration.ofDays(7);

  private static final int MOST_PARTS = 10_000;

  private final S3Client client;
  private final S3Settings settings;
  private final long part;

  /** {@code part}: what is larger is sent in parts of that size, bytes; a server wants 5 MiB. */
  S3Upload(S3Client client, S3Settings settings, long part) {
    this.client = client;
    this.settings = settings;
    this.part = part;
  }

  /**
   * Sends it.
   *
   * @param sha256 what it is; it stands in the object's metadata
   * @return the ETag of an object that holds exactly these bytes, at a server that makes ETags out
   *     of MD5
   * @throws IOException if the file cannot be read
   * @throws StoreFailure if it is not what it is said to be; then it is not kept
   */
  String send(Path dump, String key, String sha256) throws IOException, StoreFailure {
    long size = Files.size(dump);
    return size <= part ? atOnce(dump, size, key, sha256) : inParts(dump, size, key, sha256);
  }

  /** The disk may have said something else when it was read before. */
  private static void mustBe(MessageDigest read, String sha256) throws StoreFailure {
    if (!hex(read.digest()).equals(sha256)) {
      throw new StoreFailure(
          StoreFailure.Reason.CORRUPT,
          "the dump changed in its work folder while it was sent; check the node's disk");
    }
  }

  private String atOnce(Path dump, long size, String key, String sha256)
      throws IOException, StoreFailure {
    FilePart all = new FilePart(dump, 0, size);
    MessageDigest read = Fingerprint.digest("SHA-256");
    byte[] md5 = all.md5(read);
    mustBe(read, sha256);
    client.putObject(
        put -> {
          put.bucket(settings.bucket())
              .key(key)
              .metadata(Map.of(SHA256, sha256))
              .contentMD5(base64(md5));
          settings
              .serverSideEncryption()
              .ifPresent(
                  e -> {
                    put.serverSideEncryption(e.algorithm());
                    e.key().ifPresent(put::ssekmsKeyId);
                  });
        },
        all.body());
    return hex(md5);
  }

  private String inParts(Path dump, long size, String key, String sha256)
      throws IOException, StoreFailure {
    String upload = begin(key, Map.of(SHA256, sha256));
    try {
      return parts(dump, size, key, upload, sha256);
    } catch (IOException | StoreFailure | RuntimeException | Error e) {
      abort(key, upload);
      throw e;
    }
  }

  private String begin(String key, Map<String, String> metadata) {
    return client
        .createMultipartUpload(
            create -> {
              create.bucket(settings.bucket()).key(key).metadata(metadata);
              settings
                  .serverSideEncryption()
                  .ifPresent(
                      e -> {
                        create.serverSideEncryption(e.algorithm());
                        e.key().ifPresent(create::ssekmsKeyId);
                      });
            })
        .uploadId();
  }

  /** Begins to send something to this key, by which the server says whether that is allowed. */
  void probe(String key) {
    abort(key, begin(key, Map.of()));
  }

  private String parts(Path dump, long size, String key, String upload, String sha256)
      throws IOException, StoreFailure {
    long length = Math.max(part, Math.ceilDiv(size, MOST_PARTS));
    MessageDigest ofParts = Fingerprint.digest("MD5");
    MessageDigest read = Fingerprint.digest("SHA-256");
    List<CompletedPart> sent = new ArrayList<>();
    for (long offset = 0; offset < size; offset += length) {
      FilePart piece = new FilePart(dump, offset, Math.min(length, size - offset));
      int number = sent.size() + 1;
      byte[] md5 = piece.md5(read);
      ofParts.update(md5);
      String etag =
          client
              .uploadPart(
                  u ->
                      u.bucket(settings.bucket())
                          .key(key)
                          .uploadId(upload)
                          .partNumber(number)
                          .contentMD5(base64(md5)),
                  piece.body())
              .eTag();
      sent.add(CompletedPart.builder().partNumber(number).eTag(etag).build());
    }
    mustBe(read, sha256);
    try {
      client.completeMultipartUpload(
          c ->
              c.bucket(settings.bucket())
                  .key(key)
                  .uploadId(upload)
                  .multipartUpload(m -> m.parts(sent)));
    } catch (NoSuchUploadException e) {
      // The answer to a first try was lost: the check of what is there now tells.
    }
    return hex(ofParts.digest()) + "-" + sent.size();
  }

  /** What was sent costs money until it is removed; if this fails as well, the next try does it. */
  private void abort(String key, String upload) {
    try {
      client.abortMultipartUpload(a -> a.bucket(settings.bucket()).key(key).uploadId(upload));
    } catch (SdkException e) {
      // The first failure is the one to tell.
    }
  }

  /** Removes the parts that a killed upload to this key left. */
  void abortOlder(String key) {
    abortAll(key, upload -> upload.key().equals(key));
  }

  /** And those of uploads in this folder that were given up: no other ever has their name. */
  void abortForgotten(Folder folder) {
    Instant old = Instant.now().minus(LEFT);
    abortAll(
        folder + "/", upload -> upload.initiated() != null && upload.initiated().isBefore(old));
  }

  private void abortAll(String prefix, Predicate<MultipartUpload> which) {
    try {
      client
          .listMultipartUploads(l -> l.bucket(settings.bucket()).prefix(prefix))
          .uploads()
          .stream()
          .filter(which)
          .forEach(upload -> abort(upload.key(), upload.uploadId()));
    } catch (SdkException e) {
      // Tidiness, which not every server and not every right allows.
    }
  }

  private static String base64(byte[] bytes) {
    return Base64.getEncoder().encodeToString(bytes);
  }

  private static String hex(byte[] bytes) {
    return HexFormat.of().formatHex(bytes);
  }
}
