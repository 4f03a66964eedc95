package io.schemamigration.controller;

import io.javaoperatorsdk.operator.api.config.informer.InformerEventSourceConfiguration;
import io.javaoperatorsdk.operator.api.reconciler.EventSourceContext;
import io.javaoperatorsdk.operator.processing.event.ResourceID;
import io.javaoperatorsdk.operator.processing.event.source.EventSource;
import io.javaoperatorsdk.operator.processing.event.source.inbound.SimpleInboundEventSource;
import io.javaoperatorsdk.operator.processing.event.source.informer.InformerEventSource;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaRollback;
import java.util.List;
import java.util.stream.Collectors;

/** What wakes a request to undo: its database work has something, or its migration changed. */
final class RollbackWatches {
  private static final String BY_MIGRATION = "by-migration";

  private final SimpleInboundEventSource<SchemaRollback> wake =
      new SimpleInboundEventSource<>("database-work");

  /** Wakes a request. */
  void wake(ResourceID id) {
    wake.propagateEvent(id);
  }

  List<EventSource<?, SchemaRollback>> sources(EventSourceContext<SchemaRollback> context) {
    return List.of(new InformerEventSource<>(migrations(context), context), wake);
  }

  /** What stops a request may be mended in its migration. */
  private static InformerEventSourceConfiguration<SchemaMigration> migrations(
      EventSourceContext<SchemaRollback> context) {
    var cache = context.getPrimaryCache();
    cache.addIndexer(
        BY_MIGRATION,
        r ->
            RollbackSpec.migration(r)
                .map(name -> r.getMetadata().getNamespace() + "/" + name)
                .stream()
                .toList());
    return InformerEventSourceConfiguration.from(SchemaMigration.class, SchemaRollback.class)
        .withName("migrations")
        .withNamespacesInheritedFromController()
        .withOnUpdateFilter(Watches::relevant)
        .withSecondaryToPrimaryMapper(
            m ->
                cache
                    .byIndex(
                        BY_MIGRATION,
                        m.getMetadata().getNamespace() + "/" + m.getMetadata().getName())
                    .stream()
                    .map(ResourceID::fromResource)
                    .collect(Collectors.toSet()))
        .build();
  }
}
