package io.schemamigration.testing;

import java.net.URI;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;

/** A real S3 server on this machine, which checks signatures. */
public interface S3Server extends AutoCloseable {
  /** The only access key that it knows. */
  String ACCESS_KEY = "smig-test-key";

  /** Its secret. */
  String SECRET_KEY = "smig-test-secret";

  /** Where it listens. */
  URI endpoint();

  @Override
  void close();

  /** A client without our settings, for a test to look behind the scenes; plain HTTP only. */
  default S3Client client() {
    return S3Client.builder()
        .endpointOverride(endpoint())
        .forcePathStyle(true)
        .region(Region.US_EAST_1)
        .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create(ACCESS_KEY, SECRET_KEY)))
        .build();
  }
}
