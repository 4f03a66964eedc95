package io.schemamigration.build;

import static org.assertj.core.api.Assertions.assertThat;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.schemamigration.testing.OperatorAccount;
import io.schemamigration.testing.Tiers;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;

/**
 * What the chart grants is what the operator asked real API servers for in all tests before this
 * one, which the build runs last: no right is missing, none is there for nothing.
 */
class UsedRightsIT {
  private static final ObjectMapper MAPPER = new ObjectMapper();
  private static final String DECISION = "authorization.k8s.io/decision";
  private static final int FORBIDDEN = 403;

  /** Never used, but the SDK does not start where it may not be. */
  private static final String DEMANDED = "update coordination.k8s.io/leases";

  private static List<JsonNode> records;

  @BeforeAll
  static void readWhatWasRecorded() throws IOException {
    boolean any = Files.isDirectory(OperatorAccount.AUDIT);
    Tiers.require(any, 4, "rights", "no real API server recorded anything");
    try (Stream<Path> files = Files.walk(OperatorAccount.AUDIT)) {
      records =
          files
              .filter(f -> f.endsWith("audit.log"))
              .flatMap(UsedRightsIT::lines)
              .filter(record -> record.has("objectRef"))
              .toList();
    }
    Tiers.require(!records.isEmpty(), 4, "rights", "the operator asked no real API server");
  }

  private static Stream<JsonNode> lines(Path file) {
    try {
      return Files.readAllLines(file).stream().map(UsedRightsIT::read);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static JsonNode read(String line) {
    try {
      return MAPPER.readTree(line);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** For example {@code patch schemamigration.io/schemamigrations/status}. */
  private static String call(JsonNode record) {
    JsonNode what = record.path("objectRef");
    String group = what.path("apiGroup").asText();
    String part = what.path("subresource").asText();
    return right(
        record.path("verb").asText(),
        group,
        what.path("resource").asText() + (part.isEmpty() ? "" : "/" + part));
  }

  private static String right(String verb, String group, String resource) {
    return verb + " " + (group.isEmpty() ? "" : group + "/") + resource;
  }

  private static Set<String> granted() {
    return OperatorAccount.rights().stream()
        .flatMap(UsedRightsIT::rules)
        .flatMap(
            rule ->
                rule.getVerbs().stream()
                    .flatMap(
                        verb ->
                            rule.getApiGroups().stream()
                                .flatMap(
                                    group ->
                                        rule.getResources().stream()
                                            .map(resource -> right(verb, group, resource)))))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Stream<PolicyRule> rules(HasMetadata object) {
    return switch (object) {
      case ClusterRole role -> role.getRules().stream();
      case Role role -> role.getRules().stream();
      default -> Stream.empty();
    };
  }

  @Test
  void nothingIsAskedForThatIsNotGranted() {
    Set<String> denied = new TreeSet<>();
    records.stream()
        .filter(r -> r.path("responseStatus").path("code").asInt() == FORBIDDEN)
        // A quota, or a namespace that goes, refuses it to everybody.
        .filter(r -> !r.path("annotations").path(DECISION).asText().equals("allow"))
        .forEach(r -> denied.add(call(r)));
    assertThat(denied).isEmpty();
  }

  @Test
  void nothingIsGrantedThatIsNeverAskedFor() {
    String only = System.getProperty("test.only", "");
    // Maven leaves a property that nobody has set as it is written.
    boolean all = only.isEmpty() || only.startsWith("$");
    Assumptions.assumeTrue(all, "only some tests were run, so not all calls were recorded");
    Set<String> unused = granted();
    assertThat(unused.remove(DEMANDED)).isTrue();
    unused.removeAll(records.stream().map(UsedRightsIT::call).collect(Collectors.toSet()));
    assertThat(unused).isEmpty();
  }
}
