package io.schemamigration.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.rbac.ClusterRole;
import io.fabric8.kubernetes.api.model.rbac.ClusterRoleBinding;
import io.fabric8.kubernetes.api.model.rbac.PolicyRule;
import io.fabric8.kubernetes.api.model.rbac.Role;
import io.fabric8.kubernetes.api.model.rbac.RoleBinding;
import java.util.List;
import java.util.Set;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Each mode's rights; {@link DeployTest} has those of the defaults. */
class ChartRightsTest {
  private static final String TWO_SECRETS = "secretAccess: {mode: names, names: [orders-db, ca]}";
  private static final Set<String> READS = Set.of("get", "list", "watch");

  private static List<PolicyRule> secrets(Rendering rendering) {
    return rendering.operatorRules().stream()
        .filter(rule -> rule.getResources().contains("secrets"))
        .toList();
  }

  private static ClusterRole userRole(Rendering rendering, String name) {
    return rendering.all(ClusterRole.class).stream()
        .filter(role -> role.getMetadata().getName().endsWith(":" + name))
        .findFirst()
        .orElseThrow();
  }

  private static List<String> names(Rendering rendering) {
    return rendering.all(ClusterRole.class).stream().map(r -> r.getMetadata().getName()).toList();
  }

  @Test
  void secretsCanBeLimitedToThoseThatAreNamed() {
    assertThat(secrets(Rendering.of(TWO_SECRETS)))
        .singleElement()
        .satisfies(
            rule -> {
              assertThat(rule.getResourceNames()).containsExactly("orders-db", "ca");
              assertThat(rule.getVerbs()).containsExactly("get");
            });
  }

  @Test
  void inEveryNamespaceThatIsServedToo() {
    assertThat(secrets(Rendering.of(TWO_SECRETS + "\nwatchNamespaces: [shop, users]")))
        .hasSize(2)
        .allSatisfy(rule -> assertThat(rule.getResourceNames()).containsExactly("orders-db", "ca"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", TWO_SECRETS, "watchNamespaces: [shop]"})
  void secretsAreNeverListedOrWatched(String values) {
    assertThat(secrets(Rendering.of(values)))
        .isNotEmpty()
        .allSatisfy(rule -> assertThat(rule.getVerbs()).containsExactly("get"));
  }

  @ParameterizedTest
  @ValueSource(strings = {"{}", "watchNamespaces: [shop]"})
  void nothingIsAllowedOfEverything(String values) {
    assertThat(Rendering.of(values).operatorRules())
        .allSatisfy(
            rule ->
                assertThat(
                        Stream.of(rule.getVerbs(), rule.getResources(), rule.getApiGroups())
                            .flatMap(List::stream))
                    .doesNotContain("*"));
  }

  @Test
  void withNamespacesTheOnlyClusterRoleIsTheOneForTheUidOfKubeSystem() {
    Rendering rendering = Rendering.of("watchNamespaces: [shop]");
    assertThat(names(rendering))
        .containsExactly("schema-migration-system:schema-migration-operator:cluster-id");
    assertThat(rendering.all(ClusterRoleBinding.class)).hasSize(1);
    assertThat(rendering.all(Role.class))
        .extracting(role -> role.getMetadata().getNamespace())
        .containsExactlyInAnyOrder("shop", "schema-migration-system");
  }

  @Test
  void rightsCanBeLeftToSomebodyElse() {
    Rendering rendering = Rendering.of("rbac: {create: false}");
    assertThat(rendering.operatorRules()).isEmpty();
    assertThat(rendering.all(RoleBinding.class)).isEmpty();
    assertThat(rendering.all(ClusterRoleBinding.class)).isEmpty();
  }

  @Test
  void nobodyElseIsGivenAnythingUnlessAskedFor() {
    assertThat(names(Rendering.of("{}")))
        .noneMatch(name -> name.matches(".*:(view|edit|rollback)"));
  }

  @Test
  void theRolesForPeopleAreThereToBeBound() {
    Rendering rendering = Rendering.of("rbac: {userRoles: true}");
    for (String name : List.of("view", "edit", "rollback")) {
      assertThat(userRole(rendering, name).getMetadata().getLabels().keySet())
          .noneMatch(label -> label.contains("aggregate"));
    }
    assertThat(writes(userRole(rendering, "view"))).isEmpty();
    assertThat(writes(userRole(rendering, "edit")))
        .containsExactly("schemamigrations", "databasebackups");
    assertThat(writes(userRole(rendering, "rollback")))
        .containsExactly("schemarollbacks", "databaserestores");
  }

  private static List<String> writes(ClusterRole role) {
    return role.getRules().stream()
        .filter(rule -> !READS.containsAll(rule.getVerbs()))
        .flatMap(rule -> rule.getResources().stream())
        .toList();
  }

  /** A status that anybody could write would be worth nothing. */
  @Test
  void peopleNeverWriteAStatus() {
    assertThat(Rendering.of("rbac: {userRoles: true}").all(ClusterRole.class))
        .filteredOn(role -> role.getMetadata().getName().matches(".*:(view|edit|rollback)"))
        .hasSize(3)
        .allSatisfy(
            role ->
                assertThat(role.getRules())
                    .flatExtracting(PolicyRule::getResources)
                    .noneMatch(resource -> resource.contains("/")));
  }

  @ParameterizedTest
  @ValueSource(strings = {"View view view", "Edit edit edit", "Admin rollback admin"})
  void eachCanBePartOfARoleOfKubernetes(String line) {
    String[] words = line.split(" ");
    Rendering rendering = Rendering.of("rbac: {aggregateTo%s: true}".formatted(words[0]));
    assertThat(userRole(rendering, words[1]).getMetadata().getLabels())
        .containsEntry("rbac.authorization.k8s.io/aggregate-to-" + words[2], "true");
    assertThat(names(rendering)).filteredOn(n -> n.matches(".*:(view|edit|rollback)")).hasSize(1);
  }

  @Test
  void theBindingsNameTheServiceAccountThatThePodHas() {
    for (String values :
        List.of(
            "{}",
            "serviceAccount: {name: mine}",
            "serviceAccount: {create: false, name: theirs}",
            "serviceAccount: {create: false}\nwatchNamespaces: [shop]")) {
      Rendering rendering = Rendering.of(values);
      String account = rendering.pod().getServiceAccountName();
      assertThat(rendering.all(ServiceAccount.class))
          .extracting((HasMetadata made) -> made.getMetadata().getName())
          .allMatch(account::equals)
          .hasSize(values.contains("create: false") ? 0 : 1);
      assertThat(rendering.all(RoleBinding.class))
          .flatExtracting(RoleBinding::getSubjects)
          .isNotEmpty()
          .allSatisfy(subject -> assertThat(subject.getName()).isEqualTo(account));
      assertThat(rendering.all(ClusterRoleBinding.class))
          .flatExtracting(ClusterRoleBinding::getSubjects)
          .isNotEmpty()
          .allSatisfy(subject -> assertThat(subject.getName()).isEqualTo(account));
    }
  }
}
