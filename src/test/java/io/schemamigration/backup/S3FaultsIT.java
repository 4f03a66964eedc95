package io.schemamigration.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.schemamigration.backup.StoreFailure.Reason;
import io.schemamigration.testing.EmbeddedS3;
import java.io.ByteArrayInputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.core.ResponseInputStream;
import software.amazon.awssdk.core.exception.SdkClientException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.AbortableInputStream;
import software.amazon.awssdk.services.s3.DelegatingS3Client;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CompleteMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadRequest;
import software.amazon.awssdk.services.s3.model.CreateMultipartUploadResponse;
import software.amazon.awssdk.services.s3.model.GetObjectRequest;
import software.amazon.awssdk.services.s3.model.GetObjectResponse;
import software.amazon.awssdk.services.s3.model.HeadObjectRequest;
import software.amazon.awssdk.services.s3.model.HeadObjectResponse;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsRequest;
import software.amazon.awssdk.services.s3.model.ListMultipartUploadsResponse;
import software.amazon.awssdk.services.s3.model.MultipartUpload;
import software.amazon.awssdk.services.s3.model.NoSuchUploadException;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;
import software.amazon.awssdk.services.s3.model.PutObjectResponse;
import software.amazon.awssdk.services.s3.model.S3Exception;
import software.amazon.awssdk.services.s3.model.UploadPartRequest;
import software.amazon.awssdk.services.s3.model.UploadPartResponse;

/** A real server between which and us something goes wrong. */
class S3FaultsIT {
  private static final int PART = 5 * 1024 * 1024;
  private static final String BUCKET = "backups";

  @TempDir Path folder;
  private EmbeddedS3 server;
  private S3Client behind;

  @BeforeEach
  void start() {
    server = EmbeddedS3.start();
    behind = server.client();
    behind.createBucket(b -> b.bucket(BUCKET));
  }

  @AfterEach
  void stop() {
    behind.close();
    server.close();
  }

  private S3Settings settings(Optional<Encryption> encryption) {
    return new S3Settings(
        BUCKET,
        Folder.ROOT,
        Optional.of(server.endpoint()),
        Optional.empty(),
        encryption,
        Optional.empty(),
        Optional.empty());
  }

  private Manifest put(S3Client client, int bytes) throws Exception {
    return put(client, bytes, Optional.empty());
  }

  private Manifest put(S3Client client, int bytes, Optional<Encryption> encryption)
      throws Exception {
    Path dump = Backups.dump(folder.resolve("work").resolve(Store.DUMP), bytes);
    Manifest manifest = Backups.of(Backups.FIRST, dump);
    new S3Store(settings(encryption), client, PART).put(dump, manifest);
    return manifest;
  }

  private StoreFailure refused(S3Client client, int bytes) {
    return assertThatExceptionOfType(StoreFailure.class)
        .isThrownBy(() -> put(client, bytes))
        .actual();
  }

  private void assertNothingIsThere() {
    assertThat(behind.listObjectsV2(l -> l.bucket(BUCKET)).contents()).isEmpty();
    assertThat(behind.listMultipartUploads(l -> l.bucket(BUCKET)).uploads()).isEmpty();
  }

  @Test
  void credentialsThatMayOnlyReadAreFoundOutBeforeAnythingIsDumped() {
    S3Client reader =
        new DelegatingS3Client(behind) {
          @Override
          public CreateMultipartUploadResponse createMultipartUpload(
              CreateMultipartUploadRequest request) {
            AwsErrorDetails denied = AwsErrorDetails.builder().errorCode("AccessDenied").build();
            throw S3Exception.builder().statusCode(403).awsErrorDetails(denied).build();
          }
        };
    StoreFailure refused =
        assertThatExceptionOfType(StoreFailure.class)
            .isThrownBy(
                () -> new S3Store(settings(Optional.empty()), reader, PART).probe(Backups.FIRST))
            .actual();
    assertThat(refused.reason()).isEqualTo(StoreFailure.Reason.ACCESS_DENIED);
    assertThat(refused)
        .hasMessageStartingWith("writing s3://%s/shop/orders/orders-1 failed: ".formatted(BUCKET))
        .hasMessageContaining("PutObject");
  }

