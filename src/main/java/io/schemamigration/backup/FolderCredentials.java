package io.schemamigration.backup;

import io.schemamigration.backup.StoreFailure.Reason;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentials;
import software.amazon.awssdk.auth.credentials.AwsCredentialsProvider;
import software.amazon.awssdk.auth.credentials.AwsSessionCredentials;

/**
 * Credentials out of a mounted Secret, under the names that AWS, CloudNativePG, Velero's and
 * Barman's documents use; upper and lower case, {@code -}, {@code _} and {@code .} make no
 * difference. Read anew each time, so that a key that is exchanged meanwhile is used.
 */
final class FolderCredentials implements AwsCredentialsProvider {
  private static final List<String> ID = List.of("awsaccesskeyid", "accesskeyid");
  private static final List<String> SECRET =
      List.of("awssecretaccesskey", "secretaccesskey", "accesssecretkey");
  private static final List<String> TOKEN =
      List.of("awssessiontoken", "sessiontoken", "accesssessiontoken");

  private final Path folder;

  private FolderCredentials(Path folder) {
    this.folder = folder;
  }

  /**
   * Those of a folder.
   *
   * @throws StoreFailure if a key is missing or cannot be read
   */
  static FolderCredentials in(Path folder) throws StoreFailure {
    FolderCredentials credentials = new FolderCredentials(folder);
    try {
      Map<String, String> values = credentials.values();
      if (first(values, ID).isEmpty() || first(values, SECRET).isEmpty()) {
        throw new StoreFailure(
            Reason.CREDENTIALS_MISSING,
            "the Secret that storage.s3.credentialsSecretRef names has no %s; add the key"
                .formatted(
                    first(values, ID).isEmpty() ? "AWS_ACCESS_KEY_ID" : "AWS_SECRET_ACCESS_KEY"));
      }
    } catch (IOException e) {
      throw new StoreFailure(
          Reason.CREDENTIALS_MISSING,
          "the mounted Secret of storage.s3.credentialsSecretRef cannot be read; check that it"
              + " exists",
          e);
    }
    return credentials;
  }

  @Override
  public AwsCredentials resolveCredentials() {
    try {
      Map<String, String> values = values();
      String id = first(values, ID).orElse("");
      String secret = first(values, SECRET).orElse("");
      return first(values, TOKEN)
          .<AwsCredentials>map(token -> AwsSessionCredentials.create(id, secret, token))
          .orElseGet(() -> AwsBasicCredentials.create(id, secret));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static Optional<String> first(Map<String, String> values, List<String> names) {
    return names.stream().filter(values::containsKey).map(values::get).findFirst();
  }

  private Map<String, String> values() throws IOException {
    Map<String, String> values = new TreeMap<>();
    try (DirectoryStream<Path> files = Files.newDirectoryStream(folder, Files::isRegularFile)) {
      for (Path file : files) {
        String name = file.getFileName().toString();
        // Not readString, which refuses bytes that are no text: a Secret may hold other things,
        // too.
        String value = new String(Files.readAllBytes(file), StandardCharsets.UTF_8).strip();
        if (!value.isEmpty()) {
          values.put(name.toLowerCase(Locale.ROOT).replaceAll("[-_.]", ""), value);
        }
      }
    }
    return values;
  }
}
