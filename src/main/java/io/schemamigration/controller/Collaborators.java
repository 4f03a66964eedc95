package io.schemamigration.controller;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.input.InputReader;
import io.schemamigration.status.Events;
import io.schemamigration.status.StatusWriter;
import java.time.Clock;

/** Whom the reconciler works with. */
record Collaborators(
    InputReader inputs,
    Plans plans,
    Runs runs,
    Polling polling,
    StatusWriter writer,
    Events events,
    Watches watches,
    OpenRollbacks rollbacks,
    Dependencies dependencies,
    Backups backups,
    Undone undone,
    Existence<SchemaMigration> existence,
    KubernetesClient metadataClient,
    Clock clock) {}
