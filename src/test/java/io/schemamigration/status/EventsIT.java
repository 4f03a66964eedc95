package io.schemamigration.status;

import static org.assertj.core.api.Assertions.assertThat;

import io.fabric8.kubernetes.api.model.ObjectMetaBuilder;
import io.fabric8.kubernetes.api.model.events.v1.Event;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.testing.KubeApi;
import io.schemamigration.testing.Tiers;
import java.time.Clock;
import java.util.List;
import java.util.UUID;
import org.junit.jupiter.api.Test;

class EventsIT {
  @Test
  void sayingItAgainCountsUpAndSayingItAfterItExpiredSaysItAnew() {
    KubeApi api = Tiers.requireRealApi();
    String namespace = api.createNamespace("events");
    SchemaMigration about = new SchemaMigration();
    about.setMetadata(
        new ObjectMetaBuilder()
            .withNamespace(namespace)
            .withName("m")
            .withUid(UUID.randomUUID().toString())
            .build());
    try (KubernetesClient client = api.client()) {
      Events events = new Events(client, "pod", Clock.systemUTC());
      events.warning(about, "MigrationFailed", "why");
      assertThat(list(client, namespace)).singleElement().returns(null, Event::getSeries);
      events.warning(about, "MigrationFailed", "why");
      assertThat(list(client, namespace))
          .singleElement()
          .satisfies(e -> assertThat(e.getSeries().getCount()).isEqualTo(2));
      client.events().v1().events().inNamespace(namespace).delete();
      events.warning(about, "MigrationFailed", "why");
      assertThat(list(client, namespace)).singleElement().returns("why", Event::getNote);
      events.warning(about, "MigrationFailed", "something else");
      assertThat(list(client, namespace)).hasSize(2);
      // Another process does not know what this one said.
      new Events(client, "pod-2", Clock.systemUTC()).warning(about, "MigrationFailed", "why");
      assertThat(list(client, namespace)).hasSize(2);
    }
  }

  private static List<Event> list(KubernetesClient client, String namespace) {
    return client.events().v1().events().inNamespace(namespace).list().getItems();
  }
}
