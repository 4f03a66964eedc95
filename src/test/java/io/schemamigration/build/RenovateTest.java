package io.schemamigration.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.core.json.JsonReadFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.regex.MatchResult;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

/** What Renovate looks for by patterns of ours is where they look. */
class RenovateTest {
  private static final JsonMapper JSON5 =
      JsonMapper.builder()
          .enable(
              JsonReadFeature.ALLOW_JAVA_COMMENTS,
              JsonReadFeature.ALLOW_UNQUOTED_FIELD_NAMES,
              JsonReadFeature.ALLOW_TRAILING_COMMA)
          .build();

  private static List<String> found(JsonNode manager) throws IOException {
    String files = manager.path("managerFilePatterns").path(0).asText();
    Pattern name = Pattern.compile(files.substring(1, files.length() - 1));
    Pattern match = Pattern.compile(manager.path("matchStrings").path(0).asText());
    try (Stream<Path> all =
        Stream.concat(Stream.of(Path.of("pom.xml")), Files.list(Path.of(".github", "workflows")))) {
      return all.filter(f -> name.matcher(f.toString()).find())
          .map(RenovateTest::text)
          .flatMap(text -> match.matcher(text).results())
          .map(MatchResult::group)
          .toList();
    }
  }

  private static String text(Path file) {
    try {
      return Files.readString(file);
    } catch (IOException e) {
      throw new java.io.UncheckedIOException(e);
    }
  }

  @Test
  void everyPatternFindsWhatItIsFor() throws IOException {
    JsonNode managers =
        JSON5.readTree(Path.of(".github", "renovate.json5").toFile()).path("customManagers");
    assertThat(managers).hasSize(3);
    assertThat(found(managers.get(0))).hasSize(1);
    assertThat(found(managers.get(1))).hasSize(5);
    assertThat(found(managers.get(2))).hasSize(1);
  }
}
