package io.schemamigration.controller;

import io.fabric8.kubernetes.client.KubernetesClient;
import io.schemamigration.api.SchemaRollback;
import io.schemamigration.api.SchemaRollbackStatus;
import io.schemamigration.input.InputReader;
import io.schemamigration.status.StatusMetrics;
import io.schemamigration.status.TaskWriter;
import java.time.Clock;

/** Whom the reconciler of requests to undo works with. */
record RollbackCollaborators(
    KubernetesClient client,
    InputReader inputs,
    Plans plans,
    Runs runs,
    Polling polling,
    TaskWriter<SchemaRollback, SchemaRollbackStatus> writer,
    StatusMetrics metrics,
    Existence<SchemaRollback> existence,
    RollbackWatches watches,
    Undone undone,
    Backups backups,
    Clock clock) {}
