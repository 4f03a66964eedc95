package io.schemamigration.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.schemamigration.plan.Reason;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** What docs/faults.md promises is what the tests assert. */
class DocsTest {
  private static final Path DOCS = Path.of("docs/faults.md");
  private static final Pattern NAMED = Pattern.compile("`(\\w+IT)\\.(\\w+)`");
  private static final Pattern ON_A_CLUSTER = Pattern.compile("`e2e ([a-z0-9-]+)`");
  private static final Pattern GROUP = Pattern.compile("(?m)^(?:.*\\|\\| | *)group ([a-z0-9 -]+)$");
  private static final Pattern REASON = Pattern.compile("`([A-Z]\\w+)`");
  private static final Pattern TEST =
      Pattern.compile(
          "@(?:Test|Waiting|ParameterizedTest)\\b[^{;]*?void (\\w+)\\(", Pattern.DOTALL);
  private static final Set<String> NO_REASONS =
      Set.of("DatabaseReachable", "AllFiles", "DocsTest", "ConfigMap");

  private static Set<String> named() throws IOException {
    return NAMED
        .matcher(Files.readString(DOCS))
        .results()
        .map(m -> m.group(1) + "." + m.group(2))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> tests(String name) throws IOException {
    try (Stream<Path> files = Files.walk(Path.of("src/test/java"))) {
      Path file = files.filter(f -> f.endsWith(name + ".java")).findFirst().orElseThrow();
      return TEST.matcher(Files.readString(file))
          .results()
          .map(m -> name + "." + m.group(1))
          .collect(Collectors.toCollection(TreeSet::new));
    }
  }

  @Test
  void everyTestThatIsNamedIsThere() throws IOException {
    assertThat(named()).hasSizeGreaterThan(50);
    for (String test : named()) {
      assertThat(tests(test.substring(0, test.indexOf('.')))).contains(test);
    }
  }

  @ParameterizedTest
  @ValueSource(
      strings = {
        "CutConnectionIT",
        "ServerFaultsIT",
        "UndoFaultsIT",
        "RollbackFaultScenariosIT",
        "PoolerIT",
        "DatabaseSettingsIT",
        "BookkeepingFaultsIT",
        "SizesIT"
      })
  void everyFaultThatIsTestedIsNamed(String name) throws IOException {
    assertThat(tests(name)).isNotEmpty();
    assertThat(named()).containsAll(tests(name));
  }

  @Test
  void everyFaultOnAClusterIsNamedAndThere() throws IOException {
    List<String> run =
        GROUP
            .matcher(Files.readString(Path.of("src/e2e/faults")))
            .results()
            .flatMap(m -> Arrays.stream(m.group(1).split(" ")))
            .toList();
    assertThat(run).hasSizeGreaterThan(20).doesNotHaveDuplicates();
    assertThat(ON_A_CLUSTER.matcher(Files.readString(DOCS)).results().map(m -> m.group(1)).toList())
        .containsExactlyInAnyOrderElementsOf(run);
  }

  /** The JVM ends by itself before the kernel ends it. */
  @Test
  void theRunbookKnowsHowAJvmWithoutMemoryEnds() throws IOException {
    assertThat(Files.readString(Path.of("pom.xml"))).contains("-XX:+ExitOnOutOfMemoryError");
    assertThat(Files.readString(Path.of("docs/runbooks/SchemaMigrationOperatorDown.md")))
        .containsPattern("With 3\\b[^.]*\\b137: memory");
  }

  @Test
  void everyReasonThatIsNamedExists() throws IOException {
    List<String> reasons = Arrays.stream(Reason.values()).map(Reason::label).toList();
    List<String> words =
        REASON
            .matcher(Files.readString(DOCS))
            .results()
            .map(m -> m.group(1))
            .filter(word -> word.matches("([A-Z]+[a-z]+){2,}|TLS\\w+"))
            .filter(word -> !NO_REASONS.contains(word))
            .toList();
    assertThat(words).isNotEmpty();
    assertThat(reasons).containsAll(words);
  }
}
