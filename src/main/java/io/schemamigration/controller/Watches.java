package io.schemamigration.controller;

import com.fasterxml.jackson.annotation.JsonIgnore;
import com.fasterxml.jackson.annotation.JsonSetter;
import com.fasterxml.jackson.annotation.Nulls;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.ObjectMeta;
import io.fabric8.kubernetes.client.Config;
import io.fabric8.kubernetes.client.KubernetesClient;
import io.fabric8.kubernetes.client.KubernetesClientBuilder;
import io.fabric8.kubernetes.client.http.BasicBuilder;
import io.fabric8.kubernetes.client.http.HttpRequest;
import io.fabric8.kubernetes.client.http.Interceptor;
import io.fabric8.kubernetes.client.utils.KubernetesSerialization;
import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.schemamigration.api.DatabaseBackup;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaRollback;
import io.schemamigration.input.Requests;
import io.schemamigration.input.Unreadable;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;

/**
 * What wakes a resource: its spec or one of two annotations changed, a ConfigMap it names changed,
 * its database work has something. ConfigMaps are watched by their metadata alone, 41 KB instead of
 * 30 MB for a hundred large ones; Secrets are not watched at all, so the operator needs no right to
 * list them.
 */
final class Watches {
  private static final String BY_CONFIG_MAP = "by-configmap";

  private final SimpleInboundEventSource<SchemaMigration> wake =
      new SimpleInboundEventSource<>("database-work");

  /** Wakes a resource. */
  void wake(ResourceID id) {
    wake.propagateEvent(id);
  }

  List<EventSource<?, SchemaMigration>> sources(
      EventSourceContext<SchemaMigration> context, KubernetesClient metadataClient) {
    var cache = context.getPrimaryCache();
    cache.addIndexer(BY_CONFIG_MAP, Watches::configMapKeys);
    InformerEventSourceConfiguration<ConfigMap> configMaps =
        InformerEventSourceConfiguration.from(ConfigMap.class, SchemaMigration.class)
            .withName("configmaps")
            .withKubernetesClient(metadataClient)
            .withNamespacesInheritedFromController()
            .withSecondaryToPrimaryMapper(
                map ->
                    cache.byIndex(BY_CONFIG_MAP, key(map.getMetadata())).stream()
                        .map(ResourceID::fromResource)
                        .collect(Collectors.toSet()))
            .<SchemaMigration>withPrimaryToSecondaryMapper(Watches::configMapIds)
            .build();
    return List.of(
        new InformerEventSource<>(configMaps, context),
        new InformerEventSource<>(rollbacks(), context),
        new InformerEventSource<>(backups(), context),
        wake);
  }

  private static InformerEventSourceConfiguration<DatabaseBackup> backups() {
    return InformerEventSourceConfiguration.from(DatabaseBackup.class, SchemaMigration.class)
        .withName("backups")
        .withNamespacesInheritedFromController()
        .withLabelSelector(BackupJobs.PLAN_LABEL)
        .withSecondaryToPrimaryMapper(
            backup ->
                Unreadable.in(backup).isPresent()
                    ? Set.of()
                    : Set.of(
                        new ResourceID(
                            backup.getSpec().migrationRef.name,
                            backup.getMetadata().getNamespace())))
        .build();
  }

  private static InformerEventSourceConfiguration<SchemaRollback> rollbacks() {
    return InformerEventSourceConfiguration.from(SchemaRollback.class, SchemaMigration.class)
        .withName("rollbacks")
        .withNamespacesInheritedFromController()
        .withSecondaryToPrimaryMapper(
            rollback ->
                RollbackSpec.migration(rollback)
                    .map(name -> new ResourceID(name, rollback.getMetadata().getNamespace()))
                    .stream()
                    .collect(Collectors.toSet()))
        .build();
  }

  private static List<String> configMapKeys(SchemaMigration resource) {
    return configMapIds(resource).stream()
        .map(id -> id.getNamespace().orElse("") + "/" + id.getName())
        .toList();
  }

  private static Set<ResourceID> configMapIds(SchemaMigration resource) {
    if (resource.getSpec() == null
        || resource.getSpec().source == null
        || resource.getSpec().source.configMapRefs == null) {
      return Set.of();
    }
    String namespace = resource.getMetadata().getNamespace();
    return resource.getSpec().source.configMapRefs.stream()
        .map(ref -> new ResourceID(ref.name, namespace))
        .collect(Collectors.toSet());
  }

  private static String key(ObjectMeta meta) {
    return meta.getNamespace() + "/" + meta.getName();
  }

  /**
   * Whether a change of the resource is one to act on. A new uid is one too: a resource may be
   * deleted and created again between two events.
   */
  static boolean relevant(SchemaMigration now, SchemaMigration before) {
    return !Objects.equals(now.getMetadata().getUid(), before.getMetadata().getUid())
        || !Objects.equals(now.getMetadata().getGeneration(), before.getMetadata().getGeneration())
        || !Requests.of(now).equals(Requests.of(before));
  }

  /** A client that lists and watches ConfigMaps without their content. */
  static KubernetesClient metadataClient(Config config) {
    ObjectMapper mapper = new ObjectMapper();
    // A namespace without ConfigMaps answers "items: null" in this form.
    mapper.configOverride(List.class).setSetterInfo(JsonSetter.Value.forValueNulls(Nulls.AS_EMPTY));
    mapper.addMixIn(ObjectMeta.class, WithoutAnnotations.class);
    return new KubernetesClientBuilder()
        .withConfig(config)
        .withKubernetesSerialization(new KubernetesSerialization(mapper, true))
        .withHttpClientBuilderConsumer(
            builder -> builder.addOrReplaceInterceptor("metadata-only", new MetadataOnly()))
        .build();
  }

  /** kubectl keeps whole ConfigMaps in an annotation; nothing here reads any. */
  private abstract static class WithoutAnnotations {
    @JsonIgnore
    abstract Map<String, String> getAnnotations();

    @JsonIgnore
    abstract void setAnnotations(Map<String, String> annotations);
  }

  private static final class MetadataOnly implements Interceptor {
    @Override
    public void before(BasicBuilder builder, HttpRequest request, RequestTags tags) {
      if (request.uri().getPath().endsWith("/configmaps")) {
        String query = Optional.ofNullable(request.uri().getQuery()).orElse("");
        String kind =
            query.contains("watch=true") ? "PartialObjectMetadata" : "PartialObjectMetadataList";
        builder.setHeader("Accept", "application/json;as=" + kind + ";g=meta.k8s.io;v=v1");
      }
    }
  }
}
