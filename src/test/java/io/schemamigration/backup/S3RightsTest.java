package io.schemamigration.backup;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.services.s3.model.S3Exception;

/** Whoever grants what is told grants what is called, and nothing more. */
class S3RightsTest {
  private static final Path SOURCES = Path.of("src/main/java/io/schemamigration/backup");
  private static final Pattern CALLED = Pattern.compile("\\bclient\\s*\\.(\\w+)\\(");

  /** Those of AWS, whose names are not always the calls'. */
  private static final Map<String, String> RIGHTS =
      Map.ofEntries(
          Map.entry("getObject", "GetObject"),
          Map.entry("headObject", "GetObject"),
          Map.entry("listObjectsV2Paginator", "ListBucket"),
          Map.entry("putObject", "PutObject"),
          Map.entry("createMultipartUpload", "PutObject"),
          Map.entry("uploadPart", "PutObject"),
          Map.entry("completeMultipartUpload", "PutObject"),
          Map.entry("abortMultipartUpload", "AbortMultipartUpload"),
          Map.entry("listMultipartUploads", "ListBucketMultipartUploads"),
          Map.entry("deleteObject", "DeleteObject"));

  private static Set<String> needed() throws IOException {
    List<String> called = new ArrayList<>();
    for (String name : List.of("S3Store", "S3Objects", "S3Upload", "S3Download")) {
      CALLED
          .matcher(Files.readString(SOURCES.resolve(name + ".java")))
          .results()
          .map(m -> m.group(1))
          .filter(call -> !call.equals("close"))
          .forEach(called::add);
    }
    assertThat(RIGHTS).containsKeys(called.toArray(String[]::new));
    return new TreeSet<>(called.stream().map(RIGHTS::get).toList());
  }

  /** The words of a text that are rights. */
  private static Set<String> told(String text) {
    Set<String> told = new TreeSet<>(List.of(text.split("\\W+")));
    told.retainAll(new TreeSet<>(RIGHTS.values()));
    return told;
  }

  @Test
  void theReadmeTellsThem() throws IOException {
    assertThat(told(Files.readString(Path.of("README.md")))).isEqualTo(needed());
  }

  @Test
  void whoIsRefusedIsToldThem() throws IOException {
    S3Exception refused =
        (S3Exception)
            S3Exception.builder()
                .statusCode(403)
                .awsErrorDetails(AwsErrorDetails.builder().errorCode("AccessDenied").build())
                .build();
    assertThat(told(new S3Errors("dumps").of(refused, "writing").getMessage())).isEqualTo(needed());
  }
}
