package io.schemamigration.controller;

import io.schemamigration.api.DatabaseRestore;
import io.schemamigration.api.DatabaseSpec;
import io.schemamigration.api.SchemaMigration;
import io.schemamigration.api.SchemaMigrationSpec;
import io.schemamigration.input.LoginReader;
import io.schemamigration.input.LookRequest;
import io.schemamigration.input.Missing;
import io.schemamigration.input.Requests;
import io.schemamigration.input.SpecReader;
import io.schemamigration.plan.ScriptSet;
import io.schemamigration.postgres.ConnectionSecret;
import io.schemamigration.postgres.Tables;
import io.schemamigration.postgres.Target;
import java.util.Optional;

/**
 * The server that a restore makes its database on, read as that of a migration is.
 *
 * @param restore the resource
 * @param login how to log in, to a database that is there
 * @param database the database to connect to where it is another than the Secret's
 */
record RestoreTarget(
    DatabaseRestore restore, ConnectionSecret.Found login, Optional<String> database) {
  /** Every server has it, unless somebody took it away. */
  private static final String MAINTENANCE = "postgres";

  /** Nothing of this name is there: only the server is looked at. */
  private static final Tables NO_HISTORY = new Tables("public", "smig_restore_looks_at_none");

  /**
   * Reads the Secret.
   *
   * @throws Missing where it is, or does not do
   */
  static RestoreTarget read(DatabaseRestore restore, LoginReader logins) throws Missing {
    String namespace = restore.getMetadata().getNamespace();
    ConnectionSecret.Found own = logins.read(namespace, spec(restore, Optional.empty()));
    if (!own.endpoint().isDatabase(restore.getSpec().target.database)) {
      return new RestoreTarget(restore, own, Optional.empty());
    }
    Optional<String> other = Optional.of(MAINTENANCE);
    return new RestoreTarget(restore, logins.read(namespace, spec(restore, other)), other);
  }

  private static SpecReader spec(DatabaseRestore restore, Optional<String> database) {
    SchemaMigration like = new SchemaMigration();
    like.setSpec(new SchemaMigrationSpec());
    like.getSpec().database = new DatabaseSpec();
    like.getSpec().database.secretRef = new DatabaseSpec.SecretRef();
    like.getSpec().database.secretRef.name = restore.getSpec().target.secretRef.name;
    like.getSpec().database.name = database.orElse(null);
    return new SpecReader(like);
  }

  /** To look at the server. */
  LookRequest lookRequest() {
    SpecReader defaults = spec(restore, database);
    String application =
        "smig-restore/%s/%s"
            .formatted(restore.getMetadata().getNamespace(), restore.getMetadata().getName());
    return new LookRequest(
        restore.getMetadata().getGeneration(),
        Requests.NONE,
        new ScriptSet.Summary("", 0),
        new Target(
            login.endpoint(),
            NO_HISTORY,
            defaults.timeouts(),
            application,
            Target.SessionDefaults.NONE),
        login.layout(),
        Optional.empty());
  }
}
