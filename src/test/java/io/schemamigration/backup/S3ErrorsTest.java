package io.schemamigration.backup;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.schemamigration.backup.StoreFailure.Reason;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What a server answers, and where credentials come from. */
class S3ErrorsTest {
  private static final String ERROR =
      "<?xml version=\"1.0\"?><Error><Code>%s</Code><Message>at http://10.0.0.1/?secret</Message>"
          + "</Error>";

  @TempDir Path folder;
  private HttpServer server;
  private String body = "";
  private String sts = STS;
  private int status = 403;
  private final List<HttpExchange> asked = new CopyOnWriteArrayList<>();

  @BeforeEach
  void start() throws IOException {
    server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
    server.createContext("/", this::answer);
    server.start();
    // Nobody shall ask the network for the credentials of this machine.
    System.setProperty("aws.disableEc2Metadata", "true");
  }

  @AfterEach
  void stop() {
    server.stop(0);
    List.of(
            "aws.disableEc2Metadata",
            "aws.webIdentityTokenFile",
            "aws.roleArn",
            "aws.region",
            "aws.endpointUrlSts")
        .forEach(System::clearProperty);
  }

  private void answer(HttpExchange exchange) throws IOException {
    asked.add(exchange);
    exchange.getRequestBody().readAllBytes();
    boolean login = exchange.getRequestMethod().equals("POST");
    byte[] bytes = (login ? sts : body).getBytes(StandardCharsets.UTF_8);
    exchange.getResponseHeaders().add("Content-Type", "application/xml");
    exchange.sendResponseHeaders(login && sts.equals(STS) ? 200 : status, bytes.length);
    exchange.getResponseBody().write(bytes);
    exchange.close();
  }

  private URI endpoint() {
    return URI.create("http://127.0.0.1:" + server.getAddress().getPort());
  }

  private S3Settings settings(Optional<Path> secret) {
    return new S3Settings(
        "backups",
        Folder.ROOT,
        Optional.of(endpoint()),
        Optional.of("eu-west-1"),
        Optional.empty(),
        Optional.empty(),
        secret);
  }

  private Path secret(String... keysAndValues) throws IOException {
    Path secret = Files.createDirectories(folder.resolve("secret"));
    for (int i = 0; i < keysAndValues.length; i += 2) {
      Files.writeString(secret.resolve(keysAndValues[i]), keysAndValues[i + 1]);
    }
    return secret;
  }

  private StoreFailure failure(S3Settings settings) {
    return assertThatExceptionOfType(StoreFailure.class)
        .isThrownBy(
            () -> {
              try (S3Store store = S3Store.open(settings, Map.of())) {
                store.find(Backups.FIRST);
              }
            })
        .actual();
  }

  @ParameterizedTest
  @CsvSource({
    "404, NoSuchBucket,                 BUCKET_NOT_FOUND,    create it or correct",
    "403, InvalidAccessKeyId,           CREDENTIALS_REFUSED, (InvalidAccessKeyId); correct the",
    "403, SignatureDoesNotMatch,        CREDENTIALS_REFUSED, correct the Secret",
    "400, ExpiredToken,                 CREDENTIALS_REFUSED, (ExpiredToken)",
    "403, AccessDenied,                 ACCESS_DENIED,       allow s3:ListBucket",
    "400, KMS.DisabledException,        ACCESS_DENIED,       (KMS.DisabledException)",
    "403, RequestTimeTooSkewed,         CLOCK_SKEW,          the clocks of node and server differ",
    "400, AuthorizationHeaderMalformed, WRONG_REGION,        correct storage.s3.region",
    "301, PermanentRedirect,            WRONG_REGION,        in another region",
    "409, QuotaExceeded,                NO_SPACE,            make room or keep less",
    "507, XMinioStorageFull,            NO_SPACE,            make room or keep less",
    "507, Anything,                     NO_SPACE,            make room or keep less",
    "503, SlowDown,                     UNREACHABLE,         try later",
    "500, InternalError,                UNREACHABLE,         (InternalError)",
    "400, BadDigest,                    CORRUPT,             changed on their way",
    "400, ItSays <at http://x>,         OTHER,               (HTTP 400); check storage.s3",
    "403, '',                           ACCESS_DENIED,       (HTTP 403)",
  })
  void anAnswerSaysWhatToDo(int status, String code, Reason reason, String advice)
      throws IOException {
    this.status = status;
    this.body = ERROR.formatted(code.replace("<", "&lt;").replace(">", "&gt;"));
    Path secret = secret("AWS_ACCESS_KEY_ID", "id", "AWS_SECRET_ACCESS_KEY", "verysecret");
    StoreFailure failure = failure(settings(Optional.of(secret)));
    assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(reason);
    assertThat(failure.getMessage())
        .startsWith("reading s3://backups/shop/orders/orders-1 failed: ")
        .contains(advice)
        .doesNotContain("http:", "10.0.0.1", "127.0.0.1", "verysecret")
        .hasSizeLessThanOrEqualTo(JobResult.LONGEST_MESSAGE);
  }

