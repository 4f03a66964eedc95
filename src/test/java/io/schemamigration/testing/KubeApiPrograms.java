package io.schemamigration.testing;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;

/**
 * The newest version of etcd, kube-apiserver and kubectl in the folder that kube-api-test reads:
 * {@code KUBE_API_TEST_DIR} or {@code ~/.kubeapitest}, below it {@code
 * k8s/<version>-<system>-<architecture>}.
 */
record KubeApiPrograms(Path root, String version) {
  private static final List<String> NAMES = List.of("etcd", "kube-apiserver", "kubectl");

  static Optional<KubeApiPrograms> find() {
    Path folder = rootFolder().resolve("k8s");
    if (!Files.isDirectory(folder)) {
      return Optional.empty();
    }
    Pattern name = Pattern.compile("(\\d+(?:\\.\\d+)*)-" + Pattern.quote(platform()));
    try (Stream<Path> versions = Files.list(folder)) {
      return versions
          .filter(KubeApiPrograms::complete)
          .map(version -> name.matcher(version.getFileName().toString()))
          .filter(Matcher::matches)
          .map(matcher -> matcher.group(1))
          .max((a, b) -> Arrays.compare(numbers(a), numbers(b)))
          .map(version -> new KubeApiPrograms(rootFolder(), version));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  static String whereTheyShouldBe() {
    return rootFolder().resolve("k8s/<version>-" + platform()) + " does not have " + NAMES;
  }

  private static Path rootFolder() {
    String configured = System.getenv("KUBE_API_TEST_DIR");
    return configured == null
        ? Path.of(System.getProperty("user.home"), ".kubeapitest")
        : Path.of(configured);
  }

  private static String platform() {
    String system = System.getProperty("os.name").toLowerCase(Locale.ROOT);
    String architecture = System.getProperty("os.arch");
    return (system.startsWith("mac") ? "darwin" : system)
        + "-"
        + (architecture.equals("aarch64") ? "arm64" : architecture);
  }

  private static boolean complete(Path folder) {
    return NAMES.stream().allMatch(name -> Files.isExecutable(folder.resolve(name)));
  }

  private static int[] numbers(String version) {
    return Stream.of(version.split("\\.")).mapToInt(Integer::parseInt).toArray();
  }
}
