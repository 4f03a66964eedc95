package io.schemamigration.backup;

import io.schemamigration.backup.StoreFailure.Reason;
import java.time.Duration;
import java.util.Map;
import java.util.Optional;
import javax.net.ssl.TrustManager;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3ClientBuilder;
import software.amazon.awssdk.services.s3.S3Configuration;

/** How a client of the SDK is made, so that every S3 server can be talked to. */
final class S3Connection {
  private static final Duration CONNECT = Duration.ofSeconds(10);

  /** A server that puts a large dump together takes its time to answer. */
  private static final Duration ANSWER = Duration.ofMinutes(5);

  private S3Connection() {}

  /**
   * Makes one; connects to nothing yet.
   *
   * @param environment of the process: where it says the region
   * @throws StoreFailure if credentials, certificates or region cannot be used
   */
  static S3Client open(S3Settings settings, Map<String, String> environment) throws StoreFailure {
    UrlConnectionHttpClient.Builder http =
        UrlConnectionHttpClient.builder().connectionTimeout(CONNECT).socketTimeout(ANSWER);
    if (settings.caFile().isPresent()) {
      TrustManager[] trust = PemTrust.in(settings.caFile().get());
      http.tlsTrustManagersProvider(() -> trust);
    }
    S3ClientBuilder builder =
        S3Client.builder()
            .region(Region.of(region(settings, environment)))
            // Checksums that AWS came to ask for by default; many other servers refuse them.
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .serviceConfiguration(S3Configuration.builder().chunkedEncodingEnabled(false).build())
            .httpClientBuilder(http);
    settings.endpoint().ifPresent(e -> builder.endpointOverride(e).forcePathStyle(true));
    if (settings.credentialsFolder().isPresent()) {
      builder.credentialsProvider(FolderCredentials.in(settings.credentialsFolder().get()));
    }
    return builder.build();
  }

  private static String region(S3Settings settings, Map<String, String> environment)
      throws StoreFailure {
    return settings
        .region()
        .or(() -> Optional.ofNullable(environment.get("AWS_REGION")))
        .or(() -> Optional.ofNullable(environment.get("AWS_DEFAULT_REGION")))
        .filter(region -> !region.isBlank())
        // Other servers do not care, but a signature names one.
        .or(() -> settings.endpoint().map(e -> "us-east-1"))
        .orElseThrow(
            () ->
                new StoreFailure(
                    Reason.SETTINGS_INVALID,
                    "nothing says in which region bucket %s is; set storage.s3.region"
                        .formatted(settings.bucket())));
  }
}
