package io.schemamigration.backup;

import java.net.URI;
import java.nio.file.Path;
import java.util.Optional;
import java.util.regex.Pattern;

/**
 * Which bucket, and how to reach it. Holds no secret.
 *
 * @param bucket its name
 * @param prefix the store's own folder in it
 * @param endpoint of a server that is not AWS's; buckets are part of the path then
 * @param region empty: the pod's {@code AWS_REGION}, or with an endpoint {@code us-east-1}
 * @param serverSideEncryption empty: what the bucket says
 * @param caFile PEM file of the only certificates to trust; empty: those of the Java runtime
 * @param credentialsFolder a mounted Secret, a file per key; empty: the SDK's default chain, which
 *     knows a workload identity
 */
public record S3Settings(
    String bucket,
    Folder prefix,
    Optional<URI> endpoint,
    Optional<String> region,
    Optional<Encryption> serverSideEncryption,
    Optional<Path> caFile,
    Optional<Path> credentialsFolder) {
  private static final Pattern REGION = Pattern.compile("[A-Za-z0-9-]{1,64}");

  /**
   * Checks them.
   *
   * @throws IllegalArgumentException if one cannot be used, with a message for the user
   */
  public S3Settings {
    prefix = prefix == null ? Folder.ROOT : prefix;
    new Location.S3(bucket, prefix);
    if (endpoint.isPresent() && !isServer(endpoint.get())) {
      throw new IllegalArgumentException(
          "the endpoint is https:// or http:// with a host and at most a port; correct it");
    }
    if (region.isPresent() && !REGION.matcher(region.get()).matches()) {
      throw new IllegalArgumentException("a region has letters, digits and - only; correct it");
    }
  }

  private static boolean isServer(URI uri) {
    String path = uri.getRawPath();
    return ("https".equalsIgnoreCase(uri.getScheme()) || "http".equalsIgnoreCase(uri.getScheme()))
        && uri.getHost() != null
        && uri.getRawUserInfo() == null
        && uri.getRawQuery() == null
        && uri.getRawFragment() == null
        && (path == null || path.isEmpty() || path.equals("/"));
  }

  /** Without the endpoint, which no log shall hold. */
  @Override
  public String toString() {
    return "S3Settings[" + bucket + "/" + prefix + "]";
  }
}