  /** Its parts cost money, and a run that is planned anew never uses its name again. */
  @Test
  void anUploadOfAnotherNameThatWasKilledLongAgoIsRemoved() throws Exception {
    List<String> keys =
        List.of(
            "shop/orders/old/dump.pgc", "shop/orders/new/dump.pgc", "shop/orders-2/old/dump.pgc");
    keys.forEach(key -> behind.createMultipartUpload(c -> c.bucket(BUCKET).key(key)));
    S3Client later =
        new DelegatingS3Client(behind) {
          @Override
          public ListMultipartUploadsResponse listMultipartUploads(
              ListMultipartUploadsRequest request) {
            ListMultipartUploadsResponse answer = super.listMultipartUploads(request);
            Instant longAgo = Instant.now().minus(Duration.ofDays(8));
            return answer.toBuilder()
                .uploads(
                    answer.uploads().stream()
                        .map(u -> u.key().contains("/old/") ? u.copy(c -> c.initiated(longAgo)) : u)
                        .toList())
                .build();
          }
        };
    put(later, 1000);
    assertThat(behind.listMultipartUploads(l -> l.bucket(BUCKET)).uploads())
        .extracting(MultipartUpload::key)
        .containsExactlyInAnyOrder("shop/orders/new/dump.pgc", "shop/orders-2/old/dump.pgc");
  }

  @Test
  void aSecretMayHoldWhatIsNoText() throws Exception {
    Path secret = Files.createDirectory(folder.resolve("secret"));
    Files.writeString(secret.resolve("AWS_ACCESS_KEY_ID"), "id");
    Files.writeString(secret.resolve("AWS_SECRET_ACCESS_KEY"), "key");
    Files.write(secret.resolve("keystore.p12"), new byte[] {(byte) 0xff, (byte) 0xfe, 0});
    assertThat(FolderCredentials.in(secret).resolveCredentials().accessKeyId()).isEqualTo("id");
  }

  /** Puts a stream in place of an answer's. */
  private static ResponseInputStream<GetObjectResponse> with(
      ResponseInputStream<GetObjectResponse> answer, InputStream in) {
    return new ResponseInputStream<>(answer.response(), AbortableInputStream.create(in));
  }

  @Test
  void aConnectionThatBreaksInALaterPartLeavesNoParts() {
    S3Client breaking =
        new DelegatingS3Client(behind) {
          @Override
          public UploadPartResponse uploadPart(UploadPartRequest request, RequestBody body) {
            if (request.partNumber() == 2) {
              assertThat(behind.listMultipartUploads(l -> l.bucket(BUCKET)).uploads()).hasSize(1);
              throw SdkClientException.create("broken");
            }
            return super.uploadPart(request, body);
          }
        };
    assertThat(refused(breaking, 3 * PART).reason()).isEqualTo(Reason.UNREACHABLE);
    assertNothingIsThere();
  }

  @Test
  void anAnswerThatIsLostAfterTheLastPartIsNoFailure() throws Exception {
    S3Client losing =
        new DelegatingS3Client(behind) {
          @Override
          public CompleteMultipartUploadResponse completeMultipartUpload(
              CompleteMultipartUploadRequest request) {
            super.completeMultipartUpload(request);
            throw NoSuchUploadException.builder().statusCode(404).message("sent again").build();
          }
        };
    Manifest manifest = put(losing, 2 * PART);
    assertThat(new S3Store(settings(Optional.empty()), behind, PART).find(Backups.FIRST))
        .contains(manifest);
  }

  @Test
  void whereTheETagIsNoMd5TheDumpIsReadBack() throws Exception {
    List<String> read = new ArrayList<>();
    S3Client withKeysOfItsOwn = otherETags(read, false);
    put(withKeysOfItsOwn, 1000);
    assertThat(read).contains("shop/orders/orders-1/dump.pgc");
  }

  @Test
  void otherBytesThanWereSentAreFoundAndRemoved() {
    StoreFailure failure = refused(otherETags(new ArrayList<>(), true), 1000);
    assertThat(failure.reason()).isEqualTo(Reason.CORRUPT);
    assertThat(failure).hasMessageContaining("so they were removed; check the server");
    assertNothingIsThere();
  }

