package io.schemamigration.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.schemamigration.backup.StoreFailure.Reason;
import io.schemamigration.testing.S3Server;
import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import java.util.Optional;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.S3Object;

/** What holds on every S3 server. */
abstract class S3Scenarios {
  /** The smallest part that a server takes. */
  private static final int PART = 5 * 1024 * 1024;

  private static final String BUCKET = "backups";
  private static final String KEY = "prod/shop/orders/orders-1";

  @TempDir Path folder;
  private S3Client behind;

  abstract S3Server server();

  @BeforeEach
  void emptyBucket() {
    behind = server().client();
    if (behind.listBuckets().buckets().stream().noneMatch(b -> b.name().equals(BUCKET))) {
      behind.createBucket(b -> b.bucket(BUCKET));
    }
    objects().forEach(key -> behind.deleteObject(d -> d.bucket(BUCKET).key(key)));
  }

  @AfterEach
  void close() {
    behind.close();
  }

  private java.util.List<String> objects() {
    return behind.listObjectsV2(l -> l.bucket(BUCKET)).contents().stream()
        .map(S3Object::key)
        .sorted()
        .toList();
  }

  private S3Settings settings(String bucket, URI endpoint, String id, String secret)
      throws IOException {
    Path secrets = Files.createDirectories(folder.resolve("secret"));
    Files.writeString(secrets.resolve("AWS_ACCESS_KEY_ID"), id + "\n");
    Files.writeString(secrets.resolve("AWS_SECRET_ACCESS_KEY"), secret);
    return new S3Settings(
        bucket,
        Folder.of("prod"),
        Optional.of(endpoint),
        Optional.empty(),
        Optional.empty(),
        Optional.empty(),
        Optional.of(secrets));
  }

  private S3Settings settings() throws IOException {
    return settings(BUCKET, server().endpoint(), S3Server.ACCESS_KEY, S3Server.SECRET_KEY);
  }

  private S3Store store(S3Settings settings) throws StoreFailure {
    return new S3Store(settings, S3Connection.open(settings, Map.of()), PART);
  }

  private Manifest put(Store store, String name, int bytes) throws Exception {
    Path dump = Backups.dump(folder.resolve("work").resolve(Store.DUMP), bytes);
    Manifest manifest = Backups.of(Backups.named(name), dump);
    store.put(dump, manifest);
    return manifest;
  }

  private static StoreFailure failure(ThrowingCallable work) {
    return assertThatExceptionOfType(StoreFailure.class).isThrownBy(work).actual();
  }

  @Test
  void whetherItMayBeWrittenIsFoundOutWithoutATrace() throws Exception {
    try (Store store = store(settings())) {
      store.probe(Backups.FIRST);
    }
    assertThat(objects()).isEmpty();
    assertThat(behind.listMultipartUploads(l -> l.bucket(BUCKET).prefix(KEY)).uploads()).isEmpty();
  }

  @Test
  void aBackupIsKeptListedFetchedAndRemoved() throws Exception {
    try (S3Store store = store(settings())) {
      Manifest manifest = put(store, "orders-1", 100_000);
      assertThat(objects()).containsExactly(KEY + "/dump.pgc", KEY + "/manifest.json");
      assertThat(behind.headObject(h -> h.bucket(BUCKET).key(KEY + "/dump.pgc")).metadata())
          .containsEntry("sha256", manifest.sha256());
      assertThat(store.find(Backups.FIRST)).contains(manifest);
      assertThat(store.list("shop", "orders"))
          .isEqualTo(
              new Store.Listing(java.util.List.of(manifest.withoutTables()), java.util.List.of()));
      Path copy = folder.resolve("copy.pgc");
      Location at = Location.parse("s3://backups/" + KEY);
      assertThat(store.fetch(at, copy)).isEqualTo(manifest);
      assertThat(copy).hasSameBinaryContentAs(folder.resolve("work/dump.pgc"));
      store.delete(Backups.FIRST);
      assertThat(objects()).isEmpty();
      store.delete(Backups.FIRST);
    }
  }

  @Test
  void aLargeDumpIsSentInPartsAndComesBackWhole() throws Exception {
    try (S3Store store = store(settings())) {
      Manifest manifest = put(store, "orders-1", 2 * PART + 12_345);
      assertThat(behind.headObject(h -> h.bucket(BUCKET).key(KEY + "/dump.pgc")).eTag())
          .endsWith("-3\"");
      Path copy = folder.resolve("copy.pgc");
      store.fetch(store.location(Backups.FIRST), copy);
      assertThat(Fingerprint.of(copy)).isEqualTo(Fingerprint.of(manifest));
    }
  }

  @Test
  void aKilledUploadIsNoBackupAndTheNextTryCleansUp() throws Exception {
    behind.createMultipartUpload(c -> c.bucket(BUCKET).key(KEY + "/dump.pgc"));
    behind.putObject(
        p -> p.bucket(BUCKET).key(KEY + "/dump.pgc"), RequestBody.fromString("half a dump"));
    try (S3Store store = store(settings())) {
      assertThat(store.find(Backups.FIRST)).isEmpty();
      assertThat(store.list("shop", "orders").manifests()).isEmpty();
      Manifest manifest = put(store, "orders-1", 1000);
      assertThat(store.find(Backups.FIRST)).contains(manifest);
      assertThat(behind.listMultipartUploads(l -> l.bucket(BUCKET)).uploads()).isEmpty();
    }
  }

