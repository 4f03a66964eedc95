package io.schemamigration.status;

import static org.assertj.core.api.Assertions.assertThat;
import static org.awaitility.Awaitility.await;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.dsl.Resource;
import io.fabric8.kubernetes.client.utils.Serialization;
import io.javaoperatorsdk.operator.Operator;
import io.javaoperatorsdk.operator.api.reconciler.Context;
import io.javaoperatorsdk.operator.api.reconciler.Reconciler;
import io.javaoperatorsdk.operator.api.reconciler.UpdateControl;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaMigrationStatus;
import io.schemamigration.testing.KubeApi;
import io.schemamigration.testing.Tiers;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/**
 * A status that is written to a resource to which something happened since it was read. On a real
 * API server alone: the mock takes a status whatever version it was made for.
 */
class StatusUpdateIT {
  private static final String NAME = "m";
  private static final long TOLD = 41;
  private static final long PATIENCE_SECONDS = 30;

  private final KubeApi api = Tiers.requireRealApi();
  private final String namespace = api.createNamespace("status");
  private final KubernetesClient user = api.client();

  @BeforeEach
  void begin() {
    api.applyCrds();
  }

  @AfterEach
  void close() {
    user.close();
  }

  @Test
  void goesToTheResourceThatWasReadThoughItWasChanged() throws Exception {
    assertThat(writtenAfter(this::change)).isTrue();
    assertThat(resource().get().getStatus().observedGeneration).isEqualTo(TOLD);
    assertThat(resource().get().getMetadata().getLabels()).containsKey("changed");
  }

  @Test
  void doesNotGoToAnotherResourceThatHasItsNameNow() throws Exception {
    assertThat(writtenAfter(this::replace)).isFalse();
    assertThat(resource().get().getStatus().observedGeneration).isNotEqualTo(TOLD);
  }

  private Resource<SchemaMigration> resource() {
    return user.resources(SchemaMigration.class).inNamespace(namespace).withName(NAME);
  }

  private void create() {
    SchemaMigration migration =
        Serialization.unmarshal(
            """
            apiVersion: schemamigration.io/v1
            kind: SchemaMigration
            metadata: {name: m}
            spec:
              database: {secretRef: {name: db}}
              source: {configMapRefs: [{name: files}]}
            """,
            SchemaMigration.class);
    user.resource(migration).inNamespace(namespace).create();
  }

  private void change() {
    resource()
        .edit(
            m -> {
              m.getMetadata().setLabels(Map.of("changed", "true"));
              return m;
            });
  }

  private void replace() {
    resource().delete();
    create();
  }

  /** What {@link StatusUpdate#write} returns when something happens between reading and writing. */
  private boolean writtenAfter(Runnable something) throws Exception {
    create();
    try (KubernetesClient client = api.client()) {
      Operator operator =
          new Operator(o -> o.withKubernetesClient(client).withCloseClientOnStop(false));
      LateWriter writer = new LateWriter(something);
      operator.register(writer, c -> c.withName("late").settingNamespace(namespace));
      operator.start();
      try {
        return writer.written.get(PATIENCE_SECONDS, TimeUnit.SECONDS);
      } finally {
        operator.stop();
      }
    }
  }

  /** Writes one status, to what it read before something happened. */
  private static final class LateWriter implements Reconciler<SchemaMigration> {
    private final Runnable something;
    private final AtomicBoolean begun = new AtomicBoolean();
    private final CompletableFuture<Boolean> written = new CompletableFuture<>();

    LateWriter(Runnable something) {
      this.something = something;
    }

    @Override
    public UpdateControl<SchemaMigration> reconcile(
        SchemaMigration resource, Context<SchemaMigration> context) {
      // The SDK reconciles what was created anew while this still goes on.
      if (!begun.getAndSet(true)) {
        try {
          something.run();
          await().until(() -> hasNewer(context, resource));
          written.complete(StatusUpdate.write(resource, context, StatusUpdateIT::tell));
        } catch (RuntimeException e) {
          written.completeExceptionally(e);
        }
      }
      return UpdateControl.noUpdate();
    }

    /** After a conflict the SDK takes the newest version from its cache. */
    private static boolean hasNewer(Context<SchemaMigration> context, SchemaMigration resource) {
      String version = resource.getMetadata().getResourceVersion();
      return context
          .getPrimaryCache()
          .get(ResourceID.fromResource(resource))
          .filter(cached -> !cached.getMetadata().getResourceVersion().equals(version))
          .isPresent();
    }
  }

  private static void tell(SchemaMigration fresh) {
    SchemaMigrationStatus status = new SchemaMigrationStatus();
    status.observedGeneration = TOLD;
    fresh.setStatus(status);
  }
}