  @ParameterizedTest
  @CsvSource({
    "AWS_ACCESS_KEY_ID, AWS_SECRET_ACCESS_KEY, AWS_SESSION_TOKEN",
    "accessKeyId,       secretAccessKey,       sessionToken",
    "ACCESS_KEY_ID,     ACCESS_SECRET_KEY,     ACCESS_SESSION_TOKEN",
    "access-key-id,     secret-access-key,     session-token",
  })
  void credentialsAreReadUnderTheirUsualNames(String id, String key, String token)
      throws IOException {
    body = ERROR.formatted("AccessDenied");
    failure(settings(Optional.of(secret(id, "the-id\n", key, "k", token, "the-token\n"))));
    assertThat(header("Authorization"))
        .startsWith("AWS4-HMAC-SHA256 Credential=the-id/")
        .contains("/eu-west-1/s3/");
    assertThat(header("X-Amz-Security-Token")).isEqualTo("the-token");
  }

  @Test
  void aSecretWithoutAKeyIsNamed() throws IOException {
    StoreFailure failure = failure(settings(Optional.of(secret("AWS_ACCESS_KEY_ID", "id"))));
    assertThat(failure.reason()).isEqualTo(Reason.CREDENTIALS_MISSING);
    assertThat(failure).hasMessageContaining("has no AWS_SECRET_ACCESS_KEY; add the key");
  }

  @Test
  void aSecretThatIsNotMountedIsNamed() {
    StoreFailure failure = failure(settings(Optional.of(folder.resolve("nowhere"))));
    assertThat(failure.reason()).isEqualTo(Reason.CREDENTIALS_MISSING);
  }

  @Test
  void withoutAnyCredentialsItSaysWhereTheyGo() {
    StoreFailure failure = failure(settings(Optional.empty()));
    assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(Reason.CREDENTIALS_MISSING);
    assertThat(failure).hasMessageContaining("name a Secret in storage.s3.credentialsSecretRef");
    assertThat(asked).isEmpty();
  }

  @Test
  void aWorkloadIdentityIsUsedWhereNoSecretIsNamed() throws IOException {
    workloadIdentity();
    body = ERROR.formatted("AccessDenied");
    StoreFailure failure = failure(settings(Optional.empty()));
    assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(Reason.ACCESS_DENIED);
    assertThat(header("Authorization")).contains("Credential=from-sts/");
    assertThat(header("X-Amz-Security-Token")).isEqualTo("sts-token");
  }

  @Test
  void aWorkloadIdentityThatIsRefusedSaysSo() throws IOException {
    workloadIdentity();
    sts =
        "<ErrorResponse><Error><Code>AccessDenied</Code><Message>no</Message></Error></ErrorResponse>";
    StoreFailure failure = failure(settings(Optional.empty()));
    assertThat(failure.reason()).as(failure.getMessage()).isEqualTo(Reason.CREDENTIALS_REFUSED);
    assertThat(failure).hasMessageContaining("the workload identity was not accepted");
  }

  private void workloadIdentity() throws IOException {
    Path token = Files.writeString(folder.resolve("token"), "a.b.c");
    System.setProperty("aws.webIdentityTokenFile", token.toString());
    System.setProperty("aws.roleArn", "arn:aws:iam::1:role/backup");
    System.setProperty("aws.region", "eu-west-1");
    System.setProperty("aws.endpointUrlSts", endpoint().toString());
  }

  @Test
  void aRegionMustBeKnownWhereThereIsNoEndpoint() throws IOException {
    Path secret = secret("AWS_ACCESS_KEY_ID", "id", "AWS_SECRET_ACCESS_KEY", "k");
    S3Settings aws =
        new S3Settings(
            "backups",
            Folder.ROOT,
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty(),
            Optional.of(secret));
    StoreFailure failure = failure(aws);
    assertThat(failure.reason()).isEqualTo(Reason.SETTINGS_INVALID);
    assertThat(failure).hasMessageContaining("set storage.s3.region");
  }

  private String header(String name) {
    return asked.getLast().getRequestHeaders().getFirst(name);
  }

  private static final String STS =
      """
      <AssumeRoleWithWebIdentityResponse xmlns="https://sts.amazonaws.com/doc/2011-06-15/">
        <AssumeRoleWithWebIdentityResult>
          <Credentials>
            <AccessKeyId>from-sts</AccessKeyId>
            <SecretAccessKey>k</SecretAccessKey>
            <SessionToken>sts-token</SessionToken>
            <Expiration>2999-01-01T00:00:00Z</Expiration>
          </Credentials>
        </AssumeRoleWithWebIdentityResult>
      </AssumeRoleWithWebIdentityResponse>
      """;
}
