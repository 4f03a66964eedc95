package io.schemamigration.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyEgressRule;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicyPort;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicySpec;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import java.util.List;
import org.junit.jupiter.api.Test;

/** What may come in and go out, and what a drain may take. */
class ChartNetworkTest {

  private static NetworkPolicySpec policy(String more) {
    return Rendering.of("networkPolicy: {enabled: true" + more + "}")
        .one(NetworkPolicy.class)
        .getSpec();
  }

  private static List<String> ports(List<NetworkPolicyPort> ports) {
    return ports.stream().map(p -> p.getProtocol() + " " + p.getPort().getValue()).toList();
  }

  @Test
  void byDefaultThereIsNone() {
    assertThat(Rendering.of("{}").all(NetworkPolicy.class)).isEmpty();
    assertThat(Rendering.of("{}").all(PodDisruptionBudget.class)).isEmpty();
  }

  @Test
  void onlyProbesAndMetricsComeIn() {
    NetworkPolicySpec policy = policy("");
    assertThat(policy.getPolicyTypes()).containsExactlyInAnyOrder("Ingress", "Egress");
    assertThat(policy.getIngress())
        .singleElement()
        .satisfies(rule -> assertThat(ports(rule.getPorts())).containsExactly("TCP http"));
  }

  @Test
  void theStatusPageIsLetInWhereThereIsOne() {
    String page = "\nstatusPage: {enabled: true, ingressFrom: [{podSelector: {}}]}";
    NetworkPolicySpec policy =
        Rendering.of("networkPolicy: {enabled: true}" + page).one(NetworkPolicy.class).getSpec();
    assertThat(policy.getIngress()).hasSize(2);
    assertThat(policy.getIngress().getFirst().getFrom()).isEmpty();
    assertThat(ports(policy.getIngress().getLast().getPorts())).containsExactly("TCP status-page");
    assertThat(policy.getIngress().getLast().getFrom()).hasSize(1);
  }

  @Test
  void onlyTheApiServerDnsAndDatabasesAreReached() {
    assertThat(policy("").getEgress())
        .extracting(NetworkPolicyEgressRule::getPorts)
        .extracting(ChartNetworkTest::ports)
        .containsExactly(
            List.of("TCP 443", "TCP 6443"),
            List.of("UDP 53", "TCP 53"),
            List.of("TCP 5432", "TCP 6432"));
  }

  @Test
  void onlyThePortOfTheDatabasesIsLimitedToWhereTheyAre() {
    List<NetworkPolicyEgressRule> egress =
        policy(", postgresTo: [{ipBlock: {cidr: 10.0.0.0/8}}]").getEgress();
    assertThat(egress.get(0).getTo()).isEmpty();
    assertThat(egress.get(1).getTo()).isEmpty();
    assertThat(egress.get(2).getTo())
        .singleElement()
        .satisfies(peer -> assertThat(peer.getIpBlock().getCidr()).isEqualTo("10.0.0.0/8"));
  }

  /** A rule without ports would open all of them. */
  @Test
  void withoutPortsOfDatabasesThereIsNoRuleForThem() {
    assertThat(policy(", postgresPorts: []").getEgress())
        .hasSize(2)
        .allSatisfy(rule -> assertThat(rule.getPorts()).isNotEmpty());
  }

  @Test
  void aDrainTakesOnePodAfterTheOther() {
    PodDisruptionBudget budget =
        Rendering.of("podDisruptionBudget: {enabled: true}").one(PodDisruptionBudget.class);
    assertThat(budget.getSpec().getMaxUnavailable().getIntVal()).isEqualTo(1);
    PodDisruptionBudget half =
        Rendering.of("podDisruptionBudget: {enabled: true, maxUnavailable: 50%}")
            .one(PodDisruptionBudget.class);
    assertThat(half.getSpec().getMaxUnavailable().getStrVal()).isEqualTo("50%");
  }
}
