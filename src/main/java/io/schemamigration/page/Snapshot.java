package io.schemamigration.page;

import io.schemamigration.api.DatabaseBackup;
import io.schemamigration.api.DatabaseRestore;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaRollback;
import java.util.List;

/**
 * What the watches know at one moment. The beans are shared with whoever else reads the caches:
 * they are looked at and never changed.
 *
 * @param healthy whether all watches are alive; what one that broke off knows may be old
 */
public record Snapshot(
    boolean healthy,
    List<SchemaMigration> migrations,
    List<SchemaRollback> rollbacks,
    List<DatabaseBackup> backups,
    List<DatabaseRestore> restores) {}