  private S3Client otherETags(List<String> read, boolean otherBytes) {
    return new DelegatingS3Client(behind) {
      @Override
      public HeadObjectResponse headObject(HeadObjectRequest request) {
        return super.headObject(request).toBuilder().eTag("\"0123-kms\"").build();
      }

      @Override
      public ResponseInputStream<GetObjectResponse> getObject(GetObjectRequest request) {
        ResponseInputStream<GetObjectResponse> answer = super.getObject(request);
        read.add(request.key());
        return otherBytes && request.key().endsWith("dump.pgc")
            ? with(answer, new ByteArrayInputStream(new byte[1000]))
            : answer;
      }
    };
  }

  @Test
  void aDownloadThatBreaksGoesOnWhereItBroke() throws Exception {
    Manifest manifest = put(behind, 1_000_000);
    List<String> ranges = new ArrayList<>();
    S3Client breaking =
        breaking(
            ranges,
            answer ->
                new FilterInputStream(answer) {
                  private int left = 300_000;

                  @Override
                  public int read(byte[] buffer, int offset, int length) throws IOException {
                    if (left == 0 && ranges.size() == 2) {
                      return -1; // as the JDK tells of a connection that was cut
                    }
                    if (left == 0) {
                      throw new IOException("cut");
                    }
                    int n = super.read(buffer, offset, Math.min(left, length));
                    left -= Math.max(n, 0);
                    return n;
                  }
                });
    S3Store store = new S3Store(settings(Optional.empty()), breaking, PART);
    Path copy = folder.resolve("copy.pgc");
    assertThat(store.fetch(store.location(Backups.FIRST), copy)).isEqualTo(manifest);
    assertThat(Fingerprint.of(copy)).isEqualTo(Fingerprint.of(manifest));
    assertThat(ranges).containsExactly("all", "bytes=300000-", "bytes=600000-", "bytes=900000-");
  }

  @Test
  void aDownloadThatAlwaysBreaksEndsAndLeavesNoFile() throws Exception {
    put(behind, 1000);
    List<String> ranges = new ArrayList<>();
    S3Client breaking = breaking(ranges, answer -> InputStream.nullInputStream());
    S3Store store = new S3Store(settings(Optional.empty()), breaking, PART);
    Path copy = folder.resolve("copy.pgc");
    StoreFailure failure =
        assertThatExceptionOfType(StoreFailure.class)
            .isThrownBy(() -> store.fetch(store.location(Backups.FIRST), copy))
            .actual();
    assertThat(failure.reason()).isEqualTo(Reason.UNREACHABLE);
    assertThat(failure).hasMessageContaining("after 0 of 1000 bytes");
    assertThat(ranges).hasSize(6);
    assertThat(copy).doesNotExist();
  }

  private S3Client breaking(
      List<String> ranges, java.util.function.UnaryOperator<InputStream> change) {
    return new DelegatingS3Client(behind) {
      @Override
      public ResponseInputStream<GetObjectResponse> getObject(GetObjectRequest request) {
        ResponseInputStream<GetObjectResponse> answer = super.getObject(request);
        if (!request.key().endsWith("dump.pgc")) {
          return answer;
        }
        ranges.add(request.range() == null ? "all" : request.range());
        return with(answer, change.apply(answer));
      }
    };
  }

  @Test
  void dumpAndManifestAreEncryptedAsAskedFor() throws Exception {
    List<PutObjectRequest> sent = new ArrayList<>();
    S3Client listening =
        new DelegatingS3Client(behind) {
          @Override
          public PutObjectResponse putObject(PutObjectRequest request, RequestBody body) {
            sent.add(request);
            PutObjectRequest plain =
                request.toBuilder().serverSideEncryption((String) null).ssekmsKeyId(null).build();
            return super.putObject(plain, body);
          }
        };
    put(listening, 1000, Optional.of(Encryption.of("aws:kms:alias/backups")));
    assertThat(sent).hasSize(2);
    assertThat(sent).allMatch(r -> r.serverSideEncryptionAsString().equals("aws:kms"));
    assertThat(sent).allMatch(r -> r.ssekmsKeyId().equals("alias/backups"));
    assertThat(sent).allMatch(r -> r.contentMD5() != null);
  }
}
