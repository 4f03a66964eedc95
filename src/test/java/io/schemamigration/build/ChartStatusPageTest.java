package io.schemamigration.build;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import org.junit.jupiter.api.Test;

/** The status page is off, and on it changes nothing but its own port. */
class ChartStatusPageTest {

  private static Container container(Rendering rendering) {
    return rendering.pod().getContainers().getFirst();
  }

  @Test
  void byDefaultThereIsNone() {
    Rendering rendering = Rendering.of("{}");
    assertThat(rendering.all(Service.class)).isEmpty();
    assertThat(container(rendering).getPorts())
        .extracting(ContainerPort::getName)
        .containsExactly("http");
    assertThat(container(rendering).getEnv()).noneMatch(e -> e.getName().contains("STATUS_PAGE"));
  }

  @Test
  void theServiceLeadsToThePortOfEveryReplica() {
    Rendering rendering = Rendering.of("statusPage: {enabled: true, port: 9000}");
    Service service = rendering.one(Service.class);
    assertThat(service.getSpec().getPorts())
        .singleElement()
        .satisfies(
            port -> {
              assertThat(port.getPort()).isEqualTo(9000);
              assertThat(port.getTargetPort().getStrVal()).isEqualTo("status-page");
            });
    assertThat(container(rendering).getPorts())
        .filteredOn(port -> port.getName().equals("status-page"))
        .extracting(ContainerPort::getContainerPort)
        .containsExactly(9000);
    assertThat(rendering.environment("STATUS_PAGE_PORT")).isEqualTo("9000");
  }

  /** Otherwise Prometheus would ask the page for metrics. */
  @Test
  void noMonitorScrapesIt() {
    Rendering rendering =
        Rendering.of("statusPage: {enabled: true}\nmetrics: {serviceMonitor: {enabled: true}}");
    String scraped =
        rendering.one(ServiceMonitor.class).getSpec().getEndpoints().getFirst().getPort();
    assertThat(rendering.all(Service.class))
        .hasSize(2)
        .filteredOn(s -> s.getSpec().getPorts().getFirst().getName().equals(scraped))
        .singleElement()
        .satisfies(s -> assertThat(s.getSpec().getClusterIP()).isEqualTo("None"));
  }
}