  @Test
  void anUploadThatFailsHalfwayLeavesNothing() throws Exception {
    try (S3Store store = store(settings())) {
      Path dump = Backups.dump(folder.resolve("work").resolve(Store.DUMP), 2 * PART);
      Manifest other =
          Backups.of(Backups.FIRST, new Fingerprint(2L * PART, "0".repeat(64)), true, Backups.NOON);
      assertThat(failure(() -> store.put(dump, other)).reason()).isEqualTo(Reason.CORRUPT);
      assertThat(objects()).isEmpty();
    }
  }

  @Test
  void anotherBackupOfThatNameIsNotReplaced() throws Exception {
    try (S3Store store = store(settings())) {
      put(store, "orders-1", 1000);
      StoreFailure failure = failure(() -> put(store, "orders-1", 2000));
      assertThat(failure.reason()).isEqualTo(Reason.ALREADY_EXISTS);
      assertThat(store.find(Backups.FIRST).orElseThrow().bytes()).isEqualTo(1000);
    }
  }

  @Test
  void aFlippedByteIsFound() throws Exception {
    try (S3Store store = store(settings())) {
      put(store, "orders-1", 1000);
      byte[] bytes = Files.readAllBytes(folder.resolve("work/dump.pgc"));
      bytes[500] ^= 1;
      behind.putObject(p -> p.bucket(BUCKET).key(KEY + "/dump.pgc"), RequestBody.fromBytes(bytes));
      refused(store, Reason.CORRUPT, "the dump at s3://backups/" + KEY + " was changed or damaged");
    }
  }

  @Test
  void ATruncatedDumpIsFound() throws Exception {
    try (S3Store store = store(settings())) {
      put(store, "orders-1", 1000);
      behind.putObject(
          p -> p.bucket(BUCKET).key(KEY + "/dump.pgc"), RequestBody.fromBytes(new byte[999]));
      refused(store, Reason.CORRUPT, "has 999 bytes, its manifest says 1000");
      assertThat(failure(() -> store.find(Backups.FIRST)).reason()).isEqualTo(Reason.CORRUPT);
    }
  }

  @Test
  void aManifestWithoutItsDumpIsFound() throws Exception {
    try (S3Store store = store(settings())) {
      put(store, "orders-1", 1000);
      behind.deleteObject(d -> d.bucket(BUCKET).key(KEY + "/dump.pgc"));
      refused(store, Reason.CORRUPT, "there is no dump.pgc at s3://backups/" + KEY);
    }
  }

  @Test
  void aDumpWithoutAManifestIsNoBackup() throws Exception {
    try (S3Store store = store(settings())) {
      put(store, "orders-1", 1000);
      behind.deleteObject(d -> d.bucket(BUCKET).key(KEY + "/manifest.json"));
      refused(store, Reason.BACKUP_NOT_FOUND, "there is no manifest.json at s3://backups/" + KEY);
    }
  }

  @Test
  void aManifestOfANewerFormatIsLeftAlone() throws Exception {
    try (S3Store store = store(settings())) {
      put(store, "orders-1", 1000);
      behind.putObject(
          p -> p.bucket(BUCKET).key(KEY + "/manifest.json"),
          RequestBody.fromString("{\"format\":2,\"everything\":\"else\"}"));
      refused(store, Reason.NEWER_FORMAT, "has format 2, this version reads up to 1");
      assertThat(store.list("shop", "orders").unreadable()).containsExactly("orders-1");
    }
  }

  private void refused(S3Store store, Reason reason, String message) {
    Path copy = folder.resolve("copy.pgc");
    StoreFailure failure = failure(() -> store.fetch(store.location(Backups.FIRST), copy));
    assertThat(failure.reason()).isEqualTo(reason);
    assertThat(failure).hasMessageContaining(message);
    assertThat(copy).doesNotExist();
  }

  @Test
  void aBucketThatIsNotThereIsNamed() throws Exception {
    try (S3Store store =
        store(settings("nowhere", server().endpoint(), S3Server.ACCESS_KEY, S3Server.SECRET_KEY))) {
      StoreFailure failure = failure(() -> put(store, "orders-1", 1000));
      assertThat(failure.reason()).isEqualTo(Reason.BUCKET_NOT_FOUND);
      assertThat(failure).hasMessageContaining("there is no bucket nowhere; create it");
    }
  }

  @Test
  void aWrongSecretIsRefusedByTheServer() throws Exception {
    try (S3Store store =
        store(settings(BUCKET, server().endpoint(), S3Server.ACCESS_KEY, "another"))) {
      StoreFailure failure = failure(() -> put(store, "orders-1", 1000));
      assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(Reason.CREDENTIALS_REFUSED);
      assertThat(failure.getMessage())
          .contains("SignatureDoesNotMatch", "correct the Secret")
          .doesNotContain("another", "127.0.0.1", S3Server.ACCESS_KEY);
    }
  }

  @Test
  void anUnknownKeyIsRefusedByTheServer() throws Exception {
    try (S3Store store =
        store(settings(BUCKET, server().endpoint(), "unknown", S3Server.SECRET_KEY))) {
      StoreFailure failure = failure(() -> store.list("shop", "orders"));
      assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(Reason.CREDENTIALS_REFUSED);
    }
  }

  @Test
  void aServerThatDoesNotAnswerIsUnreachable() throws Exception {
    URI nobody = URI.create("http://127.0.0.1:1");
    try (S3Store store =
        store(settings(BUCKET, nobody, S3Server.ACCESS_KEY, S3Server.SECRET_KEY))) {
      StoreFailure failure = failure(() -> put(store, "orders-1", 1000));
      assertThat(failure.reason()).isEqualTo(Reason.UNREACHABLE);
      assertThat(failure.getMessage())
          .contains("writing s3://backups/" + KEY, "check storage.s3.endpoint")
          .doesNotContain("127.0.0.1");
    }
  }
}
